package looseends

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Bindings lists the keys for the selected loose end.
func (s *Screen) Bindings() []ui.Binding {
	none, again := "", ""
	end, found := s.selected()
	if !found {
		none = "nothing is selected"
	}
	credential := none
	if found && !known(end) {
		credential = "this is no credential"
	}
	if s.looking {
		again = "it is being looked at"
	}
	return []ui.Binding{
		s.ending(end, found),
		{ID: "again", Keys: []string{"r"}, Label: "look again", Footer: true, Reason: again, Help: "Probe every credential once more. Changes nothing."},
		{ID: "details", Keys: []string{"tab"}, Label: "details", Footer: true, Reason: none, Help: "Put the keys on the details, where arrows scroll, or back on the list."},
		{ID: "users", Keys: []string{"l"}, Label: "live users", Footer: true, Reason: credential, Help: "Who uses the credential now: look here before anything is taken away."},
		{ID: "history", Keys: []string{"h"}, Label: "history", Reason: credential, Help: "The runs of the credential."},
		{ID: "command", Keys: []string{"C", "$"}, Label: "by hand", Reason: credential, Help: "Show the commands by which a person does it by hand. Changes nothing."},
		{ID: "back", Keys: []string{"esc"}, Label: "back", Footer: true, Help: "Back to the list, or leave."},
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "The one before."},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "The next one."},
		{ID: "page", Keys: []string{"pgup", "pgdown"}, Label: "page", Help: "One page up or down."},
		{ID: "ends", Keys: []string{"home", "g", "end", "G"}, Label: "ends", Help: "To the first or the last."},
	}
}

// ending is what the enter key does: the one action that ends the selected one.
// All of them ask before they change anything.
func (s *Screen) ending(end engine.LooseEnd, found bool) ui.Binding {
	b := ui.Binding{
		ID: "end", Keys: []string{"enter"}, Label: "end it", Footer: true,
		Help: "Do the one thing that ends it. It begins with probes, and you are asked before anything changes.",
	}
	if !found {
		b.Reason = "nothing is selected"
		return b
	}
	switch end.Ending.Action {
	case engine.EndTidy:
		b.Label, b.Danger = "tidy up", true
	case engine.EndResume:
		b.Label, b.Danger = "resume", true
	case engine.EndRollBack:
		b.Label, b.Danger = "roll back", true
	case engine.EndIncident:
		b.Label = "show the incident"
	case engine.EndLook:
		b.Label = "look closer"
	case engine.EndRehearsal:
		b.Reason = "in a shell: " + ui.Clean(end.Ending.Command)
	case engine.EndByHand:
		b.Reason = "it is for a person: the details say what to do"
	}
	switch {
	case b.Reason != "" || !b.Danger:
	case s.context.ReadOnly:
		b.Reason = "the console is read-only"
	case s.busy(end.Credential):
		b.Reason = "a run of it is under way here"
	}
	return b
}

func (s *Screen) busy(credential string) bool {
	for _, run := range s.context.Active() {
		if run.Credential().ID == credential {
			return true
		}
	}
	return false
}

func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	end, _ := s.selected()
	switch ui.Pressed(s.Bindings(), msg) {
	case "end":
		return s.end(end)
	case "again":
		return s.Init()
	case "details":
		s.reading = !s.reading
	case "users":
		return ui.Send(ui.OpenUsers{ID: end.Credential})
	case "history":
		return ui.Send(ui.OpenHistory{ID: end.Credential})
	case "command":
		return ui.Send(ui.OpenRunbook{ID: end.Credential})
	case "back":
		if s.reading {
			s.reading = false
			return nil
		}
		return ui.Send(ui.Back{})
	default:
		if s.reading {
			s.scroll.Key(msg)
		} else if s.table.Key(msg) {
			s.scroll = scroll.Scroll{}
		}
	}
	return nil
}

// end begins what ends a loose end.
func (s *Screen) end(end engine.LooseEnd) tea.Cmd {
	e, run := s.context.Engine, end.Run
	switch end.Ending.Action {
	case engine.EndTidy:
		return s.start(func(ctx context.Context) (*engine.Run, error) { return e.Tidy(ctx, end.Credential, engine.Options{}) })
	case engine.EndResume:
		return s.start(func(ctx context.Context) (*engine.Run, error) { return e.Resume(ctx, run, engine.Options{}) })
	case engine.EndRollBack:
		return s.start(func(ctx context.Context) (*engine.Run, error) { return e.RollBack(ctx, run, engine.Options{}) })
	case engine.EndLook:
		return ui.Send(ui.OpenTruth{Run: engine.Summary{Run: run, Credential: end.Credential, Status: engine.StatusStopped}})
	case engine.EndIncident:
		return s.board(end)
	case engine.EndRehearsal, engine.EndByHand:
	}
	return nil
}

func (s *Screen) start(how func(context.Context) (*engine.Run, error)) tea.Cmd {
	return s.context.Start(how)
}

// board opens the board of an incident on record, which can be resumed there.
func (s *Screen) board(end engine.LooseEnd) tea.Cmd {
	boards := s.context.Engine.Incidents
	return s.context.Work(func(ctx context.Context) tea.Msg {
		all, err := boards(ctx)
		for _, b := range all {
			if b.ID == end.Credential {
				return ui.OpenIncidentBoard{Record: b}
			}
		}
		return ui.ShowProblem{
			Title:   "The incident cannot be shown",
			Problem: engine.NewProblem(err, end.Ending.Command, "the journal has no incident %s", end.Credential),
		}
	})
}
