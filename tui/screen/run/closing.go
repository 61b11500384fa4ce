package run

import (
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/traffic"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// closing says what is true at the end, by the last proofs, and how to go on.
func (s *Screen) closing(width int) []string {
	theme, m := s.ctx.Theme, s.model
	lines := []string{s.verdict()}
	if m.Problem != nil && m.Problem.Hint != "" {
		lines = append(lines, theme.Warn.Render("  what to do: "+ui.Clean(m.Problem.Hint)))
	}
	old := s.latest(m.Old, func(t engine.Truth) []engine.Proof { return t.OldProofs })
	fresh := s.latest(m.New, func(t engine.Truth) []engine.Proof { return t.NewProofs })
	lines = append(lines, s.closingSide("old", old), s.closingSide("new", fresh))
	if m.Traffic.Counting() {
		failed := theme.OK
		if m.Traffic.Failed() > 0 {
			failed = theme.Danger
		}
		lines = append(lines, s.fact("traffic", theme.Text.Render(traffic.Number(m.Traffic.Requests())+" requests meanwhile, ")+
			failed.Render(traffic.Number(m.Traffic.Failed())+" failed")))
	}
	label := "next"
	for _, line := range ui.Wrap(s.next(), max(1, width-factWidth)) {
		lines, label = append(lines, s.fact(label, theme.Text.Render(line))), ""
	}
	for i := range lines {
		lines[i] = ui.Fit(lines[i], width)
	}
	return lines
}

// factWidth is what the label of a fact takes.
const factWidth = 10

func (s *Screen) fact(label, text string) string {
	return s.ctx.Theme.Muted.Render(ui.Fit("  "+label, factWidth)) + text
}

// verdict is the end of the run in one sentence.
func (s *Screen) verdict() string {
	m, theme := s.model, s.ctx.Theme
	mark := theme.Status(m.Summary.Status)
	text := ""
	_, rehearsal := s.rehearses()
	switch status := m.Status(); {
	case rehearsal && status.Finished():
		mark = theme.RehearsedMark(m.Summary)
		text = joined("the rehearsal "+m.Summary.RehearsalOutcome(), m.why)
		if m.Summary.Incomplete() && m.Problem != nil {
			text = m.Problem.Text // which says within what time, too
		}
	case status == engine.StatusDone:
		text = joined(s.credential.ID+" is "+m.Summary.Rotation.Purpose.Participle(), m.why)
	case status == engine.StatusRolledBack:
		text = joined("services are as before", m.why)
		if name := m.New.Identity; name != "" && m.undone(engine.PhaseCreate) {
			text += "; " + name + " stays, disabled"
		}
	default:
		return mark.Style.Render(mark.Glyph + " " + ui.Clean(stopWords(m.why)))
	}
	return mark.Render() + theme.Strong.Render("  "+ui.Clean(text))
}

func (s *Screen) closingSide(label string, side Side) string {
	theme := s.ctx.Theme
	name := theme.Text.Render(ui.Clean(side.name()) + " ")
	standing := side.Standing()
	if _, is := s.rehearses(); is && s.model.Summary.Status.Finished() {
		return s.fact(label, name+theme.Muted.Render("was removed at the end"))
	}
	if standing == "" {
		return s.fact(label, name+theme.Muted.Render("was not tried in this run"))
	}
	mark := side.mark(theme)
	return s.fact(label, name+mark.Render()+theme.Text.Render(" at "+ui.Plural(side.Count(standing), "endpoint"))+
		theme.Muted.Render(", "+s.model.clock(side.ProvenAt)))
}

// mark shows how a side was received; a refusal that the run was to bring
// about is no fault.
func (s Side) mark(theme ui.Theme) ui.Mark {
	mark := theme.Standing(s.Standing())
	if s.Standing() == s.Wanted {
		mark.Style = theme.OK
	}
	return mark
}

// next is the way on from the end.
func (s *Screen) next() string {
	m := s.model
	if _, is := s.rehearses(); is {
		return s.afterRehearsal()
	}
	switch m.Status() {
	case engine.StatusDone:
		if b := s.rollBackButton(); !b.Enabled() || m.Summary.Window.IsZero() {
			return list("esc goes back", b.Reason)
		}
		return fmt.Sprintf("%s rolls back until %s (%s left), esc goes back", s.ctx.Key("run.roll-back", "b"),
			m.clock(m.Summary.Window), engine.Span(m.Summary.Window.Sub(s.ctx.Now())))
	case engine.StatusStopped:
		if s.elsewhere != "" {
			return s.ctx.Key("run.watch", "c") + " watches it: " + s.elsewhere
		}
		if s.ctx.ReadOnly {
			return "esc goes back; whoever may change things can resume it or roll it back"
		}
		if step := s.safeStep(); step != "" {
			return ui.Clean(step)
		}
		return fmt.Sprintf("%s resumes, %s rolls back: both begin with probes", s.ctx.Key("run.continue", keyResume), s.ctx.Key("run.roll-back", "b"))
	default:
		return "esc goes back; a new rotation can be started"
	}
}
