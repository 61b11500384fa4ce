//go:build linux

package endtoend

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// TestFinishByHand kills -9 rotadeck at several points of a rotation, and then
// does what the runbook says, in bash, exactly as it is printed: forward to the
// end, or back to the beginning. With and without being able to ask target and
// store while the runbook is written.
func TestFinishByHand(t *testing.T) {
	t.Parallel()
	for kind, target := range kinds(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			count := runVictim(t, newWorld(t, target, "count_hand_"+kind), 0, "never")
			for n := 1; n < count; n++ {
				for _, way := range inTurn(n, "forward", "back") {
					blind := n/2%2 == 1
					t.Run(fmt.Sprintf("%d %s blind=%t", n, way, blind), func(t *testing.T) {
						t.Parallel()
						w := newWorld(t, target, fmt.Sprintf("h%d_%s", n, way))
						old := published(t, w)
						killed(t, n, runVictim(t, w, n, "after"))
						finishByHand(t, w, old, way, blind)
					})
				}
			}
		})
	}
}

// finishByHand does what the runbook says, and lets rotadeck find it done.
func finishByHand(t *testing.T, w world, old, way string, blind bool) {
	t.Helper()
	book := w.runbook(t, blind)
	if book.Run == "" {
		return // the victim had ended by itself
	}
	checkNoSecret(t, w, fmt.Sprintf("%+v", book))
	steps := book.Forward
	if way == "back" {
		steps = book.Back
	}
	follow(t, w, undone(steps))
	checkByHand(t, w, old, way)
	closeRecord(t, w, book.Run, way)
	checkByHand(t, w, old, way)
}

// closeRecord takes the run up afterwards, which ends as what was done by hand.
func closeRecord(t *testing.T, w world, run, way string) {
	t.Helper()
	d := w.open(t)
	defer d.close(t)
	begin, answer, want := d.engine.Resume, enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceAccept), engine.StatusDone
	if way == "back" {
		begin, answer, want = d.engine.RollBack, enginetest.Prefer(engine.ChoiceRollBack), engine.StatusRolledBack
	}
	taken, err := begin(t.Context(), run, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantStatus(t, enginetest.Drive(t, taken, answer), want)
}

// TestRotateByHand does a whole rotation by the runbook of a credential that no
// run has ever touched, and takes it back.
func TestRotateByHand(t *testing.T) {
	t.Parallel()
	binary := buildProgram(t)
	targets := kinds(t)
	targets["pooled"] = pooledTarget(t)
	for kind, target := range targets {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, target, "all_by_hand_"+kind)
			old := published(t, w)
			book := w.printed(t, binary)
			if book.Run != "" {
				t.Fatalf("the runbook is of run %s", book.Run)
			}
			follow(t, w, undone(book.Forward))
			checkByHand(t, w, old, "forward")
			for _, step := range book.Forward { // once more, which does no harm
				step.Checks = nil // not all hold any more
				follow(t, w, []engine.RunbookStep{step})
			}
			checkByHand(t, w, old, "forward")
			follow(t, w, book.Back)
			checkByHand(t, w, old, "back")
		})
	}
}

// pooledTarget is a PostgreSQL server with a replica, behind a PgBouncer that has a
// file of users.
func pooledTarget(t *testing.T) maker {
	t.Helper()
	server := sandboxtest.Postgres(t, sandbox.PostgresSetting{Name: "wal_level", Value: "replica"})
	replica := sandboxtest.Replica(t, server)
	pooler := sandboxtest.PgBouncer(t, server)
	inner := postgresTarget(server)
	return func(t testing.TB, dir, name string) string {
		t.Helper()
		writeFile(t, filepath.Join(dir, "pooler-password"), pooler.Password.Text())
		return inner(t, dir, name) + fmt.Sprintf(`replicas = ["%s:%d"]
pgbouncer = ["%s:%d"]
pgbouncer_userlist = %q
pgbouncer_admin_user = %q
pgbouncer_admin_password = "file:pooler-password"
`, replica.Host, replica.Port, pooler.Host, pooler.Port, pooler.UserlistPath, pooler.Admin)
	}
}

// published is the version that the store publishes.
func published(t *testing.T, w world) string {
	t.Helper()
	d := w.open(t)
	defer d.close(t)
	_, h := d.parts(t, id)
	return h.Current().ID
}

// runbook writes the credential's runbook; blind, neither target nor store can
// be asked in time.
func (w world) runbook(t *testing.T, blind bool) engine.Runbook {
	t.Helper()
	d := w.open(t, func(c *engine.Config) {
		if blind {
			c.Credentials[0].Policy.ProbeTimeout = time.Nanosecond
		}
	})
	defer d.close(t)
	book, err := d.engine.Runbook(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if blind && book.Problem == nil {
		t.Error("a runbook that was written blindly does not say so")
	}
	return book
}

// undone are the steps that are to be done yet.
func undone(steps []engine.RunbookStep) []engine.RunbookStep {
	return slices.DeleteFunc(slices.Clone(steps), func(s engine.RunbookStep) bool { return s.Done != "" })
}

// follow does steps, and wants each to show that it worked.
func follow(t *testing.T, w world, steps []engine.RunbookStep) {
	t.Helper()
	for _, step := range steps {
		for _, c := range step.Commands {
			w.paste(t, step, c)
		}
		for _, c := range step.Checks {
			w.paste(t, step, c)
		}
	}
}

// paste runs a command as it is printed, in bash, with nothing at the keys.
func (w world) paste(t *testing.T, step engine.RunbookStep, c engine.HandCommand) {
	t.Helper()
	if c.Command == "" {
		return // a sentence
	}
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", c.Command)
	cmd.Dir = w.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("step %d, %s: %s: %v\n%s\n%s", step.Number, step.Phase, c.What, err, c.Command, out)
	}
}

// checkByHand wants the world as a rotation, or a rollback, leaves it.
func checkByHand(t *testing.T, w world, old, way string) {
	t.Helper()
	d := w.open(t)
	defer d.close(t)
	checkOneWorks(t, d, id)
	_, h := d.parts(t, id)
	if back := h.Current().ID == old; back != (way == "back") {
		t.Errorf("the store publishes version %s; it was %s before", h.Current().ID, old)
	}
}

// printed is the runbook as the program prints it: with every command whole, on
// lines of its own.
func (w world) printed(t *testing.T, binary string) engine.Runbook {
	t.Helper()
	var book engine.Runbook
	out, err := w.program(t.Context(), binary, "runbook", id, "--json").Output()
	if err == nil {
		err = json.Unmarshal(out, &book)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := w.program(t.Context(), binary, "runbook", id).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range slices.Concat(book.Forward, book.Back) {
		for _, c := range slices.Concat(step.Commands, step.Checks) {
			if c.Command != "" && !strings.Contains(string(text), "\n"+c.Command+"\n") {
				t.Errorf("step %d, %s: not printed as it is:\n%s", step.Number, step.Phase, c.Command)
			}
		}
	}
	checkNoSecret(t, w, string(text)+string(out))
	return book
}

// checkNoSecret wants nothing in a text that only the store may hold.
func checkNoSecret(t *testing.T, w world, text string) {
	t.Helper()
	d := w.open(t)
	defer d.close(t)
	_, h := d.parts(t, id)
	for _, v := range h.Slots {
		for _, name := range v.Material.Names() {
			if !engine.PublicField(name) && strings.Contains(text, strings.TrimSpace(v.Material.Text(name))) {
				t.Errorf("the runbook tells the field %s of version %s", name, v.ID)
			}
		}
	}
}
