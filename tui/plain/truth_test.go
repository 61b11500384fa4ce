package plain

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func runTruth(text string) RunTruth {
	return NewRunTruth(engine.Summary{
		Run: "20260314-4f7a", Credential: "orders-db", Status: engine.StatusStopped, Phase: engine.PhaseReload,
		Rotation: engine.Rotation{OldSlot: "a", NewSlot: "b", OldIdentity: "orders_a", NewIdentity: "orders_b"},
	}, engine.Truth{
		At: uitest.Now(), OldWorks: engine.Accepted, NewWorks: engine.Refused, Active: "b", Pending: true,
		OldProofs: []engine.Proof{{Endpoint: "db1:5432", Standing: engine.Accepted, Detail: "TLS 1.3", Took: 8 * time.Millisecond}},
		NewProofs: []engine.Proof{{Endpoint: text, Standing: engine.Refused, Detail: text, Took: 4 * time.Millisecond}},
		Evidence: engine.Evidence{
			Counted: true, NewSessions: 9, OnNew: 1, Reports: 2, OldSessions: []engine.Session{{Slot: "a", Application: text, Client: "10.0.0.4"}},
			Consumers: []engine.Usage{{Consumer: text, Problem: text}},
		},
		Advice: engine.AdviceRollBack, AdviceText: "the new credential is refused and the old one works: roll back",
	})
}

func TestWriteTruth(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := WriteTruth(&out, runTruth("db2:5432")); err != nil {
		t.Fatal(err)
	}
	uitest.Golden(t, "truth", out.String())
	for status, want := range map[engine.Status]string{
		engine.StatusDone:    "safe next step: none: the new credential is refused",
		engine.StatusWaiting: "safe next step: none while somebody carries the run out; were it stopped: roll back, since the new",
	} {
		r := runTruth("db2:5432")
		r.Status = status
		out.Reset()
		if err := WriteTruth(&out, r); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s: does not say %q: %v\n%s", status, want, err, out.String())
		}
	}
}

// A holder that gives no sign of life any more can be relieved, one that does
// cannot.
func TestWriteTruthOfAHeldRun(t *testing.T) {
	t.Parallel()
	for silent, want := range map[time.Duration]string{
		engine.GoneAfter - 1: "safe next step: none while somebody carries the run out",
		time.Minute:          "safe next step: rotadeck resume --take-over ",
	} {
		r := runTruth("db2:5432")
		r.Status = engine.StatusWaiting
		r.Holder = &engine.Sign{Holder: engine.Holder{Operator: "bob", Host: "beta", PID: 42}, Silent: silent}
		var out strings.Builder
		if err := WriteTruth(&out, r); err != nil {
			t.Fatal(err)
		}
		for _, line := range []string{want, "carried out by bob on beta (pid 42), last heard of " + engine.Span(silent.Round(time.Second)) + " ago\n"} {
			if !strings.Contains(out.String(), line) {
				t.Errorf("silent for %s: does not say %q:\n%s", silent, line, out.String())
			}
		}
	}
}

// What a later run took away cannot be brought back.
func TestWriteTruthOfASupersededRun(t *testing.T) {
	t.Parallel()
	r := runTruth("db2:5432")
	r.Status, r.Superseded, r.Truth.AdviceText = engine.StatusDone, "run-9", "the run is finished"
	var out strings.Builder
	if err := WriteTruth(&out, r); err != nil || !strings.Contains(out.String(), "safe next step: none: the run is finished, and superseded by run-9\n") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func users(text string) engine.Users {
	at := uitest.Now()
	return engine.Users{
		Credential: "orders-db", At: at, Active: engine.SlotB, Counted: true,
		Identities: map[engine.Slot]string{engine.SlotA: "orders_a", engine.SlotB: text},
		Sessions: []engine.Session{
			{Slot: engine.SlotB, Application: "orders-api", Client: "10.0.0.4", Since: at.Add(-time.Hour)},
			{Slot: engine.SlotB, Application: "orders-api", Client: "10.0.0.4", Since: at.Add(-3 * time.Hour)},
			{Slot: engine.SlotA, Application: text, Client: text, Endpoint: text},
		},
		Consumers: []engine.Usage{
			{Consumer: "orders-api", Version: "3f2a91bc07", Identity: "orders_b", Since: at.Add(-time.Hour), Failed: 3},
			{Consumer: text, Problem: text},
		},
	}
}

func TestWriteUsers(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := WriteUsers(&out, users("cron")); err != nil {
		t.Fatal(err)
	}
	blind := engine.Users{Credential: "orders-db", At: uitest.Now(), Active: engine.SlotA, Problem: "the target cannot count sessions"}
	if err := WriteUsers(&out, blind); err != nil {
		t.Fatal(err)
	}
	uitest.Golden(t, "users", out.String()+UsersLine(users("cron"))+"\n"+UsersLine(blind)+"\n")
}

func TestTruthAndUsersAreHarmless(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			if err := errors.Join(WriteTruth(&out, runTruth(text)), WriteUsers(&out, users(text))); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(out.String() + UsersLine(users(text)) + "\n") {
				uitest.Harmless(t, strings.TrimSuffix(line, "\n"))
			}
		})
	}
}
