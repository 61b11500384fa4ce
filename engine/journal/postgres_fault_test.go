package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/engine"
)

// faultCases are what can go wrong between a journal and a server that goes on.
func faultCases() map[string]postgresCase {
	return map[string]postgresCase{
		"locks though the answer is lost":              locksThoughTheAnswerIsLost,
		"locks again what it has locked":               locksAgainWhatItHasLocked,
		"settles what is unknown":                      settlesWhatIsUnknown,
		"tells its own events from others":             tellsItsOwnEventsFromOthers,
		"regains a lost session":                       regainsALostSession,
		"a holder behind a split network":              holderBehindASplitNetwork,
		"ends a transaction that stands still":         endsATransactionThatStandsStill,
		"a failed append leaves nothing":               failedAppendLeavesNothing,
		"a watcher listens again":                      watchListensAgain,
		"takes over without the right to end sessions": takesOverWithoutTheRightToEndSessions,
		"leaves no session":                            leavesNoSession,
	}
}

// Whether the server has committed before the line failed is found out, not
// guessed: the events are there once, whatever happened.
func settlesWhatIsUnknown(t *testing.T, server *server) {
	for text, harms := range map[string][]harm{
		"BEGIN":  {cutBefore, cutAfter, mutedBefore},
		"COMMIT": {cutBefore, cutAfter, mutedBefore, mutedAfter},
	} {
		for _, h := range harms {
			t.Run(fmt.Sprintf("%s %s", h, text), func(t *testing.T) {
				t.Parallel()
				p := server.proxy(t)
				j := p.through(server, server.database(t))
				j.attempt = time.Second
				fence := takeLock(t, j)
				if err := j.Append(t.Context(), fence, started(1)); err != nil {
					t.Fatal(err)
				}
				p.at(text, h)
				if err := j.Append(t.Context(), fence, note(2), note(3)); err != nil {
					t.Errorf("append: %v", err)
				}
				if !p.sprung() {
					t.Error("no harm was done: the test sees nothing")
				}
				if err := j.Append(t.Context(), fence, note(4)); err != nil {
					t.Errorf("the next append: %v", err)
				}
				wantSeqs(t, j, 1, 2, 3, 4)
			})
		}
	}
}

// A lock that was taken, and whose answer was lost, is not taken for somebody
// else's.
func locksThoughTheAnswerIsLost(t *testing.T, server *server) {
	for _, h := range []harm{cutBefore, cutAfter} {
		p := server.proxy(t)
		j := p.through(server, server.database(t))
		if _, err := j.Runs(t.Context(), engine.RunQuery{}); err != nil { // makes the tables
			t.Fatal(err)
		}
		p.at("commit", h)
		fence := takeLock(t, j)
		if !p.sprung() {
			t.Error("no harm was done: the test sees nothing")
		}
		if err := j.Append(t.Context(), fence, started(1)); err != nil {
			t.Errorf("%s: %v", h, err)
		}
		_, err := j.Lock(t.Context(), "orders-db", engine.Holder{Run: "r1"})
		if !errors.As(err, new(*engine.LockedError)) {
			t.Errorf("%s: a second lock for the same run: %v, want a LockedError", h, err)
		}
	}
}

// The session of an attempt that succeeded unseen may take its time to end. The
// next attempt takes the lock from it, but from nobody else.
func locksAgainWhatItHasLocked(t *testing.T, server *server) {
	j := server.open(t, server.database(t))
	first, err := j.Lock(t.Context(), "orders-db", engine.Holder{Run: "r1"})
	if err != nil {
		t.Fatal(err)
	}
	for run, want := range map[string]bool{"r1": true, "r2": false} {
		holder, err := json.Marshal(engine.Holder{Run: run})
		if err != nil {
			t.Fatal(err)
		}
		l := &lease{journal: j, fence: engine.Fence{Credential: "orders-db"}, again: true}
		err = j.once(t.Context(), func(session *pgxpool.Conn) error {
			return pgx.BeginFunc(t.Context(), session, func(tx pgx.Tx) error { return l.take(t.Context(), tx, string(holder), nil) })
		})
		if (err == nil) != want || want && l.fence.Token <= first.Fence.Token {
			t.Errorf("a second attempt of %s: token %d, %v", run, l.fence.Token, err)
		}
	}
	if err := first.Release(); err != nil {
		t.Error(err)
	}
}

