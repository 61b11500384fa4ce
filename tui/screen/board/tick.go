package board

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// ticked delivers what came of ticking a credential off.
type ticked struct {
	to    *Screen
	board *engine.Board // of the record; nil while the incident is carried out here
	err   error
}

// CapturesText says whether keys are text.
func (s *Screen) CapturesText() bool { return s.note.Editing() }

func noteBindings() []ui.Binding {
	return []ui.Binding{
		{ID: "keep", Keys: []string{"enter"}, Label: "go on", Help: "Take these words, or none. You are asked before anything is recorded.", Footer: true},
		{ID: "leave", Keys: []string{"esc"}, Label: "leave", Help: "Record nothing.", Footer: true},
	}
}

func (s *Screen) tickReason() string {
	if reason := s.selectedReason(); reason != "" {
		return reason
	}
	if s.context.ReadOnly {
		return "the console is read-only"
	}
	if problem := s.board.CanTick(s.table.Selected()); problem != nil {
		return ui.Clean(problem.Text)
	}
	return ""
}

// openNote lets the few words be written that go with the tick.
func (s *Screen) openNote() {
	s.noting = s.table.Selected()
	s.note.Clear()
	s.note.Open()
}

// write takes a key of the note; enter asks, esc does not.
func (s *Screen) write(msg tea.KeyPressMsg) tea.Cmd {
	s.note.Update(msg)
	if s.note.Editing() || msg.String() == "esc" {
		return nil
	}
	q, note, id := s.board.TickQuestion(s.noting), s.note.Text(), s.noting
	if note != "" {
		q.Details = append([]string{"note: " + note}, q.Details...)
	}
	yes := false
	return ui.Send(ui.ShowDialog{Owner: s, Dialog: confirm.New(s.context, confirm.Question{
		Request: q, Environment: s.environment(),
		Answer: func(a engine.Answer) error { yes = a.Choice == engine.ChoiceContinue; return nil },
		Then: func() tea.Msg {
			if !yes {
				return nil
			}
			return s.tickOff(id, note)()
		},
	})})
}

// tickOff records it, through the incident while that is carried out here.
func (s *Screen) tickOff(id, note string) tea.Cmd {
	incident, b, e := s.incident, s.board.ID, s.context.Engine
	if s.ended {
		incident = nil
	}
	return s.context.Work(func(ctx context.Context) tea.Msg {
		if incident != nil {
			return ticked{to: s, err: incident.TickOff(ctx, id, note)}
		}
		board, err := e.TickOff(ctx, b, id, note)
		return ticked{s, &board, err}
	})
}

func (s *Screen) tickedOff(msg ticked) tea.Cmd {
	switch {
	case msg.err != nil:
		return ui.Send(ui.ShowProblem{Title: "It is not ticked off", Problem: engine.AsProblem(msg.err)})
	case msg.board != nil:
		s.newer = true
		s.show(*msg.board)
	default:
		s.refresh()
	}
	return ui.Send(ui.Flash{Text: "recorded: " + ui.Revoked(s.board), Level: ui.LevelOK})
}

func (s *Screen) noteLine() string {
	theme := s.context.Theme
	return theme.Muted.Render("done by hand: "+ui.Clean(s.noting)+", note ") + theme.Accent.Render("❯ ") +
		theme.Strong.Render(ui.Clean(s.note.Text())) + theme.Accent.Render("▌") + theme.Muted.Render("  enter alone for none")
}
