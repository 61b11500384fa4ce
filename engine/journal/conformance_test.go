package journal_test

import (
	"path/filepath"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/journal"
)

func TestSQLiteConformance(t *testing.T) {
	t.Parallel()
	enginetest.DurableJournalSuite(t, func(t *testing.T) func() engine.Journal {
		path := filepath.Join(t.TempDir(), "journal.db")
		return func() engine.Journal { return open(t, path) }
	})
}

func open(t testing.TB, path string) *journal.SQLite {
	t.Helper()
	j, err := journal.OpenSQLite(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}
