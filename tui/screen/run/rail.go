package run

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// mark is how the state of a phase is shown.
func (m *Model) mark(theme ui.Theme, s Stage) ui.Mark {
	switch {
	case s.State == ui.PhaseWaiting:
		mark := theme.Phase(s.State)
		mark.Word = m.waiting()
		return mark
	case s.State == PhaseStopped:
		return ui.Mark{Glyph: "■", Word: string(s.State), Style: theme.Warn}
	case s.State == ui.PhaseFailed && m.untried(s.Phase):
		return ui.Mark{Glyph: "◇", Word: "incomplete", Style: theme.Warn}
	}
	return theme.Phase(s.State)
}

// untried says of the faults of a rehearsal that none of them ended badly, and some
// were not tried: then the phase has failed in the journal's words alone.
func (m *Model) untried(phase engine.Phase) bool {
	return phase == engine.PhaseFaults && m.Summary.Broken == 0 && m.Summary.Faults < m.Summary.Trials
}

// rail draws all phases under the pictures that they belong to.
func rail(theme ui.Theme, m *Model, now time.Time, width int) []string {
	var lines []string
	picture := engine.Picture("")
	current := m.Current().Phase
	for _, s := range m.Stages {
		if s.Picture != picture {
			picture = s.Picture
			lines = append(lines, theme.Muted.Render(string(picture)))
		}
		row := m.Stage(s.Phase)
		lines = append(lines, m.railRow(theme, row, s.Phase == current, now, width))
		if s.Phase == current && active(row.State) && m.Lacking() {
			lines = append(lines, theme.Warn.Render("   ? no evidence"))
		}
	}
	return lines
}

// whence says who runs what, for the room below the rail.
func whence(theme ui.Theme, m *Model) []string {
	r := m.Summary.Rotation
	if r.Operator == "" {
		return nil
	}
	var lines []string
	for _, fact := range []struct{ label, text string }{
		{"run", m.Summary.Run}, {"by", r.Operator + " on " + r.Host}, {"at", m.clock(m.Summary.Started)},
	} {
		lines = append(lines, theme.Muted.Render(fmt.Sprintf("%-5s", fact.label)+ui.Clean(fact.text)))
	}
	return lines
}

func (m *Model) railRow(theme ui.Theme, s Stage, current bool, now time.Time, width int) string {
	mark := m.mark(theme, s)
	name := theme.Text
	switch {
	case current:
		name = theme.Strong
	case s.State == ui.PhasePending, s.State == ui.PhaseSkipped:
		name = theme.Muted
	}
	word := m.counting(s, mark.Word)
	if s.State == ui.PhasePending {
		word = ""
	}
	if s.Attempts > 1 {
		word += fmt.Sprintf(" ×%d", s.Attempts)
	}
	left := " " + mark.Sign() + " " + name.Render(fmt.Sprintf("%-9s", s.Phase)) + " " + mark.Style.Render(word)
	return ui.Spread(left, theme.Muted.Render(elapsed(s, now)), width)
}

// counting is the word for a phase, or how many faults of how many were tried.
func (m *Model) counting(s Stage, word string) string {
	if s.Phase == engine.PhaseFaults && active(s.State) && m.Summary.Trials > 0 {
		return fmt.Sprintf("%d of %d", m.Summary.Faults, m.Summary.Trials)
	}
	return word
}

func elapsed(s Stage, now time.Time) string {
	if s.Started.IsZero() || s.State == ui.PhaseWaiting || s.State == ui.PhaseSkipped {
		return ""
	}
	return Duration(s.Elapsed(now))
}

// Strip is the rail in one line: a glyph for each phase, and the current one
// in words.
func Strip(theme ui.Theme, m *Model, now time.Time, width int) string {
	var glyphs strings.Builder
	picture := m.Stages[0].Picture
	for _, s := range m.Stages {
		if s.Picture != picture {
			picture = s.Picture
			glyphs.WriteString(" ")
		}
		glyphs.WriteString(m.mark(theme, m.Stage(s.Phase)).Sign())
	}
	left := ansi.Truncate(glyphs.String()+"  "+inWords(theme, m, now), width, "…")
	return ui.Spread(left, theme.Muted.Render(string(m.Picture())), width)
}

// inWords is the current phase and its state, or the end of the run.
func inWords(theme ui.Theme, m *Model, now time.Time) string {
	if m.Over() && m.Summary.Status.Finished() {
		if m.Summary.RehearsalOf() != "" {
			return theme.RehearsedMark(m.Summary).Render()
		}
		return theme.Status(m.Summary.Status).Render()
	}
	s := m.Current()
	mark := m.mark(theme, s)
	words := theme.Strong.Render(string(s.Phase)) + " " + mark.Style.Render(m.counting(s, mark.Word))
	if s.Attempts > 1 {
		words += theme.Muted.Render(fmt.Sprintf(" ×%d", s.Attempts))
	}
	if left, counting := m.GraceLeft(now); counting {
		words += theme.Strong.Render(" " + graceWords(left))
		if m.Lacking() {
			words += theme.Warn.Render(" ? no evidence")
		}
		return words
	}
	if took := elapsed(s, now); took != "" {
		words += theme.Muted.Render(" " + took)
	}
	return words
}

// railWindow is the rail as high as its pane: with the run below it where there
// is room, else such that the current phase is in view.
func (s *Screen) railWindow(width, height int) []string {
	lines := rail(s.ctx.Theme, s.model, s.ctx.Now(), width)
	if len(lines) <= height {
		below := whence(s.ctx.Theme, s.model)
		room := height - len(lines) - len(below)
		if room < 1 {
			return lines
		}
		return append(append(lines, make([]string, room)...), below...)
	}
	current := 0
	picture := engine.Picture("")
	for _, stage := range s.model.Stages {
		if stage.Picture != picture {
			picture = stage.Picture
			current++
		}
		if stage.Phase == s.model.Current().Phase {
			break
		}
		current++
	}
	shown, _ := ui.Window(lines, current-height/2, height)
	return shown
}
