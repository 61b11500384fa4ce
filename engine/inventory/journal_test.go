package inventory_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine/secret"
)

func TestJournalOnAServer(t *testing.T) {
	t.Parallel()
	inv := parse(t, `
journal = "postgres://ops@db.example/rotadeck?sslrootcert=ca/journal.pem"
journal_password = "file:journal-password"
`)
	want := "postgres://ops@db.example:5432/rotadeck?sslmode=verify-full&sslrootcert=%2Fetc%2Frotadeck%2Fca%2Fjournal.pem"
	if inv.Journal != want {
		t.Errorf("journal is %s, want %s", inv.Journal, want)
	}
	password := secret.Ref{Scheme: secret.SchemeFile, Value: "/etc/rotadeck/journal-password"}
	if inv.JournalPassword != password {
		t.Errorf("its password is at %s, want %s", inv.JournalPassword, password)
	}
}
