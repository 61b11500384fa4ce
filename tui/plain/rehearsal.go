package plain

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/faults"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Nobody is the answerer of a run that answers its questions itself.
type Nobody struct{}

var _ Answerer = Nobody{}

// Answer gives the answer that changes nothing, to a question that is closed.
func (Nobody) Answer(_ context.Context, q engine.Request) (engine.Answer, error) {
	return engine.Answer{Request: q.ID, Choice: q.Default, By: "nobody"}, nil
}

// WriteRehearsalPlan prints what a rehearsal makes and removes.
func WriteRehearsalPlan(w io.Writer, p engine.RehearsalPlan) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "rehearsal of %s: nothing real is touched\n", ui.Clean(p.Credential))
	for _, part := range []struct {
		verb    string
		changes []engine.Change
	}{{"makes", p.Make}, {"removes", p.Remove}} {
		for _, change := range part.changes {
			fmt.Fprintf(&b, "%s: %s at %s\n", part.verb, ui.Clean(change.What), ui.Clean(change.Where))
		}
	}
	for _, lack := range p.Without {
		fmt.Fprintf(&b, "does not rehearse: %s\n", ui.Clean(lack))
	}
	_, err := w.Write(b.Bytes())
	return err
}

// WriteTrials prints what came of each fault, a boundary a line, and then which
// promise was broken by those that ended badly.
func WriteTrials(w io.Writer, trials []engine.Trial) error {
	if len(trials) == 0 {
		return nil
	}
	heads := []string{"AT"}
	for _, f := range engine.Faults() {
		heads = append(heads, strings.ToUpper(string(f)))
	}
	table := newTable(w, heads...)
	for _, row := range faults.Rows(trials) {
		cells := []string{row.Boundary.String()}
		for _, f := range engine.Faults() {
			cells = append(cells, row.Outcome(f))
		}
		table.row(cells...)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, t := range faults.Broken(trials) {
		if _, err := fmt.Fprintf(w, "broken: %s, %s: %s\n", ui.Clean(t.Boundary.String()), t.Fault, ui.Clean(t.Problem)); err != nil {
			return err
		}
	}
	return nil
}

// WriteRehearsals prints rehearsals as a table.
func WriteRehearsals(w io.Writer, rehearsals []engine.Summary) error {
	table := newTable(w, "RUN", "CREDENTIAL", "WHEN", "OPERATOR", "OUTCOME", "WHY")
	for _, s := range rehearsals {
		why := ""
		if s.Problem != nil {
			why = s.Problem.Text
		}
		table.row(s.Run, s.RehearsalOf(), stamp(s.Updated), s.Rotation.Operator, s.RehearsalOutcome(), why)
	}
	return table.Flush()
}
