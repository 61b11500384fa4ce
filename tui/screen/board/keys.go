package board

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/savefile"
	"github.com/rotadeck/rotadeck/tui/report"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Bindings lists the keys.
func (s *Screen) Bindings() []ui.Binding {
	if s.note.Editing() {
		return noteBindings()
	}
	back := ui.Binding{ID: "back", Keys: []string{"esc"}, Label: "back", Help: "Go back. The incident goes on, and ! shows it again.", Footer: true}
	if s.request != nil {
		back.ID, back.Label, back.Help = "drop", "drop it", "Answer that nothing is to be done, and go back."
	}
	return []ui.Binding{
		s.enter(),
		{ID: "next", Keys: []string{"a"}, Label: "next that needs you", Help: "Select the next credential that asks, has failed, or is left to people.", Footer: true, Reason: s.nextReason()},
		{ID: "resume", Keys: []string{"u"}, Label: "resume", Help: "Go on with the incident, after probing what is true now.", Danger: true, Footer: s.board.Status == engine.StatusStopped, Reason: s.resumeReason()},
		{ID: "tick", Keys: []string{"d"}, Label: "done by hand", Help: "Note in the record that the selected credential was revoked by hand, with your name, the time and a few words. It is asked once more.", Footer: s.tickReason() == "", Reason: s.tickReason()},
		{ID: "report", Keys: []string{"r"}, Label: "report", Help: "Write the report for the post-mortem, as Markdown and as a page, to files in the current folder that only you can read.", Footer: true, Reason: s.reportReason()},
		{ID: "more", Keys: []string{"n"}, Label: "another leak", Help: "Open incident mode for something else that leaked; this one goes on.", Footer: true},
		back,
		{ID: "command", Keys: []string{"C", "$"}, Label: "by hand", Help: "Show the commands by which a person does the selected credential by hand, step by step, forward and back, with what is true now. Changes nothing.", Reason: s.selectedReason()},
		{ID: "history", Keys: []string{"h"}, Label: "history", Help: "The runs of the selected credential.", Reason: s.selectedReason()},
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "One row up."},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "One row down."},
		{ID: "page", Keys: []string{"pgup", "pgdown"}, Label: "page", Help: "One page up or down."},
		{ID: "ends", Keys: []string{"home", "g", "end", "G"}, Label: "ends", Help: "To the first or the last row."},
	}
}

// enter shows the question while it is open, and then the run of a row.
func (s *Screen) enter() ui.Binding {
	if s.request != nil {
		return ui.Binding{ID: "ask", Keys: []string{"enter"}, Label: "ask again", Help: "Show the question again that stands before the incident.", Footer: true}
	}
	run := ui.Binding{ID: "run", Keys: []string{"enter"}, Label: "its run", Help: "Show the run of the selected credential; a question of it can be answered there.", Footer: true}
	if s.run() == nil {
		run.Reason = "no run of it goes on here; " + s.context.Key("board.history", "h") + " shows those of before"
	}
	return run
}

// run is the selected member's; nil before it began.
func (s *Screen) run() *engine.Run {
	if s.source == nil || s.table.Selected() == "" {
		return nil
	}
	return s.source.Run(s.table.Selected())
}

func (s *Screen) selectedReason() string {
	if s.table.Selected() == "" {
		return "no credential is selected"
	}
	return ""
}

func (s *Screen) nextReason() string {
	for _, m := range s.board.Members {
		if needs(m.State) {
			return ""
		}
	}
	return "nothing needs you"
}

// needs says that a member goes no further without a person.
func needs(state engine.MemberState) bool {
	switch state {
	case engine.MemberAsks, engine.MemberFailed, engine.MemberByHand, engine.MemberStopped:
		return true
	case engine.MemberWaiting, engine.MemberRotating, engine.MemberProbing, engine.MemberRevoked, engine.MemberTicked:
	}
	return false
}

func (s *Screen) resumeReason() string {
	switch {
	case s.context.ReadOnly:
		return "the console is read-only"
	case s.board.Status != engine.StatusStopped:
		return "it is not stopped: there is nothing to resume"
	}
	return ""
}

func (s *Screen) reportReason() string {
	if s.request != nil && !s.begun {
		return "nothing has begun"
	}
	return ""
}

func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	if s.note.Editing() {
		return s.write(msg)
	}
	switch ui.Pressed(s.Bindings(), msg) {
	case "ask":
		return s.askAgain()
	case "run":
		return ui.Send(ui.OpenRun{Run: s.run()})
	case "next":
		s.next()
	case "resume":
		return s.context.ResumeIncident(s.board.ID)
	case "tick":
		s.openNote()
	case "report":
		return s.report()
	case "more":
		return ui.Send(ui.OpenIncident{})
	case "drop":
		_ = s.source.Answer(engine.Answer{Request: s.request.ID, Choice: engine.ChoiceStop}) // answered meanwhile: it went on
	case "back":
		return ui.Send(ui.Back{})
	case "command":
		return ui.Send(ui.OpenRunbook{ID: s.table.Selected()})
	case "history":
		return ui.Send(ui.OpenHistory{ID: s.table.Selected()})
	default:
		s.table.Key(msg)
	}
	return nil
}

// next selects the next member that needs someone, from the selected one on.
func (s *Screen) next() {
	at := 0
	for i, m := range s.board.Members {
		if m.Credential == s.table.Selected() {
			at = i
		}
	}
	for i := range s.board.Members {
		m := s.board.Members[(at+1+i)%len(s.board.Members)]
		if needs(m.State) {
			s.table.Select(m.Credential)
			return
		}
	}
}

// report writes the report as it stands now.
func (s *Screen) report() tea.Cmd {
	id, folder, read := s.board.ID, s.folder, s.read
	return s.context.Work(func(ctx context.Context) tea.Msg {
		r, err := read(ctx, id)
		if err != nil {
			return ui.ShowProblem{Title: "The report was not written", Problem: engine.AsProblem(err)}
		}
		var text, page strings.Builder
		document := report.Incident(r)
		if err := errors.Join(document.WriteMarkdown(&text), document.WriteHTML(&page)); err != nil {
			return ui.ShowProblem{Title: "The report was not written", Problem: engine.AsProblem(err)}
		}
		path := savefile.Path(folder, "", "rotadeck-incident", id)
		return savefile.WriteAll(map[string]string{path + ".md": text.String(), path + ".html": page.String()})
	})
}
