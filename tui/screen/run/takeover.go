package run

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// choiceTakeOver is the answer that takes a run over.
const choiceTakeOver engine.ChoiceID = "take-over"

// takenOver follows the answer that takes the run over.
type takenOver struct{ to *Screen }

// followHolder brings an open question up to date, and takes it back when the
// holder gives a sign of life. before is whether they were gone when last asked
// for. It never opens the question: who looks at a run wants to see it first, and
// the banner names the key.
func (s *Screen) followHolder(before bool) tea.Cmd {
	dialog, open := s.dialog.(*confirm.Dialog)
	switch gone := s.gone(); {
	case gone && open:
		dialog.Restate(s.takeOverRequest())
	case !gone && open:
		s.dialog = nil
		return tea.Batch(ui.Send(ui.CloseDialog{Dialog: dialog}), s.tellBack(before))
	}
	return nil
}

// restate brings an open question up to date: silence grows by itself.
func (s *Screen) restate() {
	if dialog, open := s.dialog.(*confirm.Dialog); open && s.gone() {
		dialog.Restate(s.takeOverRequest())
	}
}

// tellBack says that a holder who was gone is there again.
func (s *Screen) tellBack(before bool) tea.Cmd {
	if !before || s.model.Over() {
		return nil
	}
	return ui.Send(ui.Flash{Text: s.holder().Operator + " gave a sign of life: there is nothing to take over", Level: ui.LevelInfo})
}

// askTakeOver opens the question, in place of an older one.
func (s *Screen) askTakeOver() tea.Cmd {
	older := s.dialog
	dialog := confirm.New(s.ctx, confirm.Question{
		Request: s.takeOverRequest(), Environment: s.credential.Environment,
		Answer: func(a engine.Answer) error {
			s.taking = a.Choice == choiceTakeOver
			return nil
		},
		Then: ui.Send(takenOver{s}),
	})
	s.dialog = dialog
	show := ui.Send(ui.ShowDialog{Dialog: dialog, Owner: s})
	if older == nil {
		return show
	}
	return tea.Batch(ui.Send(ui.CloseDialog{Dialog: older}), show)
}

// takeOver does what was answered.
func (s *Screen) takeOver() tea.Cmd {
	s.dialog = nil
	if !s.taking {
		return nil
	}
	s.taking = false
	id, take := s.id, s.ctx.Engine.TakeOver
	return s.ctx.Start(func(ctx context.Context) (*engine.Run, error) {
		return take(ctx, id, engine.Options{})
	})
}

// takeOverRequest is the question as things are now.
func (s *Screen) takeOverRequest() engine.Request {
	h := s.holder()
	typed := ""
	if s.credential.Environment.Protected {
		typed = s.credential.ID
	}
	where := fmt.Sprintf("%s of run %s; %s on %s (pid %d), silent for %s",
		s.model.Summary.At(), s.id, h.Operator, h.Host, h.PID, engine.Span(s.silent()))
	if word := s.credential.Environment.Word; word != "" {
		where = word + " · " + where
	}
	return engine.Request{
		ID: s.id + "/take-over", Title: "Take the run of " + s.credential.ID + " over?",
		What:        "carry the run on from here; probes come first, and you are asked before anything changes",
		Where:       where,
		Consequence: fmt.Sprintf("%s is fenced off: that process can write nothing more, should it come back. A change that it has begun may still happen", h.Operator),
		Reversible:  "the run is, as far as it was; the fence is not",
		Details:     s.truthLines(),
		Choices: []engine.Choice{
			{ID: choiceTakeOver, Label: "take over", Danger: true, Typed: typed},
			{ID: engine.ChoiceStop, Label: "keep watching"},
		},
		Default: engine.ChoiceStop,
	}
}

// truthLines are what probes found, or that they have not yet.
func (s *Screen) truthLines() []string {
	truth, known := s.truth.Truth()
	if !known || s.truth.Run().Run != s.id {
		return []string{"probing what is true now"}
	}
	return truth.Lines()
}
