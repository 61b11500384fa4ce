package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// TestPostgresRestarts ends and starts one server again and again.
func TestPostgresRestarts(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	for _, row := range []struct {
		name string
		run  postgresCase
	}{
		{"a read goes on", readsAfterSessionsEnded},
		{"a run goes on", outlastsRestarts},
		{"a lock is given back", givesBackAfterRestart},
		{"a server that is away is named", saysThatTheServerIsAway},
	} {
		t.Run(row.name, func(t *testing.T) { row.run(t, server) }) // in turn: each ends the server
	}
}

// A run goes on over restarts of the server, orderly ones and crashes: nothing
// is lost or doubled, and nobody gets the lock meanwhile.
func outlastsRestarts(t *testing.T, server *server) {
	t.Helper()
	database := server.database(t)
	j, intruder := server.open(t, database), server.open(t, database)
	fence := takeLock(t, j)
	if err := j.Append(t.Context(), fence, started(1)); err != nil {
		t.Fatal(err)
	}
	restarts := make(chan error, 1)
	go func() {
		for _, end := range []func() error{server.Stop, server.Kill} {
			if err := errors.Join(end(), server.Start(context.WithoutCancel(t.Context()))); err != nil {
				restarts <- err
				return
			}
			_, err := intruder.Lock(t.Context(), "orders-db", engine.Holder{Run: "r2"})
			if !errors.As(err, new(*engine.LockedError)) {
				restarts <- fmt.Errorf("right after a restart: %w, want that the lock is held", err)
				return
			}
		}
		restarts <- nil
	}()
	seqs := []int64{1}
	for seq, over := int64(2), false; !over; seq++ {
		if err := j.Append(t.Context(), fence, note(seq)); err != nil {
			t.Fatalf("append %d: %v", seq, err)
		}
		seqs = append(seqs, seq)
		select {
		case err := <-restarts:
			if err != nil {
				t.Error(err)
			}
			over = true
		default:
		}
	}
	wantSeqs(t, j, seqs...)
	eventually(t, "the advisory lock is held again", func() bool {
		var guards int
		err := server.admin(t, database).QueryRow(t.Context(), `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted`).Scan(&guards)
		return err == nil && guards == 1
	})
	if held, err := intruder.Held(t.Context(), "orders-db"); !held || err != nil {
		t.Errorf("held: %t, %v", held, err)
	}
}

// givesBackAfterRestart gives a lock back before its holder has
// noticed that the server was restarted, as a run does that stops because of
// it. Whoever takes the run up must not be turned away.
func givesBackAfterRestart(t *testing.T, server *server) {
	t.Helper()
	for name, end := range map[string]func() error{"stopped": server.Stop, "killed": server.Kill} {
		j := server.open(t, server.database(t))
		lease, err := j.Lock(t.Context(), "orders-db", engine.Holder{Run: "r1"})
		if err != nil {
			t.Fatal(err)
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := lease.Release(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		next, err := j.Lock(t.Context(), "orders-db", engine.Holder{Run: "r2"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := next.Release(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// While the server is away, an append waits as long as it may, and the others
// say so at once.
func saysThatTheServerIsAway(t *testing.T, server *server) {
	t.Helper()
	j := server.open(t, server.database(t))
	lease, err := j.Lock(t.Context(), "orders-db", engine.Holder{Run: "r1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	_, err = j.Lock(t.Context(), "billing-db", engine.Holder{})
	wantProblem(t, err, "is not reached")
	_, err = j.Events(t.Context(), "r1")
	wantProblem(t, err, "is not reached")
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err = j.Append(ctx, lease.Fence, started(1))
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "refused") {
		t.Errorf("append: %v, want the deadline and its reason", err)
	}
	if err := lease.Release(); err == nil {
		t.Error("the lock was given back to a server that is away")
	}
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Sessions that a server has ended while they were idle are not met by whoever
// uses the journal next, however many there are.
func readsAfterSessionsEnded(t *testing.T, server *server) {
	t.Helper()
	database := server.database(t)
	j := server.open(t, database)
	var group sync.WaitGroup
	for range 4 * poolSessions {
		group.Go(func() {
			if _, err := j.Runs(t.Context(), engine.RunQuery{}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	server.run(t, database, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	if _, err := j.Runs(t.Context(), engine.RunQuery{}); err != nil {
		t.Errorf("read after all sessions were ended: %v", err)
	}
}
