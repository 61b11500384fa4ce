package engine_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// replicated is a target with a replica that hears late of what is locked, and which
// counts how often each user was refused.
type replicated struct {
	*enginetest.Target
	lag time.Duration

	mu      sync.Mutex
	locked  time.Time // when app_a was first refused by the primary
	refused map[string]int
}

func (l *replicated) Prove(ctx context.Context, m engine.Material) []engine.Proof {
	proofs := l.Target.Prove(ctx, m)
	l.mu.Lock()
	defer l.mu.Unlock()
	p := proofs[0]
	if p.Standing == engine.Refused {
		if l.refused == nil {
			l.refused = map[string]int{}
		}
		l.refused[p.Identity]++
	}
	late := engine.Proof{Endpoint: "replica", Identity: p.Identity, Standing: p.Standing}
	if p.Identity == "app_a" && p.Standing == engine.Refused && m.Text(engine.FieldPassword) == enginetest.PasswordOf("db") {
		if l.locked.IsZero() {
			l.locked = time.Now()
		}
		if time.Since(l.locked) < l.lag {
			late.Standing = engine.Accepted
		}
	}
	return append(proofs, late)
}

// TestIncidentWaitsForTheLastEndpoint has a replica that accepts the leaked
// credential for a while longer: it is presented until it does not, its run does
// not ask a person, and others take its place meanwhile.
func TestIncidentWaitsForTheLastEndpoint(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lag  time.Duration
		want engine.MemberState
	}{
		"soon":  {3 * time.Second, engine.MemberRevoked},
		"late":  {7 * time.Minute, engine.MemberRevoked},
		"never": {24 * time.Hour, engine.MemberAsks},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := enginetest.NewFleet(t, "db", "other")
				f.World("db").Adapt = func(l *replicated) func(p *engine.Parts) {
					return func(p *engine.Parts) { p.Target = l }
				}(&replicated{Target: f.World("db").Target, lag: c.lag})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				began := time.Now()
				i := declare(ctx, t, f.Engine(), engine.IncidentOptions{AtOnce: 1}, "db", "other")
				board := settled(t, i, "other")
				if m := board.Member("other"); m.State != engine.MemberRevoked || time.Since(began) > 2*time.Second {
					t.Errorf("the other is %s after %s", m.State, time.Since(began))
				}
				if m := board.Member("db"); m.State != engine.MemberProbing || m.Standing != engine.Accepted {
					t.Errorf("meanwhile %s, %s", m.State, m.Standing)
				}
				m := settled(t, i, "db").Member("db")
				if m.State != c.want {
					t.Fatalf("%s: %v", m.State, m.Problem)
				}
				if took := m.Revoked.Sub(began); c.want == engine.MemberRevoked && (took < c.lag || took > c.lag+6*time.Second) {
					t.Errorf("refused after %s, seen after %s", c.lag, took)
				}
				cancel()
				i.Wait()
			})
		})
	}
}

// settled waits until a member needs a person or nobody.
func settled(t *testing.T, i *engine.Incident, id string) engine.Board {
	t.Helper()
	for cursor := 0; ; {
		_, next, more, ended := i.Feed().Since(cursor)
		board := i.Board()
		if ended || board.Member(id).State.Settled() {
			return board
		}
		cursor = next
		<-more
	}
}

func TestIncidentKeepsToItsGrace(t *testing.T) {
	t.Parallel()
	for _, grace := range []time.Duration{0, 30 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			f := enginetest.NewFleet(t, "db")
			w := f.World("db")
			w.Credential.Policy.Grace, w.Credential.Policy.Quiet, w.Credential.Policy.VerifyWithin = time.Hour, time.Minute, time.Hour
			w.Target.Connect(enginetest.SessionOf(engine.SlotA, "who knows", time.Now())) // it does not leave
			began := time.Now()
			board := declare(t.Context(), t, f.Engine(), engine.IncidentOptions{Grace: grace}, "db").Wait()
			if took := time.Since(began); board.Count(engine.MemberRevoked) != 1 || took < grace || took > grace+time.Second {
				t.Errorf("grace %s: %v after %s", grace, states(board), took)
			}
		})
	}
}

// suspect opens an incident over one version.
func suspect(t *testing.T, f *enginetest.Fleet, version string) engine.Board {
	t.Helper()
	return suspectAnswering(t, f, version, engine.ChoiceContinue)
}

