package pgxreload_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload/pgxreload"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// A server with room for one and a half pools: queries wait until old connections
// make room, and do not fail.
func TestNoQueryFailsForWantOfRoom(t *testing.T) {
	t.Parallel()
	s := newShop(t, sandboxtest.Postgres(t, sandbox.PostgresSetting{Name: "max_connections", Value: "16"}))
	const most = 8
	pool := s.open(t, func(o *pgxreload.Options) {
		o.Configure = func(config *pgxpool.Config) error {
			config.MaxConns, config.MinConns = most, most
			return nil
		}
	})
	eventually(t, "the pool is full", func() bool { return pool.Stat().TotalConns() == most })
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for range 2 * most {
		load.Go(func() {
			for ctx.Err() == nil {
				if _, err := pool.Exec(t.Context(), "SELECT pg_sleep(0.01)"); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	s.mount.Turn(s.fields("b", "2"))
	if err := pool.Reload(t.Context()); err != nil {
		t.Error(err)
	}
	eventually(t, "the old sessions have ended", func() bool { return s.sessions(t, "a") == 0 })
	stop()
	load.Wait()
}

// Nobody waits for a connection, or reports it as cut, whose new owner has closed
// it.
func forgetsHijackedConnections(t *testing.T, s *shop) {
	var log lockedBuffer
	pool := s.open(t, func(o *pgxreload.Options) {
		o.Drain = 300 * time.Millisecond
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	})
	taken, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := taken.Hijack().Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.mount.Turn(s.fields("b", "2"))
	if err := pool.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	pool.Close()
	if log.String() != "" {
		t.Errorf("it says %s", log.String())
	}
}
