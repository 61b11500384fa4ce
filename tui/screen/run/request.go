package run

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// followRequest opens a dialog when the engine asks and closes it when the
// question is gone, whoever answered it. Put aside, a question stays open until
// it is asked for with the continue button.
func (s *Screen) followRequest() tea.Cmd {
	if s.watched {
		return s.followHolder(false)
	}
	if _, answersItself := s.rehearses(); answersItself {
		return nil
	}
	request := s.model.Request
	dialog, shown := s.dialog.(*confirm.Dialog)
	switch {
	case request == nil && !shown:
		return nil
	case request == nil:
		s.dialog = nil
		return ui.Send(ui.CloseDialog{Dialog: dialog})
	case shown && dialog.Request() == request.ID:
		return nil
	}
	return s.openRequest()
}

// openRequest shows the dialog of the open question, in place of any older.
func (s *Screen) openRequest() tea.Cmd {
	older := s.dialog
	dialog := confirm.New(s.ctx, confirm.Question{
		Request: *s.model.Request, Environment: s.credential.Environment, Answer: s.answer, Looks: s.more(),
	})
	s.dialog = dialog
	show := ui.Send(ui.ShowDialog{Dialog: dialog, Owner: s})
	if older == nil {
		return show
	}
	return tea.Batch(ui.Send(ui.CloseDialog{Dialog: older}), show)
}

// more is what can be looked at before the question is answered.
func (s *Screen) more() []confirm.Look {
	looks := []confirm.Look{{
		Key: "$", Label: "shows how by hand", Help: "The commands by which a person does it by hand, forward and back, on a screen of their own; the question waits.",
		Show: ui.Send(ui.OpenRunbook{ID: s.credential.ID, Run: s.id}),
	}}
	if s.asksParity() {
		looks = slices.Insert(looks, 0, confirm.Look{
			Key: "=", Label: "lists the rights", Help: "Compare the rights of both slots on a screen of their own; the question waits.",
			Show: ui.Send(ui.OpenParity{ID: s.credential.ID}),
		})
	}
	return looks
}

// asksParity says that the open question is about rights that differ.
func (s *Screen) asksParity() bool {
	return s.model.Request != nil && s.model.Request.Kind == engine.RequestParity
}

func (s *Screen) answer(a engine.Answer) error { return s.controls.Answer(a) }
