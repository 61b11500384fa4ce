package endtoend

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/providers/sandbox/demo"
)

// TestNoRequestFails rotates and rolls back, at each phase in turn, credentials
// that services use under steady load. The services must notice nothing.
func TestNoRequestFails(t *testing.T) {
	t.Parallel()
	d := startDemo(t)
	t.Run("under load", func(t *testing.T) {
		for _, credential := range []string{"orders-db", "gateway-client"} {
			t.Run(credential, func(t *testing.T) {
				t.Parallel()
				s := subject{deck: d, credential: credential}
				for _, row := range engine.Phases() {
					if row.Phase != engine.PhasePreflight && row.Phase != engine.PhaseDone { // nobody is asked there
						t.Run("rolled back before "+string(row.Phase), func(t *testing.T) { s.rollBackBefore(t, row.Phase) })
					}
				}
				t.Run("rolled back when done", s.rollBackDone)
				t.Run("rotated", func(t *testing.T) { s.rotate(t) })
			})
		}
	})
	t.Run("a cut would be noticed", func(t *testing.T) { checkCutIsSeen(t, d, "catalog-db") })
}

// checkCutIsSeen takes a credential away from a service that uses it: were no
// request seen to fail then, the other tests would prove nothing.
func checkCutIsSeen(t *testing.T, d deck, credential string) {
	parts, h := d.parts(t, credential)
	changes, err := parts.Target.(engine.Retirable).Retire(t.Context(), h.Active, h.Current().Material)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		if err := change.Apply(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "a request has failed", func() bool {
		usage := d.engine.Usage(t.Context(), credential)
		return len(usage) == 1 && usage[0].Failed > 0
	})
}

// startDemo runs the demo's servers and services for t, with a policy that
// waits for little.
func startDemo(t *testing.T) deck {
	t.Helper()
	// Not t.TempDir: the server's account must reach it when root runs the tests.
	dir, err := os.MkdirTemp("", "rotadeck-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	company, err := demo.Start(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := company.Stop(); err != nil {
			t.Error(err)
		}
	})
	for _, note := range company.Notes {
		t.Error(note)
	}
	d := world{inventory: company.Inventory}.open(t, func(c *engine.Config) {
		for i := range c.Credentials {
			p := &c.Credentials[i].Policy
			p.Grace, p.Quiet = 50*time.Millisecond, 100*time.Millisecond
			p.ProbeTimeout, p.VerifyWithin = 20*time.Second, 30*time.Second
		}
	})
	t.Cleanup(func() { d.close(t) })
	return d
}

// subject is a credential whose service is watched.
type subject struct {
	deck
	credential string
}

// rollBackBefore answers "roll back" when asked whether a phase shall begin.
func (s subject) rollBackBefore(t *testing.T, phase engine.Phase) {
	before := s.usage(t)
	asked := false
	run, err := s.engine.Rotate(t.Context(), s.credential, engine.Options{Step: true})
	if err != nil {
		t.Fatal(err)
	}
	summary := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if q.Kind != engine.RequestStart && q.Kind != engine.RequestGate {
			t.Errorf("unexpected question at %s: %s %v", q.Phase, q.Title, q.Details)
			return engine.ChoiceStop
		}
		if q.Phase != phase {
			return engine.ChoiceContinue
		}
		asked = true
		if _, offered := q.Choice(engine.ChoiceRollBack); offered {
			return engine.ChoiceRollBack
		}
		return engine.ChoiceStop // nothing was done yet
	})
	if !asked || summary.Status != engine.StatusRolledBack {
		t.Errorf("asked before %s: %v; ended %s: %v", phase, asked, summary.Status, summary.Problem)
	}
	s.wantUnchanged(t, before)
}

func (s subject) rollBackDone(t *testing.T) {
	before := s.usage(t)
	done := s.rotate(t)
	run, err := s.engine.RollBack(t.Context(), done, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	summary := enginetest.Drive(t, run, func(engine.Request) engine.ChoiceID { return engine.ChoiceRollBack })
	if summary.Status != engine.StatusRolledBack {
		t.Errorf("ended %s: %v", summary.Status, summary.Problem)
	}
	s.wantUnchanged(t, before)
}

// rotate returns the run, which is done.
func (s subject) rotate(t *testing.T) string {
	before := s.usage(t)
	run, err := s.engine.Rotate(t.Context(), s.credential, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	summary := enginetest.Drive(t, run, enginetest.Yes)
	if summary.Status != engine.StatusDone {
		t.Errorf("ended %s: %v", summary.Status, summary.Problem)
	}
	after := s.wantHealthy(t, before)
	if after.Version != summary.Rotation.NewVersion {
		t.Errorf("the service uses version %s, want %s", after.Version, summary.Rotation.NewVersion)
	}
	return run.ID()
}

func (s subject) wantUnchanged(t *testing.T, before engine.Usage) {
	t.Helper()
	if after := s.wantHealthy(t, before); after.Version != before.Version {
		t.Errorf("the service uses version %s, want %s as before", after.Version, before.Version)
	}
}

// wantHealthy wants requests made since before, none of them failed, in this
// service and in all others, and exactly one credential that works.
func (s subject) wantHealthy(t *testing.T, before engine.Usage) engine.Usage {
	t.Helper()
	checkOneWorks(t, s.deck, s.credential)
	for _, u := range s.engine.Usage(t.Context()) {
		if u.Failed > 0 || u.Problem != "" {
			t.Errorf("%s: %d of %d requests failed %s", u.Consumer, u.Failed, u.Requests, u.Problem)
		}
	}
	after := s.usage(t)
	if after.Requests <= before.Requests {
		t.Errorf("%s made no request since %d", after.Consumer, before.Requests)
	}
	return after
}

func (s subject) usage(t *testing.T) engine.Usage {
	t.Helper()
	usage := s.engine.Usage(t.Context(), s.credential)
	if len(usage) != 1 {
		t.Fatalf("services report %+v", usage)
	}
	return usage[0]
}
