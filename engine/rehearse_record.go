package engine

import (
	"context"
	"fmt"
	"slices"
)

// Rehearsals lists the rehearsals of a credential, of all when id is "", newest
// first. Those that only cleaned up are left out.
func (e *Engine) Rehearsals(ctx context.Context, id string) ([]Summary, error) {
	if e.config.Journal == nil {
		return nil, nil
	}
	q := RunQuery{}
	if id != "" {
		q.Credential = rehearsalKey + id
	}
	runs, err := e.config.Journal.Runs(ctx, q)
	runs = slices.DeleteFunc(runs, func(s Summary) bool { return s.RehearsalOf() == "" || s.Rotation.OldSlot == "" })
	for i, s := range runs {
		runs[i] = e.present(ctx, s)
	}
	return runs, err
}

// RehearsalOf is the credential that a run rehearses; "" for another run.
func (s Summary) RehearsalOf() string {
	if id, is := Rehearsed(s.Credential); is {
		return id
	}
	return ""
}

// RehearsalOutcome puts a rehearsal's into words: "passed, 42 faults", "failed at create".
func (s Summary) RehearsalOutcome() string {
	switch s.Status {
	case StatusDone:
		return "passed, " + s.tally()
	case StatusRolledBack:
		if s.Broken > 0 {
			return fmt.Sprintf("failed, %d of %s ended badly", s.Broken, counted(s.Faults, "fault"))
		}
		if s.Incomplete() {
			return fmt.Sprintf("incomplete, %d of %s not tried", s.Trials-s.Faults, counted(s.Trials, "fault"))
		}
		return "failed at " + string(s.Phase)
	case StatusStopped:
		return "cut off at " + string(s.Phase)
	case StatusRunning, StatusWaiting, StatusRollingBack:
	}
	if s.Trials > 0 {
		return "under way, " + s.Tried()
	}
	return "under way"
}

// Incomplete says that a rehearsal which is over has tried some of its faults, or
// none, and that nothing was wrong so far.
func (s Summary) Incomplete() bool {
	return s.Status == StatusRolledBack && s.Broken == 0 && s.Faults < s.Trials
}

// Tried counts the faults: "23 of 100 faults".
func (s Summary) Tried() string { return fmt.Sprintf("%d of %s", s.Faults, counted(s.Trials, "fault")) }

func (s Summary) tally() string {
	if s.Faults == 0 {
		return "no faults tried"
	}
	return counted(s.Faults, "fault")
}

// Trials lists the faults that a rehearsal tried, in the order in which they
// were over.
func Trials(events []Event) []Trial {
	var trials []Trial
	for _, e := range events {
		if e.Trial != nil {
			trials = append(trials, *e.Trial)
		}
	}
	return trials
}

// noResumption says why a rehearsal cannot be taken up: its store ended with its
// process.
func noResumption(id string) *Problem {
	return NewProblem(nil, "rehearse again, which removes what was left; rotadeck rehearse --clean "+id+" only removes it",
		"a rehearsal cannot be taken up again, nor rolled back")
}
