package looseends

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The width from which the details stand beside the list, and the height from
// which lines are left blank for the eye.
const (
	splitWidth = 110
	airyHeight = 16

	leastDetails = 7 // lines below which list and details do not share a screen
)

// margin is the space left of everything.
const margin = "  "

func columns() []table.Column {
	return []table.Column{
		{ID: "kind", Title: "what", Width: 17},
		{ID: "credential", Title: "credential", Width: 12, Max: 24},
		{ID: "since", Title: "since", Width: 5, Drop: 1, Right: true},
		{ID: "ending", Title: "ends it", Width: 12, Max: 20, Drop: 2},
	}
}

// View draws the screen.
func (s *Screen) View(width, height int) string {
	head := []string{margin + ui.Spread(s.summary(), s.age(), max(1, width-2*len(margin)))}
	if height >= airyHeight {
		head = append(head, "")
	}
	head = head[:min(len(head), max(1, height-1))]
	s.listTop = len(head)
	if room := height - len(head); room > 0 {
		head = append(head, strings.Split(s.body(width, room), "\n")...)
	}
	return ui.Frame(head, width, height)
}

// summary counts what was found, and what could not be looked at.
func (s *Screen) summary() string {
	theme := s.context.Theme
	var text string
	switch n := len(s.found.Found); {
	case n > 0:
		text = theme.Warn.Bold(true).Render("◆ " + ui.Plural(n, "loose end"))
	case s.looking || s.look == nil:
		text = theme.Muted.Render("nothing loose so far")
	case len(s.found.Unseen) > 0:
		text = theme.Warn.Bold(true).Render("? nothing loose was seen")
	default:
		text = theme.OK.Bold(true).Render("✓ nothing is loose")
	}
	if n := len(s.found.Unseen); n > 0 {
		text += theme.Warn.Render(" · " + ui.Plural(n, "thing") + " not looked at")
	}
	return text
}

// age says how far the look has come, or when it was.
func (s *Screen) age() string {
	theme := s.context.Theme
	switch {
	case s.looking:
		return theme.Accent.Render(fmt.Sprintf("▸ looking, %d of %d", s.found.Looked, s.look.all))
	case s.look == nil:
		return ""
	}
	ago := engine.Span(max(0, s.context.Now().Sub(s.found.At)))
	return theme.Muted.Render(s.found.At.In(s.context.Now().Location()).Format("15:04:05") + ", " + ago + " ago")
}

func (s *Screen) body(width, height int) string {
	switch {
	case s.table.Len() == 0:
		return ui.Frame(s.nothing(width), width, height)
	case width >= splitWidth:
		side := width * 9 / 20
		return ui.Beside(" ", s.list(width-side-1, height), s.details(side, height))
	}
	rows := min(s.table.Len()+2, max(3, height*2/5)) // with titles, and what is out of view
	below := height - rows
	if below < leastDetails {
		if s.reading {
			return s.details(width, height)
		}
		return s.list(width, height)
	}
	return s.list(width, rows) + "\n" + s.details(width, below)
}

func (s *Screen) list(width, height int) string {
	return s.table.View(s.context.Theme, width, height, s.cell)
}

func (s *Screen) cell(id string, column table.Column) string {
	theme, end := s.context.Theme, s.ends[id]
	switch column.ID {
	case "kind":
		return theme.Loose(end.Kind).Render()
	case "credential":
		return theme.Strong.Render(ui.Clean(end.Credential))
	case "since":
		if end.Since.IsZero() {
			return theme.Muted.Render("?")
		}
		return theme.Text.Render(engine.Span(max(0, s.context.Now().Sub(end.Since))))
	}
	if end.Ending.Action == engine.EndByHand {
		return theme.Muted.Render("– by hand")
	}
	return theme.Accent.Render("▸ " + string(end.Ending.Action))
}

// details is all about the selected one, in a box.
func (s *Screen) details(width, height int) string {
	theme := s.context.Theme
	end, found := s.selected()
	if !found {
		return ui.Frame(nil, width, height)
	}
	all := s.about(end, max(1, width-4))
	lines := s.scroll.Window(all, max(0, height-2))
	if hidden := s.scroll.Below(len(all)); hidden > 0 && len(lines) > 1 {
		lines = append(lines[:len(lines)-1:len(lines)-1], theme.Muted.Render(fmt.Sprintf("↓ %d more lines", hidden+1)))
	}
	border := theme.Border
	if s.reading {
		border = theme.Accent
	}
	boxed := theme.Box(ui.Clean(end.Credential), lines, width, min(height, len(lines)+2), border)
	return ui.Frame(strings.Split(boxed, "\n"), width, height)
}

func (s *Screen) about(end engine.LooseEnd, width int) []string {
	theme := s.context.Theme
	head := theme.Loose(end.Kind).Render()
	if c, found := s.context.Engine.Find(end.Credential); found && c.Environment.Name != "" {
		head = ui.Spread(head, theme.Environment(c.Environment), width)
	}
	since := "since when cannot be told"
	if !end.Since.IsZero() {
		since = "since " + end.Since.In(s.context.Now().Location()).Format("2006-01-02 15:04") + ", " +
			engine.Span(max(0, s.context.Now().Sub(end.Since))) + " ago"
	}
	return slices.Concat(
		[]string{head},
		wrapped(theme.Strong, end.What, width),
		wrapped(theme.Muted, since, width),
		wrapped(theme.Text, "Why it matters: "+end.Why+".", width),
		[]string{""},
		s.wayOut(end, width),
	)
}

// wayOut tells the one action that ends it.
func (s *Screen) wayOut(end engine.LooseEnd, width int) []string {
	theme := s.context.Theme
	if end.Ending.Action == engine.EndByHand {
		return append([]string{theme.Warn.Bold(true).Render("For a person:")}, wrapped(theme.Text, end.Ending.Words, width)...)
	}
	key := "enter"
	if s.ending(end, true).Reason != "" {
		key = "in a shell"
	}
	lines := append([]string{theme.Accent.Bold(true).Render(key+":") + " " + theme.Strong.Render(s.ending(end, true).Label)},
		wrapped(theme.Text, end.Ending.Words, width)...)
	return append(lines, wrapped(theme.Muted, end.Ending.Command, width)...)
}

// nothing is what stands in place of a list.
func (s *Screen) nothing(width int) []string {
	theme, inside := s.context.Theme, max(1, width-2*len(margin))
	lines := []string{""}
	switch {
	case s.looking || s.look == nil:
		lines = append(lines, wrapped(theme.Muted, "probing stores, targets, consumers and the journal for what was left half way; nothing is changed", inside)...)
	default:
		lines = append(lines, wrapped(theme.Text, "No run stopped half way, no version waits to be published, nothing that was retired is let in, and every consumer that reports uses what is published.", inside)...)
	}
	for i, line := range lines {
		lines[i] = margin + line
	}
	return lines
}

func wrapped(style lipgloss.Style, text string, width int) []string {
	var lines []string
	for _, line := range ui.WrapWords(ui.Clean(text), width) {
		lines = append(lines, style.Render(line))
	}
	return lines
}
