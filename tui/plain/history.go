package plain

import (
	"fmt"
	"io"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/screen/run"
)

// WriteRuns prints runs as a table, as things stand at now.
func WriteRuns(w io.Writer, runs []engine.Summary, now time.Time) error {
	table := newTable(w, "RUN", "CREDENTIAL", "STATUS", "PHASE", "STARTED", "UPDATED", "OPERATOR", "NOTE")
	for _, s := range runs {
		table.row(s.Run, s.Credential, string(s.Status), string(s.At()),
			stamp(s.Started), stamp(s.Updated), s.Rotation.Operator, note(s, now))
	}
	return table.Flush()
}

func note(s engine.Summary, now time.Time) string {
	switch {
	case s.Status.Finished() && s.Rotation.Purpose == engine.PurposeAdoption:
		return "adoption"
	case s.Status == engine.StatusDone && s.Rotation.Purpose == engine.PurposeTidy:
		return "tidying"
	case s.Status == engine.StatusStopped && s.Undoing:
		return "the rollback stopped; rotadeck rollback " + s.Run + " goes on with it"
	case s.Status == engine.StatusStopped:
		return "rotadeck resume " + s.Run + ", or rotadeck rollback " + s.Run
	case s.Problem != nil:
		return s.Problem.Text
	case s.SupersededBy != "":
		return "superseded by " + s.SupersededBy
	case s.Status == engine.StatusDone && s.Rotation.Incident != "":
		return "of incident " + s.Rotation.Incident + ": no way back"
	case s.Status == engine.StatusDone && s.CanReturn(now) == nil:
		return "can be rolled back until " + stamp(s.Window)
	}
	return ""
}

// WriteEvents prints what happened in a run, each line with its time.
func WriteEvents(w io.Writer, events []engine.Event) error {
	model := run.NewModel(time.UTC)
	for _, event := range events {
		model.Add(event)
	}
	for _, line := range model.Lines {
		if _, err := fmt.Fprintln(w, stamp(line.At), sentence(line)); err != nil {
			return err
		}
	}
	return nil
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
