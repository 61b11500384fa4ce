package sqlreload_test

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/sqlreload"
)

// TestDB runs every case on every kind of server, with users of its own.
func TestDB(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) flavour{"PostgreSQL": postgres, "MariaDB": mariadb} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t)
			for name, test := range map[string]func(*testing.T, *shop){
				"follows the mount":        followsTheMount,
				"refused":                  keepsTheOldWhenTheNewIsRefused,
				"no query fails":           failsNoQuery,
				"long transaction":         letsTransactionsFinish,
				"leaked":                   cutsWhatIsNotGivenBack,
				"rows are read to the end": readsRowsToTheEnd,
				"prepared":                 keepsPreparedStatements,
				"closed statement":         leavesClosedStatements,
				"two changes":              endsOnTheLastOfTwo,
				"late login":               usesNoLateLogin,
				"closed during a reload":   closesDuringAReload,
				"counts":                   countsStatements,
				"abandoned transaction":    survivesAbandonedTransactions,
			} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					test(t, newShop(t, f))
				})
			}
		})
	}
}

func followsTheMount(t *testing.T, s *shop) {
	db, connector := s.open(t)
	if got := s.who(t, db); got != s.user("a") {
		t.Errorf("began as %s", got)
	}
	s.mount.Turn(s.credential("b", "2")) // nobody is told: it is heard
	eventually(t, "version 2 is in use", func() bool { return connector.Status().Version == "2" })
	eventually(t, "no session of the old user is left", func() bool { return s.count(t, "a") == 0 })
	if got := s.who(t, db); got != s.user("b") {
		t.Errorf("went on as %s", got)
	}
	if got := connector.Status(); got.Identity != s.user("b") || got.Fingerprint != "" || got.Problem != "" || got.Since.IsZero() {
		t.Errorf("status %+v", got)
	}
}

func keepsTheOldWhenTheNewIsRefused(t *testing.T, s *shop) {
	db, connector := s.open(t, func(o *sqlreload.Options) {
		o.RetryAfter = 20 * time.Millisecond
		o.RetryAtMost = 50 * time.Millisecond
	})
	s.execute(t, s.lock, s.user("b"))
	s.mount.Turn(s.credential("b", "2"))
	if err := connector.Reload(t.Context()); err == nil || strings.Contains(err.Error(), s.password("b")) {
		t.Errorf("the reload says %v", err)
	}
	if got := s.who(t, db); got != s.user("a") {
		t.Errorf("went on as %s", got)
	}
	if got := connector.Status(); got.Version != "1" || got.Problem == "" {
		t.Errorf("status %+v", got)
	}
	s.execute(t, s.unlock, s.user("b")) // it is tried again by itself
	eventually(t, "version 2 is in use", func() bool { return connector.Status().Version == "2" })
	if got := connector.Status(); got.Problem != "" {
		t.Errorf("the problem stays: %+v", got)
	}
}

func failsNoQuery(t *testing.T, s *shop) {
	db, connector := s.open(t)
	var queries, failed atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for range 16 { // twice as many as there are connections: some always wait
		load.Go(func() {
			for ctx.Err() == nil {
				var n int
				if err := db.QueryRowContext(t.Context(), "SELECT 1").Scan(&n); err != nil {
					failed.Add(1)
					t.Error(err)
					return
				}
				queries.Add(1)
				<-time.After(2 * time.Millisecond)
			}
		})
	}
	for i := range 6 {
		s.mount.Turn(s.credential([]string{"b", "a"}[i%2], fmt.Sprint(i+2)))
		if err := connector.Reload(t.Context()); err != nil {
			t.Error(err)
		}
		old := []string{"a", "b"}[i%2]
		eventually(t, "the old sessions have ended", func() bool { return s.count(t, old) == 0 })
		s.execute(t, s.lock, s.user(old)) // as retire does
		s.execute(t, s.unlock, s.user(old))
	}
	stop()
	load.Wait()
	if status := connector.Status(); failed.Load() > 0 || status.Failed > 0 || status.Requests != uint64(queries.Load()) {
		t.Errorf("%d of %d queries failed; status %+v", failed.Load(), queries.Load(), status)
	}
}

