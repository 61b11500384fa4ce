package endtoend

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// victimVariable turns the test binary into a process that rotates, or takes a
// run up, and kills itself: "inventory n before|after [adopt|incident|rehearse|rollback run|resume run]".
const victimVariable = "ROTADECK_TEST_VICTIM"

func TestMain(m *testing.M) {
	if order := os.Getenv(victimVariable); order != "" {
		if err := beVictim(order); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if order := os.Getenv(starvedVariable); order != "" {
		if err := beStarved(order); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// killer is a journal that kills its process, without any farewell, at the
// n-th append: before it reaches the disk, or after.
type killer struct {
	engine.Journal
	count  atomic.Int32
	deadly int
	after  bool
}

func (k *killer) Append(ctx context.Context, fence engine.Fence, events ...engine.Event) error {
	count := int(k.count.Add(1))
	if count == k.deadly && !k.after {
		die()
	}
	err := k.Journal.Append(ctx, fence, events...)
	if count == k.deadly {
		die()
	}
	return err
}

func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) // there is no return to report to
	select {}
}

// beVictim obeys, and prints how many appends that took if it survives.
func beVictim(order string) error {
	words := strings.Fields(order)
	deadly, err := strconv.Atoi(words[1])
	if err != nil {
		return err
	}
	k := &killer{deadly: deadly, after: words[2] == "after"}
	d, err := openDeck(context.Background(), words[0], func(c *engine.Config) {
		k.Journal = c.Journal
		c.Journal = k
	})
	if err != nil {
		return err
	}
	if len(words) > 3 && words[3] == "incident" {
		if err := victimIncident(d.engine); err != nil {
			return err
		}
		fmt.Println(k.count.Load())
		return nil
	}
	var run *engine.Run
	answer, want := enginetest.Yes, engine.StatusDone
	switch {
	case len(words) == 3:
		run, err = d.engine.Rotate(context.Background(), id, engine.Options{})
	case words[3] == "adopt":
		run, err = d.engine.Adopt(context.Background(), id, engine.Adoption{})
	case words[3] == "rehearse":
		run, err = d.engine.Rehearse(context.Background(), id, engine.RehearsalOptions{})
	case words[3] == "resume":
		answer, want = enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceRollBack), ""
		run, err = d.engine.Resume(context.Background(), words[4], engine.Options{})
	default:
		answer, want = enginetest.Prefer(engine.ChoiceRollBack), engine.StatusRolledBack
		run, err = d.engine.RollBack(context.Background(), words[4], engine.Options{})
	}
	if err != nil {
		return err
	}
	for e := range run.Feed().Follow(context.Background()) {
		if e.Request == nil {
			continue
		}
		err := run.Answer(engine.Answer{Request: e.Request.ID, Choice: answer(*e.Request)})
		if err != nil && !errors.Is(err, engine.ErrNoRequest) { // the feed begins with requests of the past
			return err
		}
	}
	if s := run.Wait(); s.Status != want && (want != "" || !s.Status.Finished()) {
		return fmt.Errorf("ended %s: %w", s.Status, errors.New(fmt.Sprint(s.Problem)))
	}
	fmt.Println(k.count.Load())
	return nil
}

func victim(ctx context.Context, w world, deadly int, when string, run ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %s %s", victimVariable, w.inventory, deadly, when, strings.Join(run, " ")))
	return cmd
}

// runVictim returns the number of appends of a victim that survived, 0 of one
// that was killed. It rotates, or does what is said with a run.
func runVictim(t *testing.T, w world, deadly int, when string, run ...string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	cmd := victim(ctx, w, deadly, when, run...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL && ctx.Err() == nil {
		return 0
	}
	if err != nil {
		t.Fatalf("the victim failed: %v\n%s", err, stderr.String())
	}
	count, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatalf("the victim printed %q", out)
	}
	return count
}

// TestKillAtEveryBoundary kills -9 a rotating process at each write to its
// journal, before and after, then takes the run up in a new process, forwards
// and backwards. Whatever happens, one credential works in the end, and it is
// the one that the store publishes.
func TestKillAtEveryBoundary(t *testing.T) {
	t.Parallel()
	for kind, target := range kinds(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			count := runVictim(t, newWorld(t, target, "count_"+kind), 0, "never")
			if count < 8 {
				t.Fatalf("only %d writes to the journal", count)
			}
			for n := 1; n <= count; n++ {
				for _, when := range []string{"before", "after"} {
					for _, way := range []string{"resume", "roll back"} {
						t.Run(fmt.Sprintf("%d %s %s", n, when, way), func(t *testing.T) {
							t.Parallel()
							w := newWorld(t, target, fmt.Sprintf("k%d_%s_%s", n, when, way[:4]))
							killed(t, n, runVictim(t, w, n, when))
							takeUp(t, w, way)
						})
					}
				}
			}
		})
	}
}

// killed wants the victim dead, unless it took fewer writes than n: how many it
// takes depends on how often it looks while it waits. A victim that survived
// has ended well, and what follows checks that.
func killed(t *testing.T, n, survived int) {
	t.Helper()
	if survived >= n {
		t.Fatalf("the victim survived %d writes", survived)
	}
	if survived > 0 {
		t.Logf("it took only %d writes this time", survived)
	}
}

func takeUp(t *testing.T, w world, way string) {
	d := w.open(t)
	defer d.close(t)
	unfinished, err := d.engine.Runs(t.Context(), engine.RunQuery{Unfinished: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(unfinished) > 0 {
		s := unfinished[0]
		if s.Status != engine.StatusStopped {
			t.Errorf("a run whose process is gone is %s", s.Status)
		}
		truth, err := d.engine.Truth(t.Context(), s.Run)
		if err != nil {
			t.Fatal(err)
		}
		if truth.Advice == engine.AdviceWait {
			t.Errorf("no safe step is named: %s", strings.Join(truth.Lines(), "; "))
		}
		want, got := engine.StatusDone, engine.Status("")
		if way == "resume" {
			got = finish(t, func(ctx context.Context) (*engine.Run, error) { return d.engine.Resume(ctx, s.Run, engine.Options{}) }, enginetest.Yes)
		} else {
			want = engine.StatusRolledBack
			got = finish(t, func(ctx context.Context) (*engine.Run, error) { return d.engine.RollBack(ctx, s.Run, engine.Options{}) },
				func(engine.Request) engine.ChoiceID { return engine.ChoiceRollBack })
		}
		if got != want {
			t.Errorf("%s ended %s, want %s", way, got, want)
		}
	}
	checkOneWorks(t, d, id)
}

func finish(t *testing.T, start func(context.Context) (*engine.Run, error), answer enginetest.Answerer) engine.Status {
	t.Helper()
	run, err := start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := enginetest.Drive(t, run, answer)
	if s.Problem != nil {
		t.Errorf("problem: %v", s.Problem)
	}
	return s.Status
}
