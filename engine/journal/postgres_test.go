package journal

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

func TestPostgresConformance(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	enginetest.DurableJournalSuite(t, func(t *testing.T) func() engine.Journal {
		database := server.database(t)
		return func() engine.Journal { return server.open(t, database) }
	})
}