func suspectAnswering(t *testing.T, f *enginetest.Fleet, version string, answer engine.ChoiceID) engine.Board {
	t.Helper()
	scope, err := f.Engine().Scope(t.Context(), []engine.Suspect{{Credential: "db", Version: version}})
	if err != nil {
		t.Fatal(err)
	}
	i, err := f.Engine().OpenIncident(t.Context(), scope, engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	confirm(t, i, answer)
	return i.Wait()
}

func runsOf(t *testing.T, f *enginetest.Fleet) []engine.Summary {
	t.Helper()
	runs, err := f.Engine().Runs(t.Context(), engine.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// A run that stands in the way is taken forward. When what it published has leaked,
// that is replaced too.
func TestIncidentTakesUnfinishedRunsForward(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		leaked func(s engine.Summary) string
		runs   int
	}{
		"the old one leaked": {func(s engine.Summary) string { return s.Rotation.OldVersion }, 1},
		"the new one leaked": {func(s engine.Summary) string { return s.Rotation.NewVersion }, 2},
		"nobody knows":       {func(engine.Summary) string { return "" }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := enginetest.NewFleet(t, "db")
			long := time.Hour
			run, err := f.Engine().Rotate(t.Context(), "db", engine.Options{Grace: &long})
			if err != nil {
				t.Fatal(err)
			}
			go command(t, run, []engine.Command{engine.CommandStop})
			s := enginetest.Drive(t, run, enginetest.Yes)
			if s.Status != engine.StatusStopped || s.Phase != engine.PhaseGrace {
				t.Fatalf("%s at %s", s.Status, s.Phase)
			}
			board := suspect(t, f, c.leaked(s))
			if m := board.Members[0]; m.State != engine.MemberRevoked || m.Unfinished != s.Run {
				t.Fatalf("member = %+v", m)
			}
			runs := runsOf(t, f)
			if len(runs) != c.runs {
				t.Errorf("%d runs, want %d", len(runs), c.runs)
			}
			for _, s := range runs {
				if s.Status != engine.StatusDone || s.Rotation.Incident != board.ID {
					t.Errorf("run %s is %s, of incident %q", s.Run, s.Status, s.Rotation.Incident)
				}
			}
		})
	}
}

// What was retired and somebody has enabled again is cut off by replacing it.
func TestIncidentOfASpareThatIsAlive(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db")
	run, err := f.Engine().Rotate(t.Context(), "db", engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, run, enginetest.Yes)
	f.World("db").Target.Enable(engine.SlotA)
	board := suspect(t, f, "v-first")
	if m := board.Members[0]; m.State != engine.MemberRevoked || m.Risk.Accepted != engine.Accepted || m.Run == "" {
		t.Errorf("member = %+v", m)
	}
}

// An earlier password of a user that is in use is presented once, not again and
// again: servers lock users.
func TestIncidentLocksNobodyOut(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db")
	for range 2 { // app_a is in use again, with another password
		run, err := f.Engine().Rotate(t.Context(), "db", engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		enginetest.Drive(t, run, enginetest.Yes)
	}
	l := &replicated{Target: f.World("db").Target}
	f.World("db").Adapt = func(p *engine.Parts) { p.Target = l }
	if m := suspect(t, f, "v-first").Members[0]; m.State != engine.MemberRevoked || m.Run != "" {
		t.Errorf("member = %+v", m)
	}
	if n := l.refused["app_a"]; n > 2 { // once for the scope, once for the incident
		t.Errorf("app_a was refused %d times", n)
	}
}

func TestIncidentIsStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := enginetest.NewFleet(t, "a-db", "b-db")
		i := declare(t.Context(), t, f.Engine(), engine.IncidentOptions{AtOnce: 1, Grace: time.Hour}, "a-db", "b-db")
		synctest.Wait()
		i.Stop()
		board := i.Wait()
		if board.Status != engine.StatusStopped || board.Count(engine.MemberStopped) != 2 || board.Member("b-db").Run != "" {
			t.Errorf("%s: %v", board.Status, states(board))
		}
		if left := resumeIncident(t, f.Engine(), board.ID, engine.ChoiceStop); left.Status != engine.StatusStopped || left.Count(engine.MemberRevoked) != 0 {
			t.Errorf("declined, it is %s: %v", left.Status, states(left))
		}
		if board := resumeIncident(t, f.Engine(), board.ID, engine.ChoiceContinue); board.Count(engine.MemberRevoked) != 2 || board.Grace != time.Hour {
			t.Errorf("%s: %v", board.Status, states(board))
		}
		if _, err := f.Engine().ResumeIncident(t.Context(), "", engine.IncidentOptions{}); err == nil {
			t.Error("a finished incident was resumed")
		}
	})
}

// Whoever counts the goroutines of runs may refuse another one.
func TestIncidentAsksBeforeItStarts(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "a-db", "b-db")
	closing := errors.New("closing")
	begun := 0
	board := declare(t.Context(), t, f.Engine(), engine.IncidentOptions{AtOnce: 1, Start: func(ctx context.Context, begin func(context.Context) (*engine.Run, error)) (*engine.Run, error) {
		if begun++; begun > 1 {
			return nil, closing
		}
		return begin(ctx)
	}}, "a-db", "b-db").Wait()
	if board.Count(engine.MemberRevoked) != 1 || board.Count(engine.MemberStopped) != 1 {
		t.Errorf("%v", states(board))
	}
}

// A run that begins while the incident is being stopped is stopped as well: nobody
// answers for the operator any more.
func TestIncidentStopsARunThatJustBegan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := enginetest.NewFleet(t, "db")
		known := make(chan *engine.Incident, 1)
		i := declare(t.Context(), t, f.Engine(), engine.IncidentOptions{Start: func(ctx context.Context, begin func(context.Context) (*engine.Run, error)) (*engine.Run, error) {
			run, err := begin(ctx)
			(<-known).Stop()
			return run, err
		}}, "db")
		known <- i
		if board := i.Wait(); board.Count(engine.MemberStopped) != 1 || !f.World("db").Target.Works(engine.SlotA) {
			t.Errorf("%s: %v", board.Status, states(board))
		}
	})
}

// What no store holds and no run has retired may be accepted still.
func TestIncidentDoesNotCallRevokedWhatItCannotPresent(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db")
	if m := suspect(t, f, "v-trimmed").Members[0]; m.State != engine.MemberFailed || m.Problem == nil {
		t.Errorf("member = %s: %v", m.State, m.Problem)
	}
}
