package pgxreload_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/pgxreload"
	"github.com/rotadeck/rotadeck/providers/reload/reloadtest"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

func TestMain(m *testing.M) { reloadtest.Main(m, "/providers/reload") }

// within bounds what a test waits for: generous, for slow machines.
const within = time.Minute

// TestPool shares a server between its cases, each with users of its own.
func TestPool(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	for name, test := range map[string]func(*testing.T, *shop){
		"follows the mount":                  followsTheMount,
		"odd passwords":                      takesOddPasswords,
		"refused":                            keepsTheOldWhenTheNewIsRefused,
		"refused once":                       triesARefusedCredentialOnce,
		"no query fails":                     failsNoQuery,
		"long transaction":                   letsTransactionsFinish,
		"leaked connection":                  cutsWhatIsNotGivenBack,
		"hijacked connection":                forgetsHijackedConnections,
		"waiting callers move on":            movesWaitingCallersOn,
		"two changes":                        endsOnTheLastOfTwo,
		"closed during a reload":             closesDuringAReload,
		"results hold what they need":        holdsConnectionsForResults,
		"counts":                             countsStatements,
		"keeps hooks":                        keepsHooks,
		"starts on what works or not at all": startsOrSaysWhy,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newShop(t, server))
		})
	}
}

// shop is a pair of users in a server, and a mount of one of them.
type shop struct {
	server *sandbox.Postgres
	admin  *pgx.Conn
	mount  *reloadtest.Mount
	name   string
}

