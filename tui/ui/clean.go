package ui

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// cleanLimit caps what one text may bring into a frame; a line that long is
// never read, only suffered.
const cleanLimit = 4096

// Clean makes a text from outside safe to draw on one line: escape sequences
// and control characters go, tabs and line ends become spaces, characters that
// reorder or hide text are shown by their number, and the length is capped.
func Clean(text string) string {
	if plain(text) {
		return text
	}
	if len(text) > 4*cleanLimit {
		text = text[:4*cleanLimit]
	}
	text = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", "    ").Replace(text)
	var b strings.Builder
	count := 0
	for _, r := range ansi.Strip(strings.ToValidUTF8(text, string(utf8.RuneError))) {
		if count++; count > cleanLimit {
			b.WriteString("…")
			break
		}
		switch {
		case r < ' ', r >= 0x7f && r < 0xa0:
		case hidden(r):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// CleanLines is Clean for a text whose line ends matter.
func CleanLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, Clean(strings.TrimRight(line, "\r\n")))
	}
	return lines
}

func plain(text string) bool {
	if len(text) > cleanLimit {
		return false
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] >= 0x7f {
			return false
		}
	}
	return true
}

// hidden names the characters that change the order of others or take no
// place: with them a text can be made to read as another one.
func hidden(r rune) bool {
	switch {
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	case r == 0x061c, r == 0x00ad, r == 0xfeff, r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return false
}
