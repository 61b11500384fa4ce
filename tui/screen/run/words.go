package run

import (
	"fmt"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// stopWords tells why a run stopped, without saying so twice.
func stopWords(why string) string {
	if strings.HasPrefix(why, "stopped") {
		return why
	}
	return joined("stopped", why)
}

func problemText(e engine.Event) string {
	if e.Problem != nil {
		return e.Problem.Text
	}
	return e.Text
}

func joined(head, tail string) string {
	if tail == "" || head == "" {
		return head + tail
	}
	return head + ": " + tail
}

// Duration words a span of time to the precision that an operator reads:
// "24ms", "1.2s", "12s", "3m05s", "2h10m".
func Duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%dms", max(0, d.Milliseconds()))
	case d < 10*time.Second:
		return fmt.Sprintf("%.1fs", d.Truncate(100*time.Millisecond).Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	default:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
}

func list(words ...string) string {
	var full []string
	for _, w := range words {
		if w != "" {
			full = append(full, w)
		}
	}
	return strings.Join(full, ", ")
}
