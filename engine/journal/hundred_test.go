package journal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// outside is what a World needs of a test in a process that runs none.
type outside struct {
	testing.TB
	ctx context.Context //nolint:containedctx // lives as long as the process
}

func (o outside) Helper() {}

func (o outside) Context() context.Context { return o.ctx }

func (o outside) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// playRotation says "ready", and at the next line of input begins a rotation in
// a world of its own, but for the journal. It says how that went. Who has begun
// a run waits for another line, and then ends it.
func playRotation(ctx context.Context, j engine.Journal, lines *bufio.Scanner) error {
	if _, err := j.Runs(ctx, engine.RunQuery{}); err != nil { // connected, and the tables are there
		return err
	}
	w := enginetest.NewWorld(outside{ctx: ctx})
	e := engine.New(engine.Config{
		Credentials: []engine.Credential{w.Credential}, Open: w.Open, Journal: j, Operator: "grace", Host: "ops-2",
	})
	fmt.Println("ready")
	lines.Scan()
	run, err := e.Rotate(ctx, enginetest.ID, engine.Options{})
	var locked *engine.LockedError
	switch {
	case errors.As(err, &locked):
		fmt.Println("locked by", locked.Holder.Run)
		return nil
	case err != nil:
		return err
	}
	fmt.Println("begun", run.ID())
	lines.Scan()
	fmt.Println(enginetest.Drive(outside{ctx: ctx}, run, enginetest.Yes).Status)
	return nil
}

// TestHundredProcessesMakeOneRun lets a hundred processes rotate one credential
// at once. One begins a run; the others are told who has it. No other test goes on
// meanwhile, and the journals take turns: so many processes starve what is beside
// them, and those that restart servers have a clock to keep to.
func TestHundredProcessesMakeOneRun(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "journal.db")
		wantOneRun(t, openJournal(t, path), func() *helper { return startHelper(t, "rotate", path, "") })
	})
	t.Run("postgres", func(t *testing.T) {
		server := startServer(t)
		database := server.database(t)
		wantOneRun(t, server.open(t, database), func() *helper { return server.helper(t, "rotate", database, "") })
	})
}

func wantOneRun(t *testing.T, j engine.Journal, start func() *helper) {
	t.Helper()
	const processes = 100
	helpers := make([]*helper, processes)
	for i := range helpers {
		helpers[i] = start()
	}
	for _, h := range helpers {
		h.waitFor("ready")
	}
	began := time.Now()
	for _, h := range helpers {
		h.say("go")
	}
	var winner *helper
	var run string
	refused := map[string]int{}
	for _, h := range helpers {
		line := h.line()
		if id, begun := strings.CutPrefix(line, "begun "); begun {
			if winner != nil {
				t.Errorf("%s and %s were begun", run, id)
			}
			winner, run = h, id
			continue
		}
		refused[line]++
	}
	t.Logf("all have answered after %s", time.Since(began).Round(time.Millisecond))
	held := 0
	for line, n := range refused {
		// On a starved machine, one that had the lock may lose its session before it has
		// begun: it is told so, and the next one begins.
		if strings.HasPrefix(line, "locked by ") || strings.Contains(line, "has taken this run over") {
			held += n
		}
	}
	if winner == nil || held != processes-1 {
		t.Fatalf("run %s was begun, and the others say %v; want that another has the lock, %d times", run, refused, processes-1)
	}
	winner.say("go")
	winner.waitFor(string(engine.StatusDone))
	runs, err := j.Runs(t.Context(), engine.RunQuery{})
	if err != nil || len(runs) != 1 || runs[0].Run != run || runs[0].Status != engine.StatusDone {
		t.Errorf("the journal has %+v, %v; want the run %s, done", runs, err, run)
	}
}