// An append that was made, and whose answer was lost, is not taken for one that
// somebody else made.
func tellsItsOwnEventsFromOthers(t *testing.T, server *server) {
	j := server.open(t, server.database(t))
	fence := takeLock(t, j)
	if err := j.Append(t.Context(), fence, started(1), note(2)); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		events []engine.Event
		fine   bool
	}{
		"the same":              {[]engine.Event{note(2)}, true},
		"the same, all":         {[]engine.Event{started(1), note(2)}, true},
		"part of what is there": {[]engine.Event{started(1)}, false},
		"more than is there":    {[]engine.Event{note(2), note(3)}, false},
		"another one":           {[]engine.Event{started(2)}, false},
	} {
		a := &appending{fence: fence, events: row.events, doubtful: true}
		if err := a.encode(); err != nil {
			t.Fatal(err)
		}
		if err := j.settle(t.Context(), a); (err == nil) != row.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantSeqs(t, j, 1, 2)
}

// A session that ends alone, as by an administrator, is replaced.
func regainsALostSession(t *testing.T, server *server) {
	database := server.database(t)
	j := server.open(t, database)
	fence := takeLock(t, j)
	admin := server.admin(t, database)
	guard := func() (pid int) {
		err := admin.QueryRow(t.Context(), `SELECT coalesce(max(pid), 0) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&pid)
		if err != nil {
			t.Fatal(err)
		}
		return pid
	}
	first := guard()
	server.run(t, database, fmt.Sprintf(`SELECT pg_terminate_backend(%d)`, first))
	eventually(t, "another session has the advisory lock", func() bool {
		pid := guard()
		return pid != 0 && pid != first
	})
	if err := j.Append(t.Context(), fence, started(1)); err != nil {
		t.Error(err)
	}
}

// Who is cut off from the server is taken over, and finds out when the network
// is back.
func holderBehindASplitNetwork(t *testing.T, server *server) {
	database := server.database(t)
	p := server.proxy(t)
	far, near := p.through(server, database), server.open(t, database)
	lease, err := far.Lock(t.Context(), "orders-db", engine.Holder{Run: "r1", Host: "far"})
	if err != nil {
		t.Fatal(err)
	}
	if err := far.Append(t.Context(), lease.Fence, started(1)); err != nil {
		t.Fatal(err)
	}
	p.part()
	far.attempt = time.Second
	next, err := near.TakeOver(t.Context(), "orders-db", engine.Holder{Run: "r1", Host: "near"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := near.Append(t.Context(), next.Fence, note(2)); err != nil {
		t.Error(err)
	}
	// New lines pass again.
	if err := far.Append(t.Context(), lease.Fence, note(2)); !errors.Is(err, engine.ErrFenced) {
		t.Errorf("append from behind the split: %v, want ErrFenced", err)
	}
	select {
	case <-lease.Lost:
	case <-time.After(30 * time.Second):
		t.Error("the former holder does not hear that it lost the lock")
	}
	wantSeqs(t, near, 1, 2)
	if err := errors.Join(lease.Release(), next.Release()); err != nil {
		t.Error(err)
	}
}

// A client that froze in the middle of a transaction does not keep the lock's
// row from others.
func endsATransactionThatStandsStill(t *testing.T, server *server) {
	database := server.database(t)
	j := server.open(t, database)
	lease, err := j.Lock(t.Context(), "orders-db", engine.Holder{Run: "r1"})
	if err != nil {
		t.Fatal(err)
	}
	frozen, err := j.dialer.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer hangUp(frozen)
	if _, err := (&appending{fence: lease.Fence}).begin(t.Context(), frozen); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), engine.GoneAfter)
	defer cancel()
	next, err := server.open(t, database).TakeOver(ctx, "orders-db", engine.Holder{Run: "r1"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(next.Release(), lease.Release()); err != nil {
		t.Error(err)
	}
}

// What the server refuses is not tried again, and leaves nothing.
func failedAppendLeavesNothing(t *testing.T, server *server) {
	for name, row := range map[string]struct{ code, text string }{
		"disk full":   {"53100", "the server's disk is full"},
		"midway":      {"XX000", "something unexpected"},
		"out of time": {"57014", "something unexpected"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := server.database(t)
			j := server.open(t, database)
			fence := takeLock(t, j)
			server.run(t, database, fmt.Sprintf(`
				CREATE FUNCTION harm() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = '%s'; END $$;
				CREATE TRIGGER harm BEFORE INSERT ON rotadeck.events FOR EACH ROW WHEN (new.seq = 2) EXECUTE FUNCTION harm()`, row.code))
			wantProblem(t, j.Append(t.Context(), fence, started(1), note(2)), row.text)
			wantSeqs(t, j)
			server.run(t, database, `DROP TRIGGER harm ON rotadeck.events`)
			if err := j.Append(t.Context(), fence, started(1), note(2)); err != nil {
				t.Fatal(err)
			}
			wantSeqs(t, j, 1, 2)
		})
	}
}

// A watcher tells of news after its session was lost, whatever happened while
// it could not hear.
func watchListensAgain(t *testing.T, server *server) {
	database := server.database(t)
	p := server.proxy(t)
	far, near := p.through(server, database), server.open(t, database)
	fence := takeLock(t, near)
	news, err := far.Watch(t.Context(), "r1")
	if err != nil {
		t.Fatal(err)
	}
	server.run(t, database, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`)
	if err := near.Append(t.Context(), fence, started(1)); err != nil {
		t.Fatal(err)
	}
	wantSoon(t, news)
	for seq := int64(2); seq < 5; seq++ {
		if err := near.Append(t.Context(), fence, note(seq)); err != nil {
			t.Fatal(err)
		}
		wantSoon(t, news)
	}
}

func wantSoon(t *testing.T, news <-chan struct{}) {
	t.Helper()
	select {
	case _, open := <-news:
		if !open {
			t.Error("the watcher has ended")
		}
	case <-time.After(30 * time.Second):
		t.Error("no news")
	}
}

// A lock may be held by a session of before that nobody may end: it is fenced
// off, and the new holder needs no advisory lock to go on.
func takesOverWithoutTheRightToEndSessions(t *testing.T, server *server) {
	database := server.database(t)
	ada := server.open(t, database)
	lease, err := ada.Lock(t.Context(), "orders-db", engine.Holder{Run: "r1", Operator: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	server.run(t, database, `CREATE ROLE grace LOGIN PASSWORD '`+server.Password.Text()+`';
		GRANT USAGE ON SCHEMA rotadeck TO grace; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA rotadeck TO grace`)
	grace := server.openAt(t, server.address("grace", database), server.Password)
	next, err := grace.TakeOver(t.Context(), "orders-db", engine.Holder{Run: "r1", Operator: "grace"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := grace.Append(t.Context(), next.Fence, started(1)); err != nil {
		t.Error(err)
	}
	if err := ada.Append(t.Context(), lease.Fence, note(2)); !errors.Is(err, engine.ErrFenced) {
		t.Errorf("append of the former holder: %v, want ErrFenced", err)
	}
	_, err = ada.Lock(t.Context(), "orders-db", engine.Holder{Run: "r2"})
	var locked *engine.LockedError
	if !errors.As(err, &locked) || locked.Holder.Operator != "grace" {
		t.Errorf("lock: %v, want that grace has it", err)
	}
	if err := errors.Join(lease.Release(), next.Release()); err != nil {
		t.Error(err)
	}
	if held, err := ada.Held(t.Context(), "orders-db"); held || err != nil {
		t.Errorf("held: %t, %v", held, err)
	}
}

// Sessions are not left over: a journal at rest has none.
func leavesNoSession(t *testing.T, server *server) {
	database := server.database(t)
	j := server.open(t, database)
	for range 3 {
		if err := j.use(t.Context(), func(*pgxpool.Conn) error { return nil }); err != nil {
			t.Fatal(err)
		}
		lease, err := j.Lock(t.Context(), "orders-db", engine.Holder{Run: "r1"})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = j.Lock(t.Context(), "orders-db", engine.Holder{Run: "r2"}) // is refused
		if err := lease.Release(); err != nil {
			t.Error(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	admin := server.admin(t, database)
	eventually(t, "all sessions have ended", func() bool {
		var sessions int
		err := admin.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()`, applicationName).Scan(&sessions)
		return err == nil && sessions == 0
	})
}
