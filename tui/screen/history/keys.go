package history

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/screen/run"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The ids of the bindings.
const (
	keyOpen     = "journal"
	keyResume   = "resume"
	keyRollBack = "roll-back"
	keyStamps   = "stamps"
	keySave     = "save"
	keyReload   = "reload"
	keyMove     = "move"
	keyBack     = "back"
)

// Bindings lists the keys of the screen.
func (s *Screen) Bindings() []ui.Binding {
	_, found := s.selected()
	none, closed := "", ""
	if !found {
		none = "no run is selected"
	}
	if !s.opened {
		closed = "no journal is open: enter opens it"
	}
	open := ui.Binding{ID: keyOpen, Keys: []string{"enter"}, Label: "journal", Footer: !s.opened, Reason: none, Help: "Read the journal of the run."}
	if s.opened {
		open.Reason = "it is open already"
	}
	return []ui.Binding{
		open,
		{ID: keyResume, Keys: []string{"u"}, Label: "resume", Danger: true, Footer: true, Reason: s.resumeReason(), Help: "Take an unfinished run up again, beginning with probes."},
		{ID: keyRollBack, Keys: []string{"b"}, Label: "roll back", Danger: true, Footer: true, Reason: s.rollBackReason(), Help: "Undo what the run did, beginning with probes. You are asked once more."},
		{ID: keyMove, Keys: []string{"up", "down", "k", "j", "pgup", "pgdown", "home", "end", "g", "G"}, Label: "move", Help: "Move in the list, or scroll the journal."},
		{ID: "pan", Keys: []string{"right", "left"}, Label: "pan", Footer: s.opened && s.journal(s.table.Selected()).log.Cut(), Reason: closed, Help: "Pan the journal to the left and right."},
		{ID: keyStamps, Keys: []string{"t"}, Label: "times", Reason: closed, Help: "Show or hide the times in the journal."},
		{ID: keySave, Keys: []string{"w"}, Label: "save", Footer: s.opened, Reason: none, Help: "Write the journal of the run to a file that only you can read."},
		{ID: keyReload, Keys: []string{"r"}, Label: "reload", Help: "Read the list again."},
		{ID: keyBack, Keys: []string{"esc"}, Label: "back", Footer: true, Help: "Close the journal, or go back."},
	}
}

func (s *Screen) resumeReason() string {
	summary, reason := s.startReason()
	if reason == "" && summary.Status.Finished() {
		reason = "the run is " + string(summary.Status)
	}
	return reason
}

func (s *Screen) rollBackReason() string {
	summary, reason := s.startReason()
	if reason != "" {
		return reason
	}
	if problem := s.ctx.Engine.CanRollBack(summary); problem != nil {
		return ui.Clean(problem.Text)
	}
	return ""
}

// startReason is the selected run, and why it can neither be resumed nor rolled
// back.
func (s *Screen) startReason() (r engine.Summary, reason string) {
	r, found := s.selected()
	switch {
	case !found:
		return r, "no run is selected"
	case s.ctx.ReadOnly:
		return r, readOnly
	case s.ctx.Here(r.Run) != nil:
		return r, "it is under way: enter on it in the inventory shows it"
	}
	return r, s.ctx.Elsewhere(r)
}

const readOnly = "the console is read-only"

func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	id := s.table.Selected()
	switch ui.Pressed(s.Bindings(), msg) {
	case keyOpen:
		s.opened = true
		return s.look()
	case keyResume:
		return s.start(s.ctx.Engine.Resume)
	case keyRollBack:
		return s.start(s.ctx.Engine.RollBack)
	case keyMove, "pan":
		if s.opened {
			s.journal(id).log.Key(msg)
			return nil
		}
		s.table.Key(msg)
		return s.look()
	case keyStamps:
		s.journal(id).log.ToggleStamps()
	case keySave:
		return run.SaveLog(s.ctx, s.folder, s.runs[id].Credential, id, s.journal(id).model.Lines)
	case keyReload:
		return s.load()
	case keyBack:
		if s.opened {
			s.opened = false
			return nil
		}
		return ui.Send(ui.Back{})
	}
	return nil
}

func (s *Screen) start(how func(context.Context, string, engine.Options) (*engine.Run, error)) tea.Cmd {
	id := s.table.Selected()
	return s.ctx.Start(func(ctx context.Context) (*engine.Run, error) { return how(ctx, id, engine.Options{}) })
}
