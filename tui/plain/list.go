package plain

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Row is a credential at a glance, as `list --json` prints it.
type Row struct {
	Credential  string           `json:"credential"`
	Kind        engine.Kind      `json:"kind"`
	Environment string           `json:"environment"`
	Owner       string           `json:"owner,omitempty"`
	Age         *int64           `json:"age_seconds"` // null: not known
	Verdict     engine.State     `json:"verdict"`
	Reason      string           `json:"reason"`
	Deadline    time.Time        `json:"deadline,omitzero"`
	Expires     time.Time        `json:"expires,omitzero"`
	Login       engine.Standing  `json:"login"` // "": nothing to log in with, or not tried
	Withheld    *engine.Withheld `json:"withheld,omitempty"`
	Unfinished  string           `json:"unfinished_run,omitempty"`
	Problems    []engine.Problem `json:"problems"`
}

// NewRow judges an observation of c at the moment now.
func NewRow(c engine.Credential, o engine.Observation, now time.Time) Row {
	verdict := engine.Judge(c.Policy, o, now)
	row := Row{
		Credential: c.ID, Kind: c.Kind, Environment: c.Environment.Name, Owner: c.Owner,
		Verdict: verdict.State, Reason: verdict.Reason, Deadline: verdict.Deadline,
		Expires: o.Expires, Login: o.Login(), Withheld: o.Withheld, Unfinished: o.Unfinished,
		Problems: append([]engine.Problem{}, o.Problems...),
	}
	if !o.Rotated.IsZero() {
		age := int64(now.Sub(o.Rotated) / time.Second)
		row.Age = &age
	}
	return row
}

// SortRows puts the most urgent first; equals by their deadline, then by name.
func SortRows(rows []Row) {
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(
			cmp.Compare(a.Verdict.Urgency(), b.Verdict.Urgency()),
			a.Deadline.Compare(b.Deadline),
			cmp.Compare(a.Credential, b.Credential),
		)
	})
}

// WriteHints prints what kept credentials from being judged, and what would mend
// it; the table has room for neither. What ails several, such as a journal that
// cannot be read, is told once.
func WriteHints(w io.Writer, rows []Row) error {
	ails := map[engine.Problem][]string{}
	var problems []engine.Problem // as they come
	for _, r := range rows {
		if r.Verdict != engine.StateUnknown || len(r.Problems) == 0 {
			continue
		}
		first := engine.Problem{Text: r.Problems[0].Text, Hint: r.Problems[0].Hint, Cause: r.Problems[0].Cause}
		if ails[first] == nil {
			problems = append(problems, first)
		}
		ails[first] = append(ails[first], r.Credential)
	}
	var b bytes.Buffer
	for _, p := range problems {
		who := ails[p][0]
		if n := len(ails[p]); n > 1 {
			who = ui.Plural(n, "credential")
		}
		for _, line := range []struct{ name, text string }{{"cause", p.Cause}, {"hint", p.Hint}} {
			if line.text != "" {
				fmt.Fprintf(&b, "%s: %s: %s\n", line.name, ui.Clean(who), ui.Clean(line.text))
			}
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// WriteRows prints rows as a table.
func WriteRows(w io.Writer, rows []Row, now time.Time) error {
	table := newTable(w, "VERDICT", "CREDENTIAL", "KIND", "ENVIRONMENT", "AGE", "EXPIRES", "LOGIN", "REASON")
	for _, r := range rows {
		age, expires := "unknown", "never"
		if r.Age != nil {
			age = engine.Span(time.Duration(*r.Age) * time.Second)
		}
		if !r.Expires.IsZero() {
			expires = engine.Span(r.Expires.Sub(now))
		}
		reason := r.Reason
		if r.Unfinished != "" {
			reason += ", run " + r.Unfinished + " is unfinished"
		}
		table.row(string(r.Verdict), r.Credential, string(r.Kind), r.Environment, age, expires, string(r.Login), reason)
	}
	return table.Flush()
}
