package journal

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

// TestLockIsGivenBackAfterARestart gives a lock back before its holder has
// noticed that the server was restarted, as a run does that stops because of
// it. Whoever takes the run up must not be turned away.
func TestLockIsGivenBackAfterARestart(t *testing.T) {
	t.Parallel()
	server := startServer(t)
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
