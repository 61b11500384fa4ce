package address_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/journal/address"
)

func TestParse(t *testing.T) {
	t.Parallel()
	full := address.Address{User: "ops", Host: "db.example", Port: 5432, Database: "rotadeck", SSLMode: "verify-full"}
	for text, want := range map[string]address.Address{
		"postgres://ops@db.example/rotadeck":   full,
		"postgresql://ops@db.example/rotadeck": full,
		"postgres://ops@[::1]:6000/a%20b?sslmode=disable": {
			User: "ops", Host: "::1", Port: 6000, Database: "a b", SSLMode: "disable",
		},
		"postgres://o%40ps@db/x?sslmode=verify-ca&sslrootcert=%2Fca.pem&sslcert=c.pem&sslkey=k.pem": {
			User: "o@ps", Host: "db", Port: 5432, Database: "x", SSLMode: "verify-ca",
			SSLRootCert: "/ca.pem", SSLCert: "c.pem", SSLKey: "k.pem",
		},
	} {
		got, err := address.Parse(text)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", text, got, err, want)
		}
		if again, err := address.Parse(got.URL()); err != nil || again != want {
			t.Errorf("%s is written as %s, and read as %+v, %v", text, got.URL(), again, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                                    "cannot be read",
		"/var/lib/journal.db":                                 "cannot be read",
		"postgres://ops@db/\x00hunter2":                       "cannot be read",
		"postgres://ops:hunter2@db/x":                         "must not hold a password",
		"postgres://ops:@db/x":                                "must not hold a password",
		"postgres:///x":                                       "must name one host",
		"postgres://ops@a,b/x":                                "must name one host",
		"postgres://db/x":                                     "must name a user",
		"postgres://ops@db":                                   "must name a database",
		"postgres://ops@db/":                                  "must name a database",
		"postgres://ops@db/x/hunter2":                         "must name a database",
		"postgres://ops@db:0/x":                               "no number from 1",
		"postgres://ops@db:65536/x":                           "no number from 1",
		"postgres://ops@db/x#hunter2":                         "escaped as %23",
		"postgres://ops@db/x?sslmode=no":                      "an sslmode that is none of",
		"postgres://ops@db/x?sslmode=prefer":                  "an sslmode that is none of",
		"postgres://ops@db/x?sslmode=":                        "an sslmode that is none of",
		"postgres://ops@db/x?sslmode=require&sslmode=disable": "more than once",
		"postgres://ops@db/x?password=hunter2":                "not known",
		"postgres://ops@db/x?sslpassword=hunter2":             "not known",
		"postgres://ops@db/x?host=other":                      "not known",
		"postgres://ops@db/x?a=%zz":                           "options that cannot be read",
	} {
		_, err := address.Parse(text)
		var problem *engine.Problem
		if !errors.As(err, &problem) || !strings.Contains(problem.Text, want) || problem.Hint == "" {
			t.Errorf("%q: %v; want %q, and what to do", text, err, want)
			continue
		}
		if strings.Contains(problem.Error()+problem.Hint, "hunter2") {
			t.Errorf("%q: the error repeats a secret: %v", text, err)
		}
	}
}
