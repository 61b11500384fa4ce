package endtoend

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// TestNoPasswordInLogsOfMariaDBAndJournal rotates a MariaDB login and rolls
// back, with the general log on and the journal in a PostgreSQL that logs every
// statement. No password may stand in either log, nor in the journal's tables.
func TestNoPasswordInLogsOfMariaDBAndJournal(t *testing.T) {
	t.Parallel()
	target := sandboxtest.MariaDB(t, sandbox.MariaDBSetting{Name: "general-log", Value: "1"})
	host := sandboxtest.Postgres(t,
		sandbox.PostgresSetting{Name: "log_statement", Value: "all"},
		sandbox.PostgresSetting{Name: "log_min_duration_statement", Value: "0"}, // with parameters
		sandbox.PostgresSetting{Name: "log_error_verbosity", Value: "verbose"})
	w := newBroken(t, mariadbDatabase(target), "logged", postgresDatabase(host))
	d := w.open(t)
	defer d.close(t)
	h := newHunt()
	for range 3 {
		rotate(t, d)
		w.learn(t, d, h)
	}
	runs, err := d.engine.Runs(t.Context(), engine.RunQuery{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if got := finish(t, func(ctx context.Context) (*engine.Run, error) {
		return d.engine.RollBack(ctx, runs[0].Run, engine.Options{})
	},
		always(engine.ChoiceRollBack)); got != engine.StatusRolledBack {
		t.Fatalf("ended %s", got)
	}
	h.secret("the password of MariaDB's administrator", target.Password.Text())
	h.secret("the password of the journal's user", host.Password.Text())

	general := field(t, target, "SELECT @@general_log_file")
	if !filepath.IsAbs(general) {
		general = filepath.Join(field(t, target, "SELECT @@datadir"), general)
	}
	for place, path := range map[string]string{"general log": general, "error log": target.LogPath, "journal's log": host.LogPath} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		h.saw(place, text)
	}
	for _, table := range []string{"runs", "events", "locks"} {
		h.saw("journal's tables", []byte(strings.Join(tableText(t, host, "journal_logged", table), "\n")))
	}
	for place, want := range map[string]string{"general log": "IDENTIFIED VIA", "journal's log": "INSERT INTO rotadeck.events", "journal's tables": "run-ended"} {
		if !strings.Contains(h.places[place].String(), want) {
			t.Errorf("the hunt saw no %q in the %s", want, place)
		}
	}
	for _, found := range h.found() {
		t.Error(found)
	}
}

// learn adds every password that the store holds now to the hunt.
func (w broken) learn(t *testing.T, d deck, h *hunt) {
	t.Helper()
	_, holding := d.parts(t, id)
	for _, v := range slices.Concat(slices.Collect(maps.Values(holding.Slots)), holding.Archive) {
		h.secret("the password of version "+v.ID, v.Material.Text(engine.FieldPassword))
	}
}

// tableText is a table of a journal, row by row.
func tableText(t *testing.T, host *sandbox.Postgres, database, table string) (rows []string) {
	t.Helper()
	conn := sandboxtest.Connect(t, host, host.Admin, host.Password, database)
	found, err := conn.Query(t.Context(), "SELECT r::text FROM rotadeck."+table+" AS r")
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var text string
		if err := found.Scan(&text); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, text)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}
