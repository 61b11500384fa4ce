package incident

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// found is what the last comparison came to.
type found struct {
	asking bool
	done   bool
	engine.Identification
	err error
}

// identified delivers a comparison.
type identified struct {
	screen *Screen
	found  engine.Identification
	err    error
}

// compare gives what was entered to the engine, which wipes it.
func (s *Screen) compare() tea.Cmd {
	s.found = found{asking: true}
	leaked, identify := s.field.Take(), s.context.Engine.Identify
	return s.context.Work(func(ctx context.Context) tea.Msg {
		defer func() { _ = leaked.Close() }() // it cannot fail, and may be wiped already
		result, err := identify(ctx, leaked)
		return identified{s, result, err}
	})
}

// identify takes a comparison: what was found is chosen.
func (s *Screen) identify(msg identified) tea.Cmd {
	s.found = found{done: true, Identification: msg.found, err: msg.err}
	for _, suspect := range ui.Suspects(msg.found.Leaks) {
		s.chosen.add(suspect)
	}
	eager := s.eager
	cmd := s.rechosen()
	s.eager = eager && len(msg.found.Leaks) > 0
	return cmd
}
