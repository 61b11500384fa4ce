package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// leaving is how far the operator is on the way out.
type leaving int

const (
	staying   leaving = iota
	stopping          // runs were told to stop; the console ends with the last of them
	abandoned         // no more changes are made; the console ends with the last run
)

// interrupted is a signal or ctrl+c; leave is the end of the console's context.
// settled comes when no run is under way any more.
type (
	interrupted struct{}
	leave       struct{}
	settled     struct{}
)

// interrupt is the ladder of ctrl+c: ask, stop now, end.
func (m *Model) interrupt() tea.Cmd {
	if m.guard != nil || m.leaving != staying {
		return m.leaveNow()
	}
	return m.quit()
}

// quit leaves, or asks how while a run is under way.
func (m *Model) quit() tea.Cmd {
	runs, incidents := m.launcher.active(), m.launcher.begun()
	if len(runs) == 0 && len(incidents) == 0 {
		return m.end()
	}
	if m.guard == nil {
		m.guard = confirm.New(m.context, confirm.Question{Request: guardRequest(runs, incidents), Answer: m.answerGuard(runs), Then: ui.Send(guarded{})})
	}
	return nil
}

// end ends the console. What the terminal was told of its work is over with it.
func (m *Model) end() tea.Cmd {
	m.ended = true
	return tea.Quit
}

// guarded follows an answer to the guard.
type guarded struct{}

func (m *Model) afterGuard() tea.Cmd {
	if m.leaving == stopping {
		return m.settle()
	}
	return nil
}

// leaveNow makes no more changes and ends with the last run; told again, it ends
// the console.
func (m *Model) leaveNow() tea.Cmd {
	if m.leaving == abandoned {
		return m.end()
	}
	m.guard = nil
	m.leaving = abandoned
	m.stop()
	return m.settle()
}

// settle waits for the runs, then ends the console.
func (m *Model) settle() tea.Cmd {
	return func() tea.Msg {
		m.launcher.wait()
		return settled{}
	}
}

// parting is the line that says why the console is still there.
func (m *Model) parting() string {
	switch m.leaving {
	case stopping:
		return "leaving once the run has stopped after this phase; ctrl+c stops it at the next safe point"
	case abandoned:
		return "no more changes are made; leaving at the next safe point"
	default:
		return ""
	}
}
