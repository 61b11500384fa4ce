package uitest

import (
	"strings"
	"testing"
)

// Untrusted are texts that would take hold of a terminal, or of its reader,
// when drawn raw. Each carries the word "payload".
func Untrusted() map[string]string {
	return map[string]string{
		"cursor":        "payload\x1b[2J\x1b[1;1H",
		"title":         "payload\x1b]0;owned\x07",
		"clipboard":     "payload\x1b]52;c;b3duZWQ=\x07",
		"link":          "payload\x1b]8;;http://owned\x1b\\here\x1b]8;;\x1b\\",
		"device":        "payload\x1bP$qm\x1b\\",
		"application":   "payload\x1b_Gowned\x1b\\",
		"privacy":       "payload\x1b^owned\x1b\\",
		"start":         "payload\x1bXowned\x1b\\",
		"carriage":      "payload\rowned",
		"lines":         "payload\nowned\r\nowned",
		"tab":           "payload\towned",
		"backspace":     "payload\b\b\bowned",
		"raw C1":        "payload\x9b2J",
		"encoded C1":    "payload\u009b2J",
		"bidi":          "payload\u202eowned\u2066owned",
		"zero width":    "pay\u200bload payload",
		"invalid UTF-8": "payload\xff\xfe",
		"null":          "payload\x00owned",
		"long":          "payload" + strings.Repeat("A", 10_000),
		"wide":          "payload 名前名前名前 🔑",
	}
}

// Harmless checks that a frame holds nothing but lines of text and SGR styles.
func Harmless(t *testing.T, frame string) {
	t.Helper()
	for _, bad := range []string{
		"\r", "\t", "\b", "\x00", "\x07", "\x7f", "\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x1b\\",
		"\u009b", "\u202e", "\u2066", "\u200b", "\xff",
	} {
		if strings.Contains(frame, bad) {
			t.Errorf("the frame holds %q", bad)
		}
	}
	for rest := frame; ; {
		_, after, found := strings.Cut(rest, "\x1b")
		if !found {
			return
		}
		end := strings.IndexFunc(after, func(r rune) bool { return r >= 0x40 && r <= 0x7e && r != '[' })
		if !strings.HasPrefix(after, "[") || end < 0 || after[end] != 'm' {
			t.Errorf("the frame holds an escape that is no style: %q", after[:min(len(after), 20)])
			return
		}
		rest = after[end:]
	}
}
