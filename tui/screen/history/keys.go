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
	keyWatch    = "watch"
	keyTruth    = "truth"
	keyProbe    = "probe"
	keyUsers    = "users"
	keyCommand  = "command"
	keyResume   = "resume"
	keyRollBack = "roll-back"
	keyWrap     = "wrap"
	keyStamps   = "stamps"
	keySave     = "save"
	keyReload   = "reload"
	keyMove     = "move"
	keyFilter   = "filter"
	keyUnfilter = "unfilter"
	keyBack     = "back"
)

// Bindings lists the keys of the screen.
func (s *Screen) Bindings() []ui.Binding {
	if s.filter.Editing() {
		return narrowBindings()
	}
	_, found := s.selected()
	none, closed := "", ""
	if !found {
		none = "no run is selected"
	}
	if !s.opened {
		closed = "no journal is open: " + s.ctx.Key("history.journal", "enter") + " opens it"
	}
	return []ui.Binding{
		s.openBinding(none),
		{ID: keyResume, Keys: []string{"u"}, Label: "resume", Danger: true, Footer: true, Reason: s.resumeReason(), Help: "Take an unfinished run up again, beginning with probes."},
		{ID: keyRollBack, Keys: []string{"b"}, Label: "roll back", Danger: true, Footer: true, Reason: s.rollBackReason(), Help: "Undo what the run did, beginning with probes. You are asked once more."},
		{ID: keyTruth, Keys: []string{"t"}, Label: "truth", Footer: s.truthful(), Reason: none, Help: "What is true of the run now: does the old credential work, does the new one, what does the store hold, who uses what, and the one safe next step."},
		{ID: keyProbe, Keys: []string{"p"}, Label: "probe again", Reason: s.probeReason(), Help: "Probe once more what is true of the run, for the panel beside its journal. Changes nothing."},
		{ID: keyUsers, Keys: []string{"l"}, Label: "live users", Reason: none, Help: "Who uses the credential now."},
		{ID: keyCommand, Keys: []string{"C", "$"}, Label: "by hand", Reason: none, Help: "Show the commands by which a person does it by hand, step by step, forward and back, with what is true now. Changes nothing."},
		{ID: keyMove, Keys: []string{"up", "down", "k", "j", "pgup", "pgdown", "home", "end", "g", "G"}, Label: "move", Help: "Move in the list, or scroll the journal."},
		{ID: "pan", Keys: []string{"right", "left"}, Label: "pan", Footer: s.opened && s.journal(s.table.Selected()).log.Cut(), Reason: closed, Help: "Pan the journal to the left and right."},
		{ID: keyWrap, Keys: []string{"space"}, Label: "wrap", Footer: s.opened && s.journal(s.table.Selected()).log.Cut(), Reason: closed, Help: "Show long lines of the journal in full, or cut."},
		{ID: keyStamps, Keys: []string{"T"}, Label: "times", Reason: closed, Help: "Show or hide the times in the journal."},
		{ID: keySave, Keys: []string{"w"}, Label: "save", Footer: s.opened, Reason: none, Help: "Write the journal of the run to a file that only you can read."},
		s.filterBinding(),
		{ID: keyReload, Keys: []string{"r"}, Label: "reload", Help: "Read the list again."},
		s.backBinding(),
	}
}

func (s *Screen) filterBinding() ui.Binding {
	b := ui.Binding{ID: keyFilter, Keys: []string{"/"}, Label: "filter", Footer: !s.opened, Help: "Narrow the list down to runs that have every word in their credential, status, phase, operator, start or id."}
	if s.opened {
		b.Reason = "the journal is open: esc goes back to the list"
	}
	return b
}

func (s *Screen) backBinding() ui.Binding {
	if s.filter.Active() && !s.opened {
		return ui.Binding{ID: keyUnfilter, Keys: []string{"esc"}, Label: "clear filter", Footer: true, Help: "Clear the filter; esc again goes back."}
	}
	return ui.Binding{ID: keyBack, Keys: []string{"esc"}, Label: "back", Footer: true, Help: "Close the journal, or go back."}
}

// openBinding is what the enter key does: a run that goes on is watched, any
// other is read about.
func (s *Screen) openBinding(none string) ui.Binding {
	b := ui.Binding{ID: keyOpen, Keys: []string{"enter"}, Label: "journal", Footer: !s.opened, Reason: none, Help: "Read the journal of the run."}
	r, found := s.selected()
	switch {
	case found && (s.ctx.Here(r.Run) != nil || s.ctx.Elsewhere(r) != ""):
		b.ID, b.Label, b.Footer, b.Help = keyWatch, "watch", true, "Show the run as it goes."
	case s.opened:
		b.Reason = "it is open already"
	}
	return b
}

func (s *Screen) probeReason() string {
	switch {
	case !s.truthful():
		return "the run is not stopped: " + s.ctx.Key("history.truth", "t") + " probes what is true of it"
	case s.truth.Looking():
		return "it is being probed"
	}
	return ""
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
		return r, "it is under way: " + s.ctx.Key("history.watch", "enter") + " shows it"
	}
	return r, s.ctx.Elsewhere(r)
}

const readOnly = "the console is read-only"

func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	if s.filter.Editing() {
		return s.write(msg)
	}
	id := s.table.Selected()
	switch ui.Pressed(s.Bindings(), msg) {
	case keyOpen:
		s.opened = true
		return s.look()
	case keyWatch:
		if run := s.ctx.Here(id); run != nil {
			return ui.Send(ui.OpenRun{Run: run})
		}
		return s.ctx.Watch(id)
	case keyTruth:
		return ui.Send(ui.OpenTruth{Run: s.runs[id]})
	case keyProbe:
		return s.truth.Look(s.runs[id])
	case keyUsers:
		return ui.Send(ui.OpenUsers{ID: s.runs[id].Credential})
	case keyCommand:
		return ui.Send(ui.OpenRunbook{ID: s.runs[id].Credential, Run: id})
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
	case keyWrap:
		s.journal(id).log.ToggleWrap()
	case keyStamps:
		s.journal(id).log.ToggleStamps()
	case keySave:
		return run.SaveLog(s.ctx, s.folder, s.runs[id].Credential, id, s.journal(id).model)
	case keyFilter:
		return s.openFilter()
	case keyUnfilter:
		s.filter.Clear()
		return s.narrow()
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
