package engine_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// TestGraceOfTheOptionSurvivesResume stops a run in a grace period that only
// its options knew of. The one who resumes it need not know: what was promised
// to services is kept, and an extension is as long as the period was.
func TestGraceOfTheOptionSurvivesResume(t *testing.T) {
	t.Parallel()
	const grace = 10 * time.Second
	for name, extend := range map[string]bool{"as it was": false, "extended": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := enginetest.NewWorld(t) // its policy has no grace
				begun, length := time.Now(), grace
				run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{Grace: &length})
				if err != nil {
					t.Fatal(err)
				}
				go command(t, run, []engine.Command{engine.CommandStop})
				if s := enginetest.Drive(t, run, enginetest.Yes); s.Status != engine.StatusStopped || s.Phase != engine.PhaseGrace {
					t.Fatalf("%s at %s", s.Status, s.Phase)
				}
				again, err := w.Engine().Resume(t.Context(), run.ID(), engine.Options{})
				if err != nil {
					t.Fatal(err)
				}
				want := grace
				if extend {
					want += grace
					go inGrace(t, again, engine.CommandExtendGrace)
				}
				if s := enginetest.Drive(t, again, enginetest.Yes); s.Status != engine.StatusDone {
					t.Fatalf("%s: %v", s.Status, s.Problem)
				}
				if took := time.Since(begun).Truncate(time.Second); took != want {
					t.Errorf("the old credential was retired after %s, want %s", took, want)
				}
			})
		})
	}
}

// TestGraceOfTheOptionIsKeptBeforeItBegins stops a run, or leaves it to be taken
// over, before its grace period: what its options said holds, the policy's does not.
// Of a run on record without such a word, the policy's does.
func TestGraceOfTheOptionIsKeptBeforeItBegins(t *testing.T) {
	t.Parallel()
	const policy = 5 * time.Second
	long, none := 20*time.Second, time.Duration(0)
	for name, c := range map[string]struct {
		begun, again *time.Duration
		takeUp       func(*engine.Engine, context.Context, string, engine.Options) (*engine.Run, error)
		want         time.Duration
	}{
		"resumed":             {&long, nil, (*engine.Engine).Resume, long},
		"resumed without any": {&none, nil, (*engine.Engine).Resume, none},
		"taken over":          {&long, nil, (*engine.Engine).TakeOver, long},
		"said anew":           {&long, &none, (*engine.Engine).Resume, none},
		"not said":            {nil, nil, (*engine.Engine).Resume, policy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := enginetest.NewWorld(t)
				w.Credential.Policy.Grace = policy
				run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{Grace: c.begun})
				if err != nil {
					t.Fatal(err)
				}
				enginetest.Drive(t, run, stopAt(engine.PhasePublish))
				again, err := c.takeUp(w.Engine(), t.Context(), run.ID(), engine.Options{Grace: c.again})
				if err != nil {
					t.Fatal(err)
				}
				enginetest.Drive(t, again, func(engine.Request) engine.ChoiceID { return engine.ChoiceStop })
				last, err := c.takeUp(w.Engine(), t.Context(), run.ID(), engine.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if s := enginetest.Drive(t, last, enginetest.Yes); s.Status != engine.StatusDone {
					t.Fatalf("%s %s: %v", s.Status, s.Place(), s.Problem)
				}
				got := time.Duration(0)
				for e := range last.Feed().Follow(t.Context()) {
					if e.Type == engine.EventGraceSet {
						got = e.Until.Sub(e.At)
					}
				}
				if got != c.want {
					t.Errorf("both stay valid for %s, want %s", got, c.want)
				}
			})
		})
	}
}

// inGrace gives a command when the grace period is first seen to be watched.
func inGrace(t *testing.T, run *engine.Run, c engine.Command) {
	for e := range run.Feed().Follow(t.Context()) {
		if e.Type == engine.EventEvidence && e.Phase == engine.PhaseGrace {
			if err := run.Do(c); err != nil {
				t.Errorf("do %s: %v", c, err)
			}
			return
		}
	}
}

// lastLook is a target that does something while grace is looked at for the
// last time.
type lastLook struct {
	*enginetest.Target
	over func() bool
	do   func()
}

func (l lastLook) Sessions(ctx context.Context) ([]engine.Session, error) {
	if l.over() {
		l.do()
	}
	return l.Target.Sessions(ctx)
}

// TestLateGraceCommandIsNoted gives a command that nobody can obey any more: it
// must not vanish without a word.
func TestLateGraceCommandIsNoted(t *testing.T) {
	t.Parallel()
	for _, c := range []engine.Command{engine.CommandExtendGrace, engine.CommandEndGrace} {
		t.Run(string(c), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { lateGraceCommand(t, c) })
		})
	}
}

func lateGraceCommand(t *testing.T, c engine.Command) {
	w := enginetest.NewWorld(t)
	w.Credential.Policy.Grace = 10 * time.Second
	end, given := time.Now().Add(10*time.Second), false
	running := make(chan *engine.Run, 1)
	w.Adapt = func(p *engine.Parts) {
		p.Target = lastLook{
			Target: w.Target,
			over:   func() bool { return !given && !time.Now().Before(end) },
			do: func() {
				given = true
				if err := (<-running).Do(c); err != nil {
					t.Errorf("do %s: %v", c, err)
				}
			},
		}
	}
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	running <- run
	if s := enginetest.Drive(t, run, enginetest.Yes); s.Status != engine.StatusDone {
		t.Errorf("%s: %v", s.Status, s.Problem)
	}
	events := slices.Collect(run.Feed().Follow(t.Context()))
	if !given || !slices.ContainsFunc(events, func(e engine.Event) bool { return strings.HasPrefix(e.Text, "too late") }) {
		t.Errorf("given: %t, and no note says that it came too late", given)
	}
}
