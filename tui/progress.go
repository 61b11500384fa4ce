package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
)

// progress tells the terminal how far the runs of this console are, for its tab or
// the task bar: a mean over them. It warns while one waits for an answer or is
// being undone.
func (m *Model) progress() *tea.ProgressBar {
	runs := m.launcher.active()
	if m.options.Quiet || len(runs) == 0 || m.ended {
		return nil
	}
	state, sum := tea.ProgressBarDefault, 0
	for _, run := range runs {
		s := run.Summary()
		sum += share(s)
		if s.Undoing || waits(run) {
			state = tea.ProgressBarWarning
		}
	}
	return tea.NewProgressBar(state, sum/len(runs))
}

// share is how much of a run is done, in hundredths: the phases before the last one
// that began going forward.
func share(s engine.Summary) int {
	phases := engine.Phases()
	return 100 * max(0, slices.IndexFunc(phases, func(t engine.Transition) bool { return t.Phase == s.Phase })) / len(phases)
}

// waits says whether a run waits for an answer.
func waits(run *engine.Run) bool { return run.Summary().Status == engine.StatusWaiting }

// status tells the terminal what the console does: it works, waits for a person,
// or has nothing to do; and once all is over, how that went. No name is in it:
// terminals keep what they are told. It outlives the console, so a console that
// ends says nothing of work.
func (m *Model) status() *tea.ProgramStatus {
	if m.options.Quiet {
		return nil
	}
	status := &tea.ProgramStatus{State: tea.ProgramStateIdle, App: "rotadeck"}
	runs := m.launcher.active()
	switch {
	case len(runs) > 0 && !m.ended && slices.ContainsFunc(runs, waits):
		status.State, status.Kind, status.Message = tea.ProgramStateBlocked, tea.ProgramStatusKindPermission, "a question waits"
	case len(runs) > 0 && !m.ended:
		status.State, status.Message = tea.ProgramStateWorking, fmt.Sprintf("%d under way", len(runs))
	case len(m.launcher.unfinished()) > 0:
		status.State, status.Message = tea.ProgramStateError, "a run is not finished"
	case m.launcher.began():
		status.State = tea.ProgramStateDone
	}
	return status
}
