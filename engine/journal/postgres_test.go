package journal

import (
	"maps"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// postgresCase is a test of journals on a server that it shares with others, and
// does not end. Each has databases of its own.
type postgresCase func(t *testing.T, server *server)

func TestPostgres(t *testing.T) {
	t.Parallel()
	server := startServer(t, sandbox.PostgresSetting{Name: "max_connections", Value: "500"})
	t.Run("conformance", func(t *testing.T) {
		t.Parallel()
		enginetest.DurableJournalSuite(t, func(t *testing.T) func() engine.Journal {
			database := server.database(t)
			return func() engine.Journal { return server.open(t, database) }
		})
	})
	cases := openCases()
	maps.Copy(cases, faultCases())
	maps.Copy(cases, processCases())
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, server)
		})
	}
}