func newShop(t *testing.T, server *sandbox.Postgres) *shop {
	t.Helper()
	s := &shop{server: server, name: "shop_" + strings.ToLower(randomText(t))}
	s.admin = sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
	for _, slot := range []string{"a", "b"} {
		s.execute(t, fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD '%s'", s.user(slot), s.password(slot)))
	}
	s.mount = reloadtest.NewMount(t, s.fields("a", "1"))
	return s
}

func randomText(t *testing.T) string {
	t.Helper()
	text, err := secret.Generate(newRandom(), 10)
	if err != nil {
		t.Fatal(err)
	}
	return text.Text()
}

func (s *shop) user(slot string) string     { return s.name + "_" + slot }
func (s *shop) password(slot string) string { return "pw-of-" + s.user(slot) }

func (s *shop) fields(slot, version string) map[string]string {
	return map[string]string{
		"host": s.server.Host, "port": fmt.Sprint(s.server.Port), "database": "postgres", "sslmode": "disable",
		"username": s.user(slot), "password": s.password(slot), "version": version,
	}
}

func (s *shop) execute(t *testing.T, sql string) {
	t.Helper()
	if _, err := s.admin.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// sessions counts those of a slot's user.
func (s *shop) sessions(t *testing.T, slot string) int {
	t.Helper()
	var n int
	if err := s.admin.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE usename = $1", s.user(slot)).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// open opens a pool that looks at the mount only when it is notified or told.
func (s *shop) open(t *testing.T, change ...func(*pgxreload.Options)) *pgxreload.Pool {
	t.Helper()
	options := pgxreload.Options{Options: reload.Options{Poll: time.Hour}, Configure: func(config *pgxpool.Config) error {
		config.MaxConns = 8
		return nil
	}}
	for _, c := range change {
		c(&options)
	}
	pool, err := pgxreload.Open(t.Context(), s.mount.Dir, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(within); !holds(); {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func currentUser(t *testing.T, pool *pgxreload.Pool) string {
	t.Helper()
	var user string
	if err := pool.QueryRow(t.Context(), "SELECT current_user").Scan(&user); err != nil {
		t.Fatal(err)
	}
	return user
}

func followsTheMount(t *testing.T, s *shop) {
	pool := s.open(t)
	if got := currentUser(t, pool); got != s.user("a") {
		t.Errorf("began as %s", got)
	}
	s.mount.Turn(s.fields("b", "2")) // nobody is told: it is heard
	eventually(t, "version 2 is in use", func() bool { return pool.Status().Version == "2" })
	if got := currentUser(t, pool); got != s.user("b") {
		t.Errorf("went on as %s", got)
	}
	eventually(t, "no session of the old user is left", func() bool { return s.sessions(t, "a") == 0 })
	if got := pool.Status(); got.Identity != s.user("b") || got.Fingerprint != "" || got.Problem != "" || got.Since.IsZero() {
		t.Errorf("status %+v", got)
	}
}

func takesOddPasswords(t *testing.T, s *shop) {
	pool := s.open(t)
	for i, password := range []string{` lead and trail `, `it's "quoted" \ and %41 $HOME`, "ä€😀", "line\nbreak", "postgres://u:p@h/d?x=y#z"} {
		slot := []string{"b", "a"}[i%2]
		s.execute(t, fmt.Sprintf("ALTER ROLE %s PASSWORD E'%s'", s.user(slot), strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(password)))
		fields := s.fields(slot, fmt.Sprint(i+2))
		fields["password"] = password
		s.mount.Turn(fields)
		if err := pool.Reload(t.Context()); err != nil {
			t.Errorf("%q: %v", password, err)
		}
		if got := currentUser(t, pool); got != s.user(slot) {
			t.Errorf("%q: went on as %s", password, got)
		}
	}
}

func keepsTheOldWhenTheNewIsRefused(t *testing.T, s *shop) {
	pool := s.open(t, func(o *pgxreload.Options) {
		o.RetryAfter = 20 * time.Millisecond
		o.RetryAtMost = 50 * time.Millisecond
	})
	s.execute(t, "ALTER ROLE "+s.user("b")+" NOLOGIN")
	s.mount.Turn(s.fields("b", "2"))
	err := pool.Reload(t.Context())
	if err == nil || !strings.Contains(err.Error(), "not permitted to log in") || strings.Contains(err.Error(), s.password("b")) {
		t.Errorf("the reload says %v", err)
	}
	if got := currentUser(t, pool); got != s.user("a") {
		t.Errorf("went on as %s", got)
	}
	if got := pool.Status(); got.Version != "1" || got.Problem == "" {
		t.Errorf("status %+v", got)
	}
	if n := s.sessions(t, "b"); n != 0 {
		t.Errorf("%d sessions of the refused user", n)
	}
	s.execute(t, "ALTER ROLE "+s.user("b")+" LOGIN") // it is tried again by itself
	eventually(t, "version 2 is in use", func() bool { return pool.Status().Version == "2" })
	if got := pool.Status(); got.Problem != "" {
		t.Errorf("the problem stays: %+v", got)
	}
}

// triesARefusedCredentialOnce has a pool that would open several connections at
// once: every login that fails may count against the account.
func triesARefusedCredentialOnce(t *testing.T, s *shop) {
	pool := s.open(t, func(o *pgxreload.Options) {
		o.RetryAfter = time.Hour
		o.Configure = func(config *pgxpool.Config) error { config.MaxConns, config.MinConns = 8, 8; return nil }
	})
	wrong := s.fields("b", "2")
	wrong["password"] = "not the one"
	s.mount.Turn(wrong)
	eventually(t, "it is refused", func() bool { return pool.Status().Problem != "" })
	log, err := os.ReadFile(s.server.LogPath)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(log), `password authentication failed for user "`+s.user("b")); n != 1 {
		t.Errorf("%d logins were tried", n)
	}
}

func failsNoQuery(t *testing.T, s *shop) {
	pool := s.open(t)
	var queries, failed atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for range 16 { // twice as many as there are connections: some always wait
		load.Go(func() {
			for ctx.Err() == nil {
				if _, err := pool.Exec(t.Context(), "SELECT 1"); err != nil {
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
		s.mount.Turn(s.fields([]string{"b", "a"}[i%2], fmt.Sprint(i+2)))
		if err := pool.Reload(t.Context()); err != nil {
			t.Error(err)
		}
		old := []string{"a", "b"}[i%2]
		eventually(t, "the old sessions have ended", func() bool { return s.sessions(t, old) == 0 })
		s.execute(t, "ALTER ROLE "+s.user(old)+" NOLOGIN") // as retire does
		s.execute(t, "ALTER ROLE "+s.user(old)+" LOGIN")
	}
	stop()
	load.Wait()
	if status := pool.Status(); failed.Load() > 0 || status.Failed > 0 || status.Requests < uint64(queries.Load()) {
		t.Errorf("%d of %d queries failed; status %+v", failed.Load(), queries.Load(), status)
	}
}

func letsTransactionsFinish(t *testing.T, s *shop) {
	pool := s.open(t)
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.mount.Turn(s.fields("b", "2"))
	if err := pool.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := currentUser(t, pool); got != s.user("b") {
		t.Errorf("new work is done as %s", got)
	}
	var user string
	if err := tx.QueryRow(t.Context(), "SELECT current_user").Scan(&user); err != nil || user != s.user("a") {
		t.Errorf("the transaction goes on as %q: %v", user, err)
	}
	if n := s.sessions(t, "a"); n != 1 {
		t.Errorf("%d sessions of the old user, want that of the transaction", n)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Error(err)
	}
	eventually(t, "the old session has ended", func() bool { return s.sessions(t, "a") == 0 })
}

func cutsWhatIsNotGivenBack(t *testing.T, s *shop) {
	var log lockedBuffer
	pool := s.open(t, func(o *pgxreload.Options) {
		o.Drain = 300 * time.Millisecond
		o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	leaked, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer leaked.Release()
	working := make(chan error, 1)
	go func() {
		_, err := leaked.Exec(context.WithoutCancel(t.Context()), "SELECT pg_sleep(600)")
		working <- err
	}()
	eventually(t, "the statement runs", func() bool {
		var n int
		err := s.admin.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE usename = $1 AND state = 'active'", s.user("a")).Scan(&n)
		return err == nil && n == 1
	})
	s.mount.Turn(s.fields("b", "2"))
	if err := pool.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-working; err == nil {
		t.Error("the statement was not ended")
	}
	eventually(t, "the old session has ended", func() bool { return s.sessions(t, "a") == 0 })
	eventually(t, "it is reported", func() bool {
		return strings.Contains(log.String(), "connections=1") && strings.Contains(log.String(), "user="+s.user("a"))
	})
	if got := currentUser(t, pool); got != s.user("b") {
		t.Errorf("went on as %s", got)
	}
}

func movesWaitingCallersOn(t *testing.T, s *shop) {
	var seeking seekers
	pool := s.open(t, func(o *pgxreload.Options) {
		o.Configure = func(config *pgxpool.Config) error {
			config.MaxConns, config.ConnConfig.Tracer = 1, &seeking
			return nil
		}
	})
	busy, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Release()
	waiting := make(chan string, 1)
	go func() {
		var user string
		if err := pool.QueryRow(context.WithoutCancel(t.Context()), "SELECT current_user").Scan(&user); err != nil {
			user = err.Error()
		}
		waiting <- user
	}()
	eventually(t, "a caller waits", func() bool { return seeking.n.Load() == 2 })
	s.mount.Turn(s.fields("b", "2"))
	if err := pool.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := <-waiting; got != s.user("b") {
		t.Errorf("who waited for the busy pool got %s", got)
	}
}

// seekers counts those who have begun to look for a connection.
type seekers struct{ n atomic.Int64 }

var _ pgxpool.AcquireTracer = (*seekers)(nil)

func (*seekers) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

func (*seekers) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (s *seekers) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	s.n.Add(1)
	return ctx
}

func (*seekers) TraceAcquireEnd(context.Context, *pgxpool.Pool, pgxpool.TraceAcquireEndData) {}

func endsOnTheLastOfTwo(t *testing.T, s *shop) {
	pool := s.open(t)
	for i := range 10 {
		s.mount.Turn(s.fields("b", fmt.Sprint(2*i+2)))
		s.mount.Turn(s.fields("a", fmt.Sprint(2*i+3)))
	}
	if err := pool.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := pool.Status(); got.Version != "21" {
		t.Errorf("status %+v", got)
	}
	eventually(t, "no session of the other user is left", func() bool { return s.sessions(t, "b") == 0 })
}

func closesDuringAReload(t *testing.T, s *shop) {
	entered, proceed := make(chan struct{}), make(chan struct{})
	var openings atomic.Int64
	pool := s.open(t, func(o *pgxreload.Options) {
		o.Configure = func(config *pgxpool.Config) error {
			config.BeforeConnect = func(ctx context.Context, _ *pgx.ConnConfig) error {
				if openings.Add(1) == 2 { // the first of the second pool
					close(entered)
					select {
					case <-proceed:
					case <-ctx.Done():
					}
				}
				return nil
			}
			return nil
		}
	})
	s.mount.Turn(s.fields("b", "2"))
	reloaded := make(chan error, 1)
	go func() { reloaded <- pool.Reload(context.WithoutCancel(t.Context())) }()
	<-entered
	closed := make(chan struct{})
	go func() { pool.Close(); close(closed) }()
	if err := <-reloaded; err == nil {
		t.Error("the reload succeeded on a pool that is closed")
	}
	close(proceed)
	<-closed
	if _, err := pool.Exec(t.Context(), "SELECT 1"); !errors.Is(err, pgxreload.ErrClosed) {
		t.Errorf("of a closed pool: %v", err)
	}
	if err := pool.Reload(t.Context()); err == nil {
		t.Error("a closed pool reloads")
	}
	eventually(t, "no session is left", func() bool { return s.sessions(t, "a")+s.sessions(t, "b") == 0 })
}

func startsOrSaysWhy(t *testing.T, s *shop) {
	wrong := s.fields("a", "1")
	wrong["password"] = "canary-not-the-one"
	partial := s.fields("a", "1")
	delete(partial, "host")
	for name, c := range map[string]struct {
		fields map[string]string
		says   string
	}{
		"refused": {wrong, "password authentication failed"},
		"partial": {partial, "the mount lacks host"},
	} {
		s.mount.Turn(c.fields)
		pool, err := pgxreload.Open(t.Context(), s.mount.Dir, pgxreload.Options{})
		if err == nil {
			pool.Close()
			t.Errorf("%s: it starts", name)
		} else if !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: it says %v", name, err)
		}
	}
	if n := s.sessions(t, "a"); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}
