package run

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
)

// truthWanted says that what the run has told does not answer what matters now:
// it rests unfinished, or asks because nobody knows how things are.
func (s *Screen) truthWanted() bool {
	m := s.model
	switch {
	case m.Over():
		return m.Summary.Status == engine.StatusStopped && s.elsewhere == ""
	case s.watched:
		return s.gone()
	case m.Request == nil:
		return m.Problem != nil
	}
	switch m.Request.Kind {
	case engine.RequestFailure, engine.RequestUnknown, engine.RequestResume:
		return true
	default:
		return m.Problem != nil
	}
}

// probe looks what is true once that begins to matter. While the run works on a
// problem by itself, only the operator's key probes: logins that are refused
// again and again may lock an account.
func (s *Screen) probe() tea.Cmd {
	if s.ctx.Engine == nil || !s.truthWanted() || !s.model.Over() && s.model.Request == nil && !s.watched {
		return nil
	}
	return s.truth.Of(s.model.Summary)
}

// truthBlock is what is true, as the first block of the evidence.
func (s *Screen) truthBlock(width int) []string {
	if !s.truthWanted() || s.truth.Run().Run == "" {
		return nil
	}
	theme := s.ctx.Theme
	lines := []string{theme.Accent.Bold(true).Render("what is true now") + theme.Muted.Render(" · "+s.ctx.Key("run.truth", "t")+" shows all")}
	return append(append(lines, s.truth.Facts(width)...), s.truth.Foot(width)...)
}

// latest is a side by its last proofs: those of the run, or of a probe since.
func (s *Screen) latest(side Side, proofs func(engine.Truth) []engine.Proof) Side {
	truth, known := s.truth.Truth()
	if !known || s.truth.Run().Run != s.id || truth.At.Before(side.ProvenAt) || len(proofs(truth)) == 0 {
		return side
	}
	side.Proofs, side.ProvenAt, side.Wanted = proofs(truth), truth.At, cmp.Or(side.Wanted, engine.Accepted)
	return side
}

// safeStep is the advice of the probes on a run that is stopped; "" while there
// is none.
func (s *Screen) safeStep() string {
	truth, known := s.truth.Truth()
	if !known || s.truth.Run().Run != s.id {
		return ""
	}
	key := map[engine.Advice]string{engine.AdviceResume: s.ctx.Key("run.continue", keyResume) + " resumes: ", engine.AdviceRollBack: s.ctx.Key("run.roll-back", "b") + " rolls back: "}[truth.Advice]
	return key + truth.AdviceText
}
