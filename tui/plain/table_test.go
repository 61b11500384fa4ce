package plain_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

const hostile = "x\x1b]52;c;YQ==\x07\x1b[2J\r\n\u202egnp.exe\x9b31m"

func safe(t *testing.T, text string) {
	t.Helper()
	for _, r := range text {
		if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e') {
			t.Errorf("%q came through in %q", r, text)
		}
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	policy := engine.DefaultPolicy(engine.KindDatabasePassword)
	observe := func(id string, rotated time.Duration) plain.Row {
		c := engine.Credential{ID: id, Kind: engine.KindDatabasePassword, Policy: policy}
		o := engine.Observation{Credential: id, At: now}
		if rotated != 0 {
			o.Rotated = now.Add(-rotated)
		}
		return plain.NewRow(c, o, now)
	}
	const day = 24 * time.Hour
	rows := []plain.Row{
		observe("young", day), observe("unseen", 0), observe("old", 100*day), observe("older", 200*day),
		observe("ripe-b", 80*day), observe("ripe-a", 80*day), observe("due", 85*day), observe(hostile, 2*day),
	}
	plain.SortRows(rows)
	var got []string
	for _, r := range rows {
		got = append(got, string(r.Verdict)+" "+r.Credential)
	}
	want := []string{
		"overdue older", "overdue old", "due due", "unknown unseen",
		"soon ripe-a", "soon ripe-b", "ok " + hostile, "ok young",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	var out bytes.Buffer
	if err := plain.WriteRows(&out, rows, now); err != nil {
		t.Fatal(err)
	}
	safe(t, out.String())
	if lines := strings.Count(out.String(), "\n"); lines != len(rows)+1 {
		t.Errorf("%d lines for %d rows", lines, len(rows))
	}
	if !strings.Contains(out.String(), "unknown  unseen") || !strings.Contains(out.String(), "200d") {
		t.Errorf("printed:\n%s", &out)
	}
}

// A number that is not known is null, not 0: nothing is as young as that.
func TestRowWithoutAge(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := plain.WriteJSON(&out, plain.NewRow(engine.Credential{ID: "a<b"}, engine.Observation{}, time.Now())); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"age_seconds":null`, `"verdict":"unknown"`, `"problems":[]`, `"a<b"`} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("no %s in %s", part, &out)
		}
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	p := engine.Plan{
		Credential: "orders-db", Rotation: engine.Rotation{OldSlot: "a", NewSlot: "b", OldIdentity: "orders_a"},
		Steps: []engine.PlanStep{
			{Phase: engine.PhasePreflight, What: "prove: the old credential logs in", Reversible: "yes"},
			{Phase: engine.PhaseCreate, What: "give orders_b its password", Where: "db1", Statement: "ALTER ROLE " + hostile, Undo: "NOLOGIN", Changes: true},
		},
		Warnings: []string{"no consumer is configured"},
		Blocked:  engine.NewProblem(nil, "", "the server is away"),
	}
	var whole, short bytes.Buffer
	if err := plain.WritePlan(&whole, p); err != nil {
		t.Fatal(err)
	}
	if err := plain.WritePlanSummary(&short, p); err != nil {
		t.Fatal(err)
	}
	safe(t, whole.String())
	head := "plan for orders-db: from orders_a (slot a) to slot b, 2 steps, 1 of them changes something\n"
	tail := "warning: no consumer is configured\nblocked: the server is away\n"
	if want := head + "  create: change: give orders_b its password, at db1\n" + tail; short.String() != want {
		t.Errorf("summary (-want +got):\n%s", cmp.Diff(want, short.String()))
	}
	for _, line := range []string{head, "1. preflight: prove: the old credential logs in\n   reversible: yes\n", "   statement: ALTER ROLE ", "   undo: NOLOGIN\n", tail} {
		if !strings.Contains(whole.String(), line) {
			t.Errorf("no %q in:\n%s", line, &whole)
		}
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	var out bytes.Buffer
	if err := plain.WriteRuns(&out, []engine.Summary{
		{Run: "run-2", Credential: "orders-db", Status: engine.StatusStopped, Phase: engine.PhaseVerify, Started: at, Problem: engine.NewProblem(nil, "", hostile)},
		{Run: "run-1", Credential: "orders-db", Status: engine.StatusDone, Started: at, Window: at.Add(time.Hour)},
		{Run: "run-0", Credential: "orders-db", Status: engine.StatusDone, Started: at, Window: at.Add(2 * time.Hour), SupersededBy: "run-1"},
	}, at); err != nil {
		t.Fatal(err)
	}
	if err := plain.WriteEvents(&out, []engine.Event{
		event(1, engine.Event{Type: engine.EventNote, Text: hostile}),
		event(2, engine.Event{Type: engine.EventPhaseFailed, Phase: engine.PhaseVerify, Problem: engine.NewProblem(nil, hostile, hostile)}),
	}); err != nil {
		t.Fatal(err)
	}
	safe(t, out.String())
	if strings.Contains(out.String(), "until 2026-03-01T11:30:00Z") {
		t.Errorf("a superseded run promises to be rolled back:\n%s", &out)
	}
	for _, line := range []string{"can be rolled back until 2026-03-01T10:30:00Z", "superseded by run-1\n", "2026-03-01T09:30:01Z note: ", "2026-03-01T09:30:02Z failed: verify failed"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("no %q in:\n%s", line, &out)
		}
	}
}

// What ails all is told once, with its cause; the table has room for neither.
func TestWriteHintsGroups(t *testing.T) {
	t.Parallel()
	journal := *engine.NewProblem(errors.New("connection refused"), "start it", "cannot read the journal")
	row := func(id string, state engine.State, p ...engine.Problem) plain.Row {
		return plain.Row{Credential: id, Verdict: state, Problems: p}
	}
	var out bytes.Buffer
	if err := plain.WriteHints(&out, []plain.Row{
		row("a", engine.StateUnknown, journal), row("b", engine.StateUnknown, journal),
		row("c", engine.StateUnknown, engine.Problem{Text: "holds nothing", Hint: "adopt c\x1b[31m"}),
		row("d", engine.StateOK),
	}); err != nil {
		t.Fatal(err)
	}
	safe(t, out.String())
	want := "cause: 2 credentials: connection refused\nhint: 2 credentials: start it\nhint: c: adopt c"
	if !strings.HasPrefix(out.String(), want) {
		t.Errorf("got:\n%s\nwant:\n%s", &out, want)
	}
}
