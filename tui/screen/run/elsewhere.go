package run

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
)

// standing brings how the run stands by the journal.
type standing struct {
	to  *Screen
	run engine.Summary
}

// lookAround asks the journal whether somebody else has taken up the run that
// is stopped here, or rotated again what can be rolled back here; the next question
// waits for this one's answer.
func (s *Screen) lookAround() tea.Cmd {
	if !s.model.Over() || s.looking || s.ctx.Engine == nil {
		return nil
	}
	stopped := s.model.Summary.Status == engine.StatusStopped
	if !stopped && s.returns() != nil {
		return nil
	}
	s.looking = true
	id, credential, list := s.id, s.credential.ID, s.ctx.Engine.Runs
	return s.ctx.Work(func(ctx context.Context) tea.Msg {
		runs, err := list(ctx, engine.RunQuery{Credential: credential, Unfinished: stopped})
		i := slices.IndexFunc(runs, func(r engine.Summary) bool { return r.Run == id })
		if err != nil || i < 0 {
			return standing{to: s}
		}
		return standing{s, runs[i]}
	})
}

// place takes where the run goes on, if it does.
func (s *Screen) place(msg standing) {
	s.looking = false
	s.elsewhere, s.later = s.ctx.Elsewhere(msg.run), msg.run.SupersededBy
}

// returns says why the run cannot be rolled back, by all that is known here.
func (s *Screen) returns() *engine.Problem {
	summary := s.model.Summary
	summary.SupersededBy = s.later
	return s.ctx.Engine.CanRollBack(summary)
}