func letsTransactionsFinish(t *testing.T, s *shop) {
	db, connector := s.open(t)
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	s.mount.Turn(s.credential("b", "2"))
	if err := connector.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.who(t, db); got != s.user("b") {
		t.Errorf("new work is done as %s", got)
	}
	if got := s.who(t, tx); got != s.user("a") {
		t.Errorf("the transaction goes on as %s", got)
	}
	if n := s.count(t, "a"); n != 1 {
		t.Errorf("%d sessions of the old user, want that of the transaction", n)
	}
	if err := tx.Commit(); err != nil {
		t.Error(err)
	}
	eventually(t, "the old session has ended", func() bool { return s.count(t, "a") == 0 })
}

// cutsWhatIsNotGivenBack leaves a statement, a transaction and rows open.
func cutsWhatIsNotGivenBack(t *testing.T, s *shop) {
	var log lockedBuffer
	db, connector := s.open(t, func(o *sqlreload.Options) {
		o.Drain = 300 * time.Millisecond
		o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	working := make(chan error, 1)
	go func() {
		_, err := db.ExecContext(context.WithoutCancel(t.Context()), s.sleep)
		working <- err
	}()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	rows, err := db.QueryContext(t.Context(), s.whoami)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	eventually(t, "all are at work", func() bool { return s.count(t, "a") == 3 })
	s.mount.Turn(s.credential("b", "2"))
	if err := connector.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-working; err == nil {
		t.Error("the statement was not ended")
	}
	eventually(t, "the old sessions have ended", func() bool { return s.count(t, "a") == 0 })
	eventually(t, "it is reported", func() bool {
		return strings.Contains(log.String(), "connections=3") && strings.Contains(log.String(), "user="+s.user("a"))
	})
	if got := s.who(t, db); got != s.user("b") {
		t.Errorf("went on as %s", got)
	}
}

func readsRowsToTheEnd(t *testing.T, s *shop) {
	db, connector := s.open(t)
	rows, err := db.QueryContext(t.Context(), s.whoami)
	if err != nil {
		t.Fatal(err)
	}
	if kinds, err := rows.ColumnTypes(); err != nil || len(kinds) != 1 || kinds[0].DatabaseTypeName() == "" {
		t.Errorf("column types %v: %v", kinds, err)
	}
	s.mount.Turn(s.credential("b", "2"))
	if err := connector.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	_ = s.who(t, db) // the old connection would be closed by now if it were idle
	read := 0
	for rows.Next() {
		read++
	}
	if err := rows.Err(); err != nil || read != 1 {
		t.Errorf("read %d rows: %v", read, err)
	}
	eventually(t, "the old session has ended", func() bool { return s.count(t, "a") == 0 })
}

// keepsPreparedStatements uses one before, between and after changes.
func keepsPreparedStatements(t *testing.T, s *shop) {
	db, connector := s.open(t)
	prepared, err := db.PrepareContext(t.Context(), s.bind)
	if err != nil {
		t.Fatal(err)
	}
	defer prepared.Close()
	for i := range 4 {
		var got int
		if err := prepared.QueryRowContext(t.Context(), i).Scan(&got); err != nil || got != i {
			t.Errorf("got %d for %d: %v", got, i, err)
		}
		old := []string{"a", "b"}[i%2]
		s.mount.Turn(s.credential([]string{"b", "a"}[i%2], fmt.Sprint(i+2)))
		if err := connector.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the old sessions have ended", func() bool { return s.count(t, old) == 0 })
	}
	if got := connector.Status(); got.Requests != 4 || got.Failed != 0 {
		t.Errorf("status %+v", got)
	}
}

// To close a statement is no use of its idle connection, which would keep it from
// being drained.
func leavesClosedStatements(t *testing.T, s *shop) {
	db, connector := s.open(t, func(o *sqlreload.Options) { o.Drain = 2 * within })
	prepared, err := db.PrepareContext(t.Context(), s.bind)
	if err != nil {
		t.Fatal(err)
	}
	if err := prepared.Close(); err != nil {
		t.Fatal(err)
	}
	s.mount.Turn(s.credential("b", "2"))
	if err := connector.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the old session has ended", func() bool { return s.count(t, "a") == 0 })
}

func endsOnTheLastOfTwo(t *testing.T, s *shop) {
	db, connector := s.open(t)
	for i := range 10 {
		s.mount.Turn(s.credential("b", fmt.Sprint(2*i+2)))
		s.mount.Turn(s.credential("a", fmt.Sprint(2*i+3)))
	}
	if err := connector.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := connector.Status(); got.Version != "21" || s.who(t, db) != s.user("a") {
		t.Errorf("status %+v", got)
	}
	eventually(t, "no session of the other user is left", func() bool { return s.count(t, "b") == 0 })
}

func closesDuringAReload(t *testing.T, s *shop) {
	entered := make(chan struct{})
	enter := sync.OnceFunc(func() { close(entered) })
	var openings atomic.Int64
	connect := s.connect
	s.connect = func(c reload.Credential) (driver.Connector, error) {
		inner, err := connect(c)
		if openings.Add(1) == 1 || err != nil {
			return inner, err
		}
		return stuck{inner, enter}, nil
	}
	db, connector := s.open(t)
	if err := db.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.mount.Turn(s.credential("b", "2"))
	reloaded := make(chan error, 1)
	go func() { reloaded <- connector.Reload(context.WithoutCancel(t.Context())) }()
	<-entered
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if err := <-reloaded; err == nil {
		t.Error("the reload succeeded on a DB that is closed")
	}
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("a closed DB goes on")
	}
	if err := connector.Reload(t.Context()); err == nil {
		t.Error("a closed connector reloads")
	}
	eventually(t, "no session is left", func() bool { return s.count(t, "a")+s.count(t, "b") == 0 })
}

// stuck connects to a server that does not answer.
type stuck struct {
	driver.Connector
	entered func()
}

func (s stuck) Connect(ctx context.Context) (driver.Conn, error) {
	s.entered()
	<-ctx.Done()
	return nil, ctx.Err()
}

// usesNoLateLogin changes the credential while a caller logs in with the one of
// before: nobody expects a session of it when all others have ended.
func usesNoLateLogin(t *testing.T, s *shop) {
	entered, proceed := make(chan struct{}), make(chan struct{})
	var openings, logins atomic.Int64
	connect := s.connect
	s.connect = func(c reload.Credential) (driver.Connector, error) {
		inner, err := connect(c)
		if openings.Add(1) > 1 || err != nil {
			return inner, err
		}
		return late{inner, func() {
			if logins.Add(1) == 2 { // the first is the proof
				close(entered)
				<-proceed
			}
		}}, nil
	}
	db, connector := s.open(t)
	first, err := db.Conn(t.Context()) // the one that was made ahead
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	user := make(chan string, 1)
	go func() {
		var found string
		if err := db.QueryRowContext(context.WithoutCancel(t.Context()), s.whoami).Scan(&found); err != nil {
			found = err.Error()
		}
		user <- found
	}()
	<-entered
	s.mount.Turn(s.credential("b", "2"))
	if err := connector.Reload(t.Context()); err != nil {
		t.Error(err)
	}
	close(proceed)
	if got := <-user; got != s.user("b") {
		t.Errorf("who logged in late works as %s", got)
	}
	first.Close()
	eventually(t, "no session of the old user is left", func() bool { return s.count(t, "a") == 0 })
}

// late logs in when wait returns.
type late struct {
	driver.Connector
	wait func()
}

func (l late) Connect(ctx context.Context) (driver.Conn, error) {
	l.wait()
	return l.Connector.Connect(ctx)
}

func countsStatements(t *testing.T, s *shop) {
	db, connector := s.open(t)
	_ = s.who(t, db)
	var n int
	if err := db.QueryRowContext(t.Context(), s.bind, 7).Scan(&n); err != nil || n != 7 {
		t.Errorf("got %d: %v", n, err)
	}
	if _, err := db.ExecContext(t.Context(), "SELEKT"); err == nil {
		t.Error("nonsense is accepted")
	}
	if got := connector.Status(); got.Requests != 3 || got.Failed != 1 {
		t.Errorf("counted %d, %d failed", got.Requests, got.Failed)
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = conn.Raw(func(raw any) error {
		if _, ours := raw.(interface{ Unwrap() driver.Conn }).Unwrap().(driver.Pinger); !ours {
			t.Errorf("%T is not the driver's connection", raw)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// survivesAbandonedTransactions gives up transactions and goes on.
func survivesAbandonedTransactions(t *testing.T, s *shop) {
	db, _ := s.open(t)
	db.SetMaxOpenConns(1)
	for range 5 {
		ctx, cancel := context.WithCancel(t.Context())
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = s.who(t, tx)
		cancel()
		eventually(t, "the transaction is rolled back", func() bool { return db.Stats().InUse == 0 })
		if got := s.who(t, db); got != s.user("a") {
			t.Errorf("went on as %q", got)
		}
	}
	if _, err := db.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelLinearizable}); err == nil {
		t.Error("an isolation that nobody has is accepted")
	}
}

// lockedBuffer is written by one goroutine and read by another.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
