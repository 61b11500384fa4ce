package endtoend

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// TestIncident pastes the leaked secrets of a PostgreSQL login, a MariaDB login and
// a certificate, revokes all three at once, and looks from outside whether they
// are dead: by plain logins, by what became of a session that was open, and by
// searching for the secrets in all that is left behind.
func TestIncident(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 3,
		sandbox.PostgresSetting{Name: "log_statement", Value: "all"},
		sandbox.PostgresSetting{Name: "log_connections", Value: "on"},
		sandbox.PostgresSetting{Name: "log_error_verbosity", Value: "verbose"})
	d := f.open(t)
	defer d.close(t)
	h := newHunt()
	values := map[string]*secret.Secret{}
	for _, credential := range f.ids {
		values[credential] = leaked(t, d, credential)
		h.secret("what leaked of "+credential, values[credential].Text())
	}
	session, err := f.postgres.Connect(t.Context(), "pg001_a", values["pg001"], "postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = session.Close(context.WithoutCancel(t.Context())) }() // it is to be cut

	suspects := f.paste(t, d, h, values)
	board := declare(t, d, suspects...)
	wantRevoked(t, board)
	if m := board.Member("pg001"); m.Sessions != 1 || m.Cut != 1 {
		t.Errorf("%d sessions before, %d cut", m.Sessions, m.Cut)
	}
	if _, err := session.Exec(t.Context(), "SELECT 1"); err == nil {
		t.Error("the session of whoever has the leaked password is alive")
	}
	f.checkDead(t, d, values)
	f.lookAround(t, d, h, board)
	for _, found := range h.found() {
		t.Error(found)
	}
}

// paste identifies each secret in one of the forms in which they are found.
func (f fleet) paste(t *testing.T, d deck, h *hunt, values map[string]*secret.Secret) (suspects []engine.Suspect) {
	t.Helper()
	for credential, text := range map[string]string{
		"pg001":    "DATABASE_URL=\"postgres://pg001_a:" + values["pg001"].Text() + "@127.0.0.1/postgres?sslmode=disable\"\n",
		"maria001": "  " + values["maria001"].Text() + "\r\n",
		"ca001":    strings.ReplaceAll(values["ca001"].Text(), "\n", "\r\n"),
	} {
		pasted := secret.FromText(text)
		found := suspectsOf(t, d, pasted)
		h.sawValue(t, "identification", found)
		if len(found) != 1 || found[0].Credential != credential {
			t.Fatalf("the secret of %s is said to be of %+v", credential, found)
		}
		if pasted.Len() != 0 {
			t.Error("what was pasted is not wiped")
		}
		suspects = append(suspects, found...)
	}
	if none := suspectsOf(t, d, secret.FromText("A-password-of-somebody-else-1")); len(none) != 0 {
		t.Errorf("somebody else's secret is said to be of %+v", none)
	}
	return suspects
}

// checkDead wants what leaked to be refused by plain logins, and what is published
// now to be accepted.
func (f fleet) checkDead(t testing.TB, d deck, values map[string]*secret.Secret) {
	t.Helper()
	databases := map[string]database{"pg": postgresDatabase(f.postgres), "maria": mariadbDatabase(f.mariadb)}
	for credential, value := range values {
		parts, now := d.parts(t, credential)
		for _, slot := range []engine.Slot{engine.SlotA, engine.SlotB} {
			if server, is := databases[strings.TrimRight(credential, "0123456789")]; is {
				refused, err := server.login(t.Context(), credential+"_"+string(slot), value)
				if !refused {
					t.Errorf("%s: user %s and the leaked password: %v", credential, slot, err)
				}
			}
		}
		for _, version := range now.Slots {
			want := engine.Refused
			if version.ID == now.Current().ID {
				want = engine.Accepted
			}
			for _, p := range parts.Target.Prove(t.Context(), version.Material) {
				if p.Standing != want {
					t.Errorf("%s: version %s is %s, want %s: %s", credential, version.ID, p.Standing, want, p.Detail)
				}
			}
		}
	}
}

// lookAround sees all that is told and left behind, stores and keys aside.
func (f fleet) lookAround(t *testing.T, d deck, h *hunt, board engine.Board) {
	t.Helper()
	report, err := d.engine.IncidentReport(t.Context(), "last")
	if err != nil || report.Board.ID != board.ID || len(report.Timeline) < 60 {
		t.Errorf("the report of %s has %d lines: %v", report.Board.ID, len(report.Timeline), err)
	}
	h.sawValue(t, "report", report)
	h.sawValue(t, "board", board)
	boards, err := d.engine.Incidents(t.Context())
	if err != nil || len(boards) != 1 || boards[0].Count(engine.MemberRevoked) != 3 {
		t.Errorf("the journal has %+v, %v", boards, err)
	}
	h.sawValue(t, "incidents", boards)
	for _, run := range append([]string{board.ID}, board.Members[0].Run, board.Members[1].Run, board.Members[2].Run) {
		events, err := d.engine.Events(t.Context(), run)
		if err != nil {
			t.Fatal(err)
		}
		h.sawValue(t, "journal", events)
	}
	log, err := os.ReadFile(f.postgres.LogPath)
	if err != nil {
		t.Fatal(err)
	}
	h.saw("the server's log", log)
	err = filepath.WalkDir(f.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry.IsDir() && (entry.Name() == "mounts" || entry.Name() == "ca") {
				return fs.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(path)
		h.saw("file "+entry.Name(), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(h.places["file journal.db"].String()+h.places["file journal.db-wal"].String(), "run-ended") {
		t.Error("the hunt saw no journal")
	}
}
