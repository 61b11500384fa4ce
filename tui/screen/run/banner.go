package run

import (
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// banner is what must not be missed now: the pinned problem and the open
// question, or how the run ended.
func (s *Screen) banner(width int) []string {
	if s.model.Over() {
		return s.closing(width)
	}
	theme := s.ctx.Theme
	var lines []string
	if p := s.model.Problem; p != nil {
		lines = append(lines, ui.Spread(
			theme.Danger.Render("✗ "+ui.Clean(p.Text)), theme.Muted.Render("a dismisses"), width))
		if p.Hint != "" {
			lines = append(lines, theme.Warn.Render("  what to do: "+ui.Clean(p.Hint)))
		}
	}
	if r := s.model.Request; r != nil {
		question := theme.Warn.Bold(true).Render("◆ waiting for you: ") + theme.Strong.Render(ui.Clean(r.Title))
		lines = append(lines, theme.Select(ui.Spread(question, theme.Accent.Render("press c "), width)))
	}
	return lines
}

// closing says what is true at the end, and how to go on.
func (s *Screen) closing(width int) []string {
	theme, m := s.ctx.Theme, s.model
	mark := theme.Status(m.Summary.Status)
	lines := []string{mark.Render() + theme.Strong.Render(" "+ui.Clean(s.verdict()))}
	if m.Problem != nil && m.Problem.Hint != "" {
		lines = append(lines, theme.Warn.Render("  what to do: "+ui.Clean(m.Problem.Hint)))
	}
	lines = append(lines, s.closingSide("old", m.Old), s.closingSide("new", m.New))
	if m.Traffic.Known {
		failed := theme.OK
		if m.Traffic.Failed > 0 {
			failed = theme.Danger
		}
		lines = append(lines, theme.Muted.Render("  traffic ")+theme.Text.Render(Number(m.Traffic.Requests)+" requests meanwhile, ")+
			failed.Render(Number(m.Traffic.Failed)+" failed"))
	}
	lines = append(lines, theme.Muted.Render("  next    ")+theme.Text.Render(s.next()))
	for i := range lines {
		lines[i] = ui.Fit(lines[i], width)
	}
	return lines
}

// verdict is the end of the run in one sentence.
func (s *Screen) verdict() string {
	m, id := s.model, s.credential.ID
	switch m.Summary.Status {
	case engine.StatusDone:
		return fmt.Sprintf("%s is rotated", id)
	case engine.StatusRolledBack:
		return fmt.Sprintf("%s is as it was before", id)
	default:
		return joined(fmt.Sprintf("in %s", m.Current().Phase), m.why)
	}
}

func (s *Screen) closingSide(label string, side Side) string {
	theme := s.ctx.Theme
	head := theme.Muted.Render("  "+ui.Fit(label, 8)) + theme.Text.Render(ui.Clean(side.name())+" ")
	standing := side.Standing()
	if standing == "" {
		return head + theme.Muted.Render("was not tried in this run")
	}
	mark := theme.Standing(standing)
	if label == "old" && standing == engine.Refused && s.model.Summary.Status == engine.StatusDone {
		mark.Style = theme.OK
	}
	return head + mark.Render() + theme.Text.Render(fmt.Sprintf(" at %s", plural(side.Count(standing), "endpoint"))) +
		theme.Muted.Render(", "+s.model.clock(side.ProvenAt))
}

// next is the way on from the end.
func (s *Screen) next() string {
	m := s.model
	switch m.Summary.Status {
	case engine.StatusDone:
		if b := s.rollBackButton(); !b.Enabled() || m.Summary.Window.IsZero() {
			return list("esc goes back", b.Reason)
		}
		return fmt.Sprintf("b rolls back until %s (%s left), esc goes back",
			m.clock(m.Summary.Window), engine.Span(m.Summary.Window.Sub(s.ctx.Now())))
	case engine.StatusRolledBack:
		return "esc goes back; a new rotation can be started"
	default:
		return "c resumes, b rolls back: both begin with probes"
	}
}
