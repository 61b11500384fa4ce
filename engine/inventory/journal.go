package inventory

import (
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/journal/address"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// journal reads where the record of runs is kept: in a file, or in a database
// that operators share.
func (t *table) journal() (place string, password secret.Ref) {
	shared := false
	if v, found := t.take("journal"); found {
		place, shared = v.journal()
	}
	if v, found := t.take("journal_password"); found {
		password = v.journalPassword(shared)
	}
	return place, password
}

func (v value) journal() (place string, shared bool) {
	if text, _ := v.data.(string); address.IsPostgres(text) {
		return v.address(text), true
	}
	place, _ = v.file(v.reader.folder)
	return place, false
}

// address reads the address of a PostgreSQL journal. Nothing of a wrong one is
// shown: it may hold a password.
func (v value) address(text string) string {
	v.secret = true
	a, err := address.Parse(text)
	if err != nil {
		problem := engine.AsProblem(err)
		v.fail("", "%s; %s", strings.TrimPrefix(problem.Text, "the journal's address "), problem.Hint)
		return ""
	}
	for _, path := range []*string{&a.SSLRootCert, &a.SSLCert, &a.SSLKey} {
		if *path == "" {
			continue
		}
		resolved, problem := absolute(*path, v.reader.folder)
		if problem != "" {
			v.fail("", "a path in the address %s", problem)
		}
		*path = resolved
	}
	return a.URL()
}

func (v value) journalPassword(shared bool) secret.Ref {
	ref, ok := v.reference()
	switch {
	case !ok:
	case !shared:
		v.secret = true
		v.fail("", "is only for a journal at postgres://…")
	case ref.Scheme == secret.SchemeStore:
		v.fail("", "cannot stand in a store, which is opened after the journal: write env:NAME, file:PATH or cmd:COMMAND")
	}
	return ref
}
