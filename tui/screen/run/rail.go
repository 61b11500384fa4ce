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
func mark(theme ui.Theme, state ui.PhaseState) ui.Mark {
	if state == PhaseStopped {
		return ui.Mark{Glyph: "■", Word: string(state), Style: theme.Warn}
	}
	return theme.Phase(state)
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
		lines = append(lines, railRow(theme, m.Stage(s.Phase), s.Phase == current, now, width))
	}
	return lines
}

func railRow(theme ui.Theme, s Stage, current bool, now time.Time, width int) string {
	mark := mark(theme, s.State)
	name := theme.Text
	switch {
	case current:
		name = theme.Strong
	case s.State == ui.PhasePending, s.State == ui.PhaseSkipped:
		name = theme.Muted
	}
	word := mark.Word
	if s.State == ui.PhasePending {
		word = ""
	}
	if s.Attempts > 1 {
		word += fmt.Sprintf(" ×%d", s.Attempts)
	}
	left := " " + mark.Sign() + " " + name.Render(fmt.Sprintf("%-9s", s.Phase)) + " " + mark.Style.Render(word)
	return ui.Spread(left, theme.Muted.Render(elapsed(s, now)), width)
}

func elapsed(s Stage, now time.Time) string {
	if s.Started.IsZero() || s.State == ui.PhaseWaiting {
		return ""
	}
	return Duration(s.Elapsed(now))
}

// strip is the rail in one line: a glyph for each phase, and the current one
// in words.
func strip(theme ui.Theme, m *Model, now time.Time, width int) string {
	var glyphs strings.Builder
	picture := m.Stages[0].Picture
	for _, s := range m.Stages {
		if s.Picture != picture {
			picture = s.Picture
			glyphs.WriteString(" ")
		}
		glyphs.WriteString(mark(theme, m.Stage(s.Phase).State).Sign())
	}
	s := m.Current()
	left := glyphs.String() + "  " + theme.Strong.Render(string(s.Phase)) + " " + mark(theme, s.State).Style.Render(mark(theme, s.State).Word)
	if s.Attempts > 1 {
		left += theme.Muted.Render(fmt.Sprintf(" ×%d", s.Attempts))
	}
	if took := elapsed(s, now); took != "" {
		left += " " + theme.Muted.Render(took)
	}
	return ui.Spread(ansi.Truncate(left, width, "…"), theme.Muted.Render(string(s.Picture)), width)
}

// railWindow keeps the current phase in view where the rail is longer than its
// pane.
func (s *Screen) railWindow(lines []string, height int) []string {
	if len(lines) <= height {
		return lines
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
