package inventory

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// mostLatest is how many runs the pane below the list shows, and leastBeside the
// height from which there is room for it.
const (
	mostLatest  = 5
	leastBeside = 24
)

// latest is the pane of the last runs, newest first, below the list of a console
// that is wide enough for three panes; nothing where no run is on record.
func (s *Screen) latest(window, width, height int) []string {
	if window < ui.WideWidth || height < leastBeside || len(s.rows.runs) == 0 {
		return nil
	}
	theme := s.context.Theme
	lines := []string{theme.Rule(width), "  " + theme.Strong.Render("last runs") + theme.Muted.Render(" · "+s.context.Key("inventory.all-history", "H")+" shows all")}
	for _, r := range s.rows.runs[:min(len(s.rows.runs), mostLatest)] {
		lines = append(lines, "  "+s.run(r, width-3))
	}
	return lines
}

// run is a run in a line: how it stands, whose it is, and since when.
func (s *Screen) run(r engine.Summary, width int) string {
	theme := s.context.Theme
	mark, when := theme.Status(r.Status), "by "+ui.Clean(r.Rotation.Operator)
	switch elsewhere := s.context.Elsewhere(r); {
	case elsewhere != "":
		mark.Word, when = elsewhere, "" // who it is stands in it
	case r.Status == engine.StatusStopped:
		mark.Word = ui.Halt(r, s.rows.undone[r.Run])
	}
	if !r.Updated.IsZero() {
		when = engine.Span(s.context.Now().Sub(r.Updated)) + " ago " + when
	}
	name := ui.Fit(theme.Text.Render(ui.Clean(r.Credential)), 24)
	room := width - ansi.StringWidth(when) - ansi.StringWidth(name) - 4
	return ui.Spread(name+"  "+mark.Style.Render(ansi.Truncate(mark.String(), max(0, room), "…")), theme.Muted.Render(when), width)
}
