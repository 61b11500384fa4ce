// Package address reads the address of a journal on a PostgreSQL server:
//
//	if address.IsPostgres(place) {
//		a, err := address.Parse("postgres://rotadeck@db.example/rotadeck?sslmode=verify-full")
//		if err != nil { ... } // an *engine.Problem that says what to write instead
//		fmt.Println(a)        // postgres://rotadeck@db.example:5432/rotadeck
//	}
//
// An address stands in files that many read, and in lists of processes, so it
// holds no password.
package address

import (
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// The values of sslmode (PostgreSQL manual, "SSL Support"). Those which fall
// back to an open line when the server has no TLS are not supported.
const (
	Disable    = "disable"     // no TLS
	Require    = "require"     // TLS, whoever the server is; verify-ca when SSLRootCert is set
	VerifyCA   = "verify-ca"   // TLS with a server that the authority knows
	VerifyFull = "verify-full" // and that has the name of the host; the default
)

const defaultPort = 5432

// Address says where a journal's database is, and how it is reached.
type Address struct {
	User     string
	Host     string
	Port     uint16
	Database string
	SSLMode  string

	// Paths of PEM files, or "".
	SSLRootCert, SSLCert, SSLKey string
}

// IsPostgres says whether a journal's place is a PostgreSQL server rather than
// a file.
func IsPostgres(place string) bool {
	return strings.HasPrefix(place, "postgres://") || strings.HasPrefix(place, "postgresql://")
}

// Parse reads postgres://USER@HOST[:PORT]/DATABASE, with the options sslmode,
// sslrootcert, sslcert and sslkey, which mean what they do in libpq. The error
// is an *engine.Problem, and repeats nothing that could be a secret.
func Parse(text string) (Address, error) {
	u, err := url.Parse(text)
	if err != nil || !IsPostgres(text) { // the error would repeat the text
		return Address{}, wrong("cannot be read: perhaps a character must be escaped")
	}
	if _, inClear := u.User.Password(); inClear {
		return Address{}, engine.NewProblem(nil,
			"take it out, set journal_password to env:NAME, file:PATH or cmd:COMMAND, and change the password: it was seen",
			"the journal's address must not hold a password")
	}
	a := Address{
		User: u.User.Username(), Host: u.Hostname(), Port: defaultPort,
		Database: strings.TrimPrefix(u.Path, "/"), SSLMode: VerifyFull,
	}
	switch {
	case a.Host == "" || strings.Contains(a.Host, ","):
		return Address{}, wrong("must name one host")
	case a.User == "":
		return Address{}, wrong("must name a user")
	case a.Database == "" || strings.Contains(a.Database, "/"):
		return Address{}, wrong("must name a database")
	case u.Fragment != "":
		return Address{}, wrong("has a #, which must be escaped as %23")
	}
	if err := a.setPort(u.Port()); err != nil {
		return Address{}, err
	}
	options, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Address{}, wrong("has options that cannot be read")
	}
	if err := a.setOptions(options); err != nil {
		return Address{}, err
	}
	return a, nil
}

func (a *Address) setPort(text string) error {
	if text == "" {
		return nil
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || port == 0 {
		return wrong("has a port that is no number from 1 to 65535")
	}
	a.Port = uint16(port)
	return nil
}

func (a *Address) setOptions(options url.Values) error {
	known := map[string]*string{
		"sslmode": &a.SSLMode, "sslrootcert": &a.SSLRootCert, "sslcert": &a.SSLCert, "sslkey": &a.SSLKey,
	}
	for name, values := range options {
		field, found := known[name]
		switch {
		case !found:
			return wrong("has an option that is not known; known are sslmode, sslrootcert, sslcert, sslkey")
		case len(values) != 1:
			return wrong("has the option " + name + " more than once")
		}
		*field = values[0]
	}
	if modes := []string{Disable, Require, VerifyCA, VerifyFull}; !slices.Contains(modes, a.SSLMode) {
		return wrong("has an sslmode that is none of " + strings.Join(modes, ", "))
	}
	return nil
}

func wrong(what string) error {
	return engine.NewProblem(nil, "write it like postgres://rotadeck@db.example:5432/rotadeck?sslmode=verify-full",
		"the journal's address %s", what)
}

// Verifies says that the server must show whose it is.
func (a Address) Verifies() bool {
	return a.SSLMode == VerifyFull || a.SSLMode == VerifyCA || a.SSLMode == Require && a.SSLRootCert != ""
}

// String is the address without its options, for people.
func (a Address) String() string {
	u := url.URL{
		Scheme: "postgres", User: url.User(a.User), Path: "/" + a.Database,
		Host: net.JoinHostPort(a.Host, strconv.Itoa(int(a.Port))),
	}
	return u.String()
}

// URL is the whole address, as Parse reads it.
func (a Address) URL() string {
	options := url.Values{"sslmode": {a.SSLMode}}
	for name, value := range map[string]string{"sslrootcert": a.SSLRootCert, "sslcert": a.SSLCert, "sslkey": a.SSLKey} {
		if value != "" {
			options.Set(name, value)
		}
	}
	return a.String() + "?" + options.Encode()
}
