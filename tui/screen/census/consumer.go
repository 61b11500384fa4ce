package census

import (
	"cmp"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/traffic"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// consumers draws what each consumer says that it uses.
func (s *Screen) consumers(width int) []string {
	if len(s.users.Consumers) == 0 {
		return nil
	}
	theme := s.context.Theme
	lines := []string{theme.Accent.Bold(true).Render("consumers") + theme.Muted.Render(" · what they say that they use")}
	for _, u := range s.users.Consumers {
		lines = append(lines, ui.Fit("  "+s.consumer(u), width))
	}
	return lines
}

func (s *Screen) consumer(u engine.Usage) string {
	theme := s.context.Theme
	name := theme.Text.Render(" " + ui.Clean(u.Consumer))
	if u.Problem != "" {
		return theme.Warn.Render(fmt.Sprintf("%-*s", 12+enough, "? silent")) + name + theme.Muted.Render(": "+ui.Clean(u.Problem))
	}
	mark, style := "· unknown", theme.Muted
	if slot, known := s.uses(u); known {
		mark, style = "✓ "+s.label(slot), theme.OK
		if slot == s.leaving {
			mark, style = "◇ "+s.label(slot), theme.Warn
		}
	}
	version := []rune(ui.Clean(cmp.Or(u.Version, u.Fingerprint)))
	text := style.Render(fmt.Sprintf("%-11s", mark)) + theme.Muted.Render(fmt.Sprintf(" %-*s", enough, string(version[:min(len(version), enough)]))) + name
	if !u.Since.IsZero() {
		text += theme.Muted.Render(" for " + engine.Span(max(0, s.users.At.Sub(u.Since))))
	}
	if u.Failed > 0 {
		text += theme.Danger.Render(" · " + traffic.Number(u.Failed) + " failed")
	}
	return text
}

// enough is how much of a version tells it from others.
const enough = 8

// uses is the slot that a consumer is on: by the run's versions, or by the
// identity that it names.
func (s *Screen) uses(u engine.Usage) (slot engine.Slot, known bool) {
	if r, found := s.course.rotation(); found && u.Version != "" {
		switch u.Version {
		case r.OldVersion:
			return r.OldSlot, true
		case r.NewVersion:
			return r.NewSlot, true
		}
	}
	for slot, identity := range s.users.Identities {
		if identity != "" && identity == u.Identity {
			return slot, true
		}
	}
	return "", false
}
