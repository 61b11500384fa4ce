package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// A session that does not end is named, so that someone can look for it.
func TestRetireNamesSessionsThatDoNotEnd(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, sandboxtest.Postgres(t), nil)
	old := d.give(t, engine.SlotA, nil)
	pid := int(d.login(t, old).PgConn().PID())
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil { // it cannot even die
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGCONT) }) // it may be gone
	changes, err := d.target.Retire(t.Context(), engine.SlotA, old)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, changes[:1], nil)
	impatient, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err = changes[1].Apply(impatient)
	if want := fmt.Sprintf("process %d, sandbox from 127.0.0.1", pid); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("ending a session that is stuck: %v; want it to say %q", err, want)
	}
	if got := engine.OutcomeOf(err); got != engine.Unknown {
		t.Errorf("outcome %s; want %s: others may have ended", got, engine.Unknown)
	}
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	apply(t, changes[1:], nil)
}
