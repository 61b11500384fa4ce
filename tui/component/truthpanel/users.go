package truthpanel

import (
	"fmt"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/component/sessions"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// store says what the store publishes, and what it keeps beside it.
func (p *Panel) store(width int) []string {
	r := p.run.Rotation
	text := "publishes slot " + string(p.truth.Active)
	switch {
	case p.truth.Active == "":
	case p.truth.Active == r.NewSlot:
		text += ", the new one"
	case p.truth.Active == r.OldSlot:
		text += ", the old one"
	}
	if p.truth.Pending && p.truth.Active != r.NewSlot {
		text += "; keeps the new one beside it"
	}
	return p.wrapped("store", text, p.context.Theme.Text, width)
}

// counts is who uses what, in numbers: sessions on either side.
func (p *Panel) counts() string {
	theme, e := p.context.Theme, p.truth.Evidence
	if !e.Counted {
		return ""
	}
	style := theme.OK
	if len(e.OldSessions) > 0 {
		style = theme.Warn
	}
	return style.Render(fmt.Sprintf("%d on old", len(e.OldSessions))) + theme.Text.Render(fmt.Sprintf(", %d on new", e.NewSessions))
}

// users says who uses what.
func (p *Panel) users(width int) []string {
	theme, e := p.context.Theme, p.truth.Evidence
	var lines []string
	if e.Counted {
		style := theme.OK
		if len(e.OldSessions) > 0 {
			style = theme.Warn
		}
		lines = p.pair("users", style.Render(ui.Plural(len(e.OldSessions), "session")+" on the old"),
			theme.Text.Render(fmt.Sprintf("%d on the new", e.NewSessions)), width)
	}
	for _, g := range sessions.Group(e.OldSessions) {
		lines = append(lines, p.marked(ui.Mark{Glyph: "·", Style: theme.Muted}, g.String(), width)...)
	}
	if e.Reports > 0 {
		style := theme.Warn
		if e.OnNew == e.Reports {
			style = theme.OK
		}
		lines = append(lines, p.wrapped("", fmt.Sprintf("%d of %s on the new", e.OnNew, ui.Plural(e.Reports, "consumer")), style, width)...)
	}
	silent := ui.Mark{Glyph: "?", Style: theme.Warn}
	for _, u := range e.Consumers {
		if u.Problem != "" {
			lines = append(lines, p.marked(silent, u.Consumer+": "+u.Problem, width)...)
		}
	}
	if e.Problem != "" {
		lines = append(lines, p.marked(silent, e.Problem, width)...)
	}
	if !e.Counted && len(lines) > 0 {
		lines[0] = p.row("users", ansi.TruncateLeft(lines[0], labelWidth, ""), width)
	}
	return lines
}
