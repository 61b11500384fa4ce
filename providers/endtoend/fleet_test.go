package endtoend

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// fleet is an inventory of many credentials on a PostgreSQL server, a MariaDB
// server and a CA, with one service that uses them all.
type fleet struct {
	world
	postgres *sandbox.Postgres
	mariadb  *sandbox.MariaDB
	ids      []string
}

// newFleet makes n credentials, of each kind in turn, and gives each a first life.
func newFleet(t testing.TB, n int, settings ...sandbox.PostgresSetting) fleet {
	t.Helper()
	f := fleet{world: world{dir: t.TempDir()}, postgres: sandboxtest.Postgres(t, settings...)}
	f.inventory = filepath.Join(f.dir, "rotadeck.toml")
	service := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(service.Close)
	var text strings.Builder
	fmt.Fprintf(&text, `journal = "journal.db"
[defaults]
store = "mounts"
consumers = ["everything"]
environment = "production"
[environments.production]
word = "PROD"
protected = true
[[stores]]
name = "mounts"
provider = "file"
path = "mounts"
[[consumers]]
name = "everything"
provider = "http"
url = "%s/reload"
`, service.URL)
	makers := []struct {
		prefix string
		make   maker
	}{{"pg", f.inFolder("postgres", postgresTarget(f.postgres))}}
	if n > 1 {
		f.mariadb = sandboxtest.MariaDB(t)
		makers = append(makers, struct {
			prefix string
			make   maker
		}{"maria", f.inFolder("mariadb", mariadbTarget(f.mariadb))})
	}
	if n > 2 {
		makers = append(makers, struct {
			prefix string
			make   maker
		}{"ca", sharedCA(localcaTarget(t, f.dir, "COMMON"))})
	}
	for i := range n {
		m := makers[i%len(makers)]
		name := fmt.Sprintf("%s%03d", m.prefix, i/len(makers)+1)
		f.ids = append(f.ids, name)
		fmt.Fprintf(&text, "[[credentials]]\nid = %q\n%s", name, m.make(t, f.dir, name))
	}
	writeFile(t, f.inventory, text.String())
	f.seed(t)
	return f
}

// inFolder keeps the password of an administrator apart from that of another.
func (f fleet) inFolder(name string, m maker) maker {
	return func(t testing.TB, dir, credential string) string {
		t.Helper()
		text := m(t, dir, credential)
		var password string
		switch name {
		case "postgres":
			password = f.postgres.Password.Text()
		default:
			password = f.mariadb.Password.Text()
		}
		writeFile(t, filepath.Join(dir, name+"-password"), password)
		return strings.ReplaceAll(text, `"file:admin-password"`, fmt.Sprintf(`"file:%s-password"`, name))
	}
}

// sharedCA makes targets of one CA and its server.
func sharedCA(common string) maker {
	return func(_ testing.TB, _, name string) string { return strings.ReplaceAll(common, "COMMON", name) }
}

// seed gives every credential its first life, some at a time.
func (f fleet) seed(t testing.TB) {
	t.Helper()
	d := f.open(t)
	defer d.close(t)
	places := make(chan struct{}, 4)
	var group sync.WaitGroup
	for _, c := range d.engine.Credentials() {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			parts, err := d.catalogue.Open(c)
			if err == nil {
				err = sandbox.Seed(t.Context(), parts, c.StoreKey, time.Now().Add(-time.Hour))
			}
			if err != nil {
				t.Errorf("%s: %v", c.ID, err)
			}
		})
	}
	group.Wait()
}

// leaked is the secret field of what is published for a credential, which the
// caller closes.
func leaked(t testing.TB, d deck, credential string) *secret.Secret {
	t.Helper()
	_, h := d.parts(t, credential)
	defer func() { _ = h.Close() }() // never fails
	field := engine.FieldPassword
	if h.Current().Material[field] == nil {
		field = engine.FieldKey
	}
	return secret.New(h.Current().Material[field].Reveal())
}

// declare opens an incident over credentials, says yes, and waits for its end.
func declare(t testing.TB, d deck, suspects ...engine.Suspect) engine.Board {
	t.Helper()
	scope, err := d.engine.Scope(t.Context(), suspects)
	if err != nil {
		t.Fatal(err)
	}
	i, err := d.engine.OpenIncident(t.Context(), scope, engine.IncidentOptions{Title: "found in a paste"})
	if err != nil {
		t.Fatal(err)
	}
	confirm(t, i)
	return i.Wait()
}

// confirm says yes to the one question of an incident.
func confirm(t testing.TB, i *engine.Incident) {
	t.Helper()
	for e := range i.Feed().Follow(t.Context()) {
		if e.Request == nil {
			continue
		}
		choice, _ := e.Request.Choice(engine.ChoiceContinue)
		if err := i.Answer(engine.Answer{Request: e.Request.ID, Choice: choice.ID, Typed: choice.Typed}); err != nil {
			t.Fatal(err)
		}
		return
	}
}

// suspectsOf finds out whose a secret is.
func suspectsOf(t testing.TB, d deck, value *secret.Secret) []engine.Suspect {
	t.Helper()
	found, err := d.engine.Identify(t.Context(), value)
	if err != nil || len(found.Unread) > 0 {
		t.Fatalf("identify: %v, unread %v", err, found.Unread)
	}
	var suspects []engine.Suspect
	for _, leak := range found.Leaks {
		suspects = append(suspects, engine.Suspect{Credential: leak.Credential, Version: leak.Version, Why: "pasted"})
	}
	return suspects
}

func wantRevoked(t testing.TB, board engine.Board) {
	t.Helper()
	if board.Status != engine.StatusDone {
		t.Errorf("the incident ended %s: %v", board.Status, board.Problem)
	}
	for _, m := range board.Members {
		if m.State != engine.MemberRevoked || m.Standing != engine.Refused {
			t.Errorf("%s is %s, %s: %v", m.Credential, m.State, m.Standing, m.Problem)
		}
	}
}
