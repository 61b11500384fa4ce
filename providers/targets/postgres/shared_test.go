package postgres_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// common is the server of tests to which a database of their own is enough. The
// first of them starts it.
var common = sync.OnceValues(func() (*sandbox.Postgres, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "rotadeck-test-")
	if err != nil {
		return nil, err
	}
	server, err := sandbox.StartPostgres(ctx, dir)
	if err != nil {
		_ = os.RemoveAll(dir) // the error of starting tells more
		return nil, err
	}
	started = func() error { return closeCommon(server, dir) }
	return server, nil
})

// started ends the common server, if there is one.
var started = func() error { return nil }

func closeCommon(server *sandbox.Postgres, dir string) error {
	if err := server.Stop(); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

func TestMain(m *testing.M) {
	code := m.Run()
	if err := started(); err != nil {
		fmt.Fprintln(os.Stderr, "stop the common PostgreSQL:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// shared is a server that other tests use as well, at the same time: what a
// test makes outside of its own database must have a name of its own.
func shared(t testing.TB) *sandbox.Postgres {
	t.Helper()
	server, err := common()
	if err != nil {
		t.Fatalf("%v (install it with: apt-get install postgresql)", err)
	}
	return server
}
