package pgxreload_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/pgxreload"
)

func newRandom() io.Reader { return rand.Reader }

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

// holdsConnectionsForResults uses every way to query, and wants all connections
// back each time.
func holdsConnectionsForResults(t *testing.T, s *shop) {
	pool := s.open(t)
	for name, use := range map[string]func(ctx context.Context) error{
		"ping": pool.Ping,
		"query to its end": func(ctx context.Context) error {
			rows, err := pool.Query(ctx, "SELECT generate_series(1, 3)")
			if err != nil {
				return err
			}
			got, err := pgx.CollectRows(rows, pgx.RowTo[int])
			if !slices.Equal(got, []int{1, 2, 3}) {
				t.Errorf("query: %v", got)
			}
			return err
		},
		"query left early": func(ctx context.Context) error {
			rows, err := pool.Query(ctx, "SELECT generate_series(1, 3)")
			if err != nil {
				return err
			}
			rows.Next()
			rows.Close()
			return rows.Err()
		},
		"query scanned wrongly": func(ctx context.Context) error {
			rows, err := pool.Query(ctx, "SELECT 'x'")
			if err != nil {
				return err
			}
			rows.Next()
			var n int
			if rows.Scan(&n) == nil {
				t.Error("a text was scanned into a number")
			}
			return nil
		},
		"query refused": func(ctx context.Context) error {
			if rows, err := pool.Query(ctx, "SELEKT"); err == nil {
				rows.Close()
				if rows.Err() == nil {
					t.Error("nonsense is accepted")
				}
			}
			return nil
		},
		"row": func(ctx context.Context) error {
			var n int
			return pool.QueryRow(ctx, "SELECT 1").Scan(&n)
		},
		"batch": func(ctx context.Context) error {
			batch := &pgx.Batch{}
			batch.Queue("SELECT 1")
			batch.Queue("SELECT 2")
			return pool.SendBatch(ctx, batch).Close()
		},
		"committed": func(ctx context.Context) error {
			return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
				_, err := tx.Exec(ctx, "CREATE TEMP TABLE copied (n int) ON COMMIT DROP")
				return err
			})
		},
		"rolled back": func(ctx context.Context) error {
			tx, err := pool.Begin(ctx)
			if err != nil {
				return err
			}
			return tx.Rollback(ctx)
		},
		"copy": func(ctx context.Context) error {
			_, err := pool.CopyFrom(ctx, pgx.Identifier{"nothing"}, []string{"n"}, pgx.CopyFromRows([][]any{{1}}))
			if err == nil {
				t.Error("copied into a table that is not there")
			}
			return nil
		},
	} {
		if err := use(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := pool.Stat().AcquiredConns(); n != 0 {
			t.Errorf("%s: %d connections are not given back", name, n)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pool.Query(cancelled, "SELECT 1"); err == nil {
		t.Error("query: no connection, and no error")
	}
	var n int
	if err := pool.QueryRow(cancelled, "SELECT 1").Scan(&n); err == nil {
		t.Error("row: no connection, and no error")
	}
	if err := pool.SendBatch(cancelled, &pgx.Batch{}).Close(); err == nil {
		t.Error("batch: no connection, and no error")
	}
}

func countsStatements(t *testing.T, s *shop) {
	pool := s.open(t)
	for range 3 {
		_ = currentUser(t, pool)
	}
	if _, err := pool.Exec(t.Context(), "SELEKT"); err == nil {
		t.Error("nonsense is accepted")
	}
	if got := pool.Status(); got.Requests != 4 || got.Failed != 1 {
		t.Errorf("counted %d, %d failed", got.Requests, got.Failed)
	}

	var own reload.Counter
	counting := s.open(t, func(o *pgxreload.Options) { o.Counter = &own })
	_ = currentUser(t, counting)
	own.Add(nil)
	if got := counting.Status(); got.Requests != 1 || got.Failed != 0 {
		t.Errorf("the service counted 1, the status says %d, %d failed", got.Requests, got.Failed)
	}
}

func keepsHooks(t *testing.T, s *shop) {
	var opened, closed atomic.Int64
	pool := s.open(t, func(o *pgxreload.Options) {
		o.Configure = func(config *pgxpool.Config) error {
			config.AfterConnect = func(context.Context, *pgx.Conn) error { opened.Add(1); return nil }
			config.BeforeClose = func(*pgx.Conn) { closed.Add(1) }
			return nil
		}
	})
	s.mount.Turn(s.fields("b", "2"))
	if err := pool.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	pool.Close()
	if opened.Load() < 2 || opened.Load() != closed.Load() {
		t.Errorf("%d connections opened, %d closed", opened.Load(), closed.Load())
	}
}
