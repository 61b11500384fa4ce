package census

import (
	"fmt"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/sessions"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// label is what a slot is called: "old" and "new" in a run, else whether it is
// the published one.
func (s *Screen) label(slot engine.Slot) string {
	if r, found := s.course.rotation(); found {
		if slot == r.OldSlot {
			return "old"
		}
		return "new"
	}
	if slot == s.users.Active {
		return "published"
	}
	return "spare"
}

// name is a slot with who has it, "orders_a (slot a)".
func (s *Screen) name(slot engine.Slot) string {
	if identity := s.users.Identities[slot]; identity != "" {
		return fmt.Sprintf("%s (slot %s)", ui.Clean(identity), ui.Clean(string(slot)))
	}
	return "slot " + ui.Clean(string(slot))
}

// side draws the sessions of a slot: who and how many, then one line for each
// group of them.
func (s *Screen) side(slot engine.Slot, width int) []string {
	theme := s.context.Theme
	own := sessions.Of(s.users.Sessions, slot)
	n := len(own)
	style := theme.Text
	switch {
	case slot == s.leaving && n > 0:
		style = theme.Warn
	case slot == s.leaving:
		style = theme.OK
	}
	title := theme.Accent.Bold(true).Render(s.label(slot)) + theme.Muted.Render(" · ") + theme.Strong.Render(s.name(slot))
	lines := []string{ui.Spread(title, style.Render(ui.Plural(n, "session")), width)}
	if n == 0 {
		word := "nobody uses it"
		if slot == s.leaving {
			word = "✓ " + word
		}
		return append(lines, style.Render("  "+word))
	}
	laid := table.Layout(columns(sessions.Scattered(s.users.Sessions)), max(1, width-2))
	for _, g := range sessions.Group(own) {
		lines = append(lines, "  "+s.group(g, laid))
	}
	return lines
}

func columns(endpoints bool) []table.Column {
	list := []table.Column{
		{ID: "count", Width: 4, Right: true},
		{ID: "application", Width: 12, Max: 32},
		{ID: "client", Width: 12, Max: 24, Drop: 2},
	}
	if endpoints {
		list = append(list, table.Column{ID: "endpoint", Width: 12, Max: 24, Drop: 3})
	}
	return append(list, table.Column{ID: "oldest", Width: 11, Right: true, Drop: 1})
}

func (s *Screen) group(g sessions.Many, laid []table.Column) string {
	theme := s.context.Theme
	var cells []string
	for _, c := range laid {
		text := ""
		switch c.ID {
		case "count":
			cells = append(cells, ui.FitRight(theme.Strong.Render(fmt.Sprintf("%d×", g.Count)), c.Width))
			continue
		case "application":
			text = theme.Text.Render(orElse(g.Application, "unnamed"))
		case "client":
			text = theme.Muted.Render(orElse(g.Client, "unknown client"))
		case "endpoint":
			text = theme.Muted.Render(orElse(g.Endpoint, "–"))
		default:
			cells = append(cells, ui.FitRight(theme.Muted.Render(s.age(g.Oldest)), c.Width))
			continue
		}
		cells = append(cells, ui.Fit(text, c.Width))
	}
	return strings.Join(cells, "  ")
}

// age is how old the oldest session of a group is; some targets cannot tell.
func (s *Screen) age(since time.Time) string {
	if since.IsZero() {
		return "age unknown"
	}
	return "oldest " + engine.Span(max(0, s.users.At.Sub(since)))
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return ui.Clean(text)
}
