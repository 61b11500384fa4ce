package endtoend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/inventory"
	"github.com/rotadeck/rotadeck/engine/journal"
	"github.com/rotadeck/rotadeck/providers/catalogue"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// id is the one credential of a world.
const id = "subject"

// world is an inventory file with one credential on real servers, and a
// consumer of it.
type world struct {
	dir       string
	inventory string
}

// within bounds a rotation in a test: generous, for slow machines.
const within = 2 * time.Minute

// maker writes the inventory lines of a target whose accounts bear name.
type maker func(t testing.TB, dir, name string) string

// kinds are the targets that a world can be made of. They share servers that
// live as long as t.
func kinds(t testing.TB) map[string]maker {
	t.Helper()
	return map[string]maker{"postgres": postgresTarget(sandboxtest.Postgres(t)), "localca": localcaTarget}
}

// newWorld makes a world around a target and gives its credential a first life.
func newWorld(t testing.TB, target maker, name string) world {
	t.Helper()
	w := world{dir: t.TempDir()}
	w.inventory = filepath.Join(w.dir, "rotadeck.toml")
	consumer := startConsumer(t, filepath.Join(w.dir, "mounts", id))
	text := fmt.Sprintf(`
journal = "journal.db"
[defaults.policy]
grace = "0s"
quiet = "0s"
verify_within = "30s"
probe_timeout = "20s"
[[stores]]
name = "mounts"
provider = "file"
path = "mounts"
[[consumers]]
name = "consumer"
provider = "http"
url = "%[1]s/reload"
status_url = "%[1]s/status"
[environments.test]
word = "TEST"
[[credentials]]
id = %[2]q
owner = "tests"
environment = "test"
store = "mounts"
consumers = ["consumer"]
%[3]s
`, consumer, id, target(t, w.dir, name))
	if err := os.WriteFile(w.inventory, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d := w.open(t)
	c, err := d.engine.Credential(id)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := d.catalogue.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := sandbox.Seed(t.Context(), parts, c.StoreKey, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	d.close(t)
	return w
}

func postgresTarget(server *sandbox.Postgres) maker {
	return func(t testing.TB, dir, name string) string {
		t.Helper()
		writeFile(t, filepath.Join(dir, "admin-password"), server.Password.Text())
		return fmt.Sprintf(`kind = "database-password"
[credentials.target]
provider = "postgres"
host = %q
port = %d
database = "postgres"
sslmode = "disable"
admin_user = %q
admin_password = "file:admin-password"
users = ["%s_a", "%s_b"]
grants = ["CONNECT ON DATABASE postgres", "USAGE ON SCHEMA public"]
`, server.Host, server.Port, server.Admin, name, name)
	}
}

func localcaTarget(t testing.TB, dir, name string) string {
	t.Helper()
	ca, err := sandbox.NewCA(filepath.Join(dir, "ca"), "Test CA")
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.StartMTLS(ca)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	return fmt.Sprintf(`kind = "tls-certificate"
[credentials.target]
provider = "localca"
ca_cert = "ca/ca.crt"
ca_key = "ca/ca.key"
crl = "ca/crl.pem"
common_name = %q
endpoints = [%q]
server_name = "localhost"
`, name, server.Address())
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// startConsumer serves an application that reads its version from the mount
// when it is told to reload.
func startConsumer(t testing.TB, mount string) string {
	t.Helper()
	var mu sync.Mutex
	var version string
	read := func() error {
		text, err := os.ReadFile(filepath.Join(mount, engine.FieldVersion))
		mu.Lock()
		defer mu.Unlock()
		version = strings.TrimSpace(string(text))
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /reload", func(w http.ResponseWriter, _ *http.Request) {
		if err := read(); err != nil {
			http.Error(w, "no mount", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if version == "" {
			mu.Unlock()
			_ = read() // not mounted yet: it reports no version
			mu.Lock()
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"version": version, "since": time.Now().UTC().Format(time.RFC3339)})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// deck is a world opened as a process would.
type deck struct {
	engine    *engine.Engine
	catalogue *catalogue.Catalogue
	journal   *journal.SQLite
}

// open opens the world; wrap may put something before the journal.
func (w world) open(t testing.TB, wrap ...func(engine.Journal) engine.Journal) deck {
	t.Helper()
	d, err := openDeck(context.WithoutCancel(t.Context()), w.inventory, wrap...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func openDeck(ctx context.Context, path string, wrap ...func(engine.Journal) engine.Journal) (deck, error) {
	inv, err := inventory.Load(path, catalogue.Providers())
	if err != nil {
		return deck{}, err
	}
	d := deck{catalogue: catalogue.New(inv.Stores)}
	if d.journal, err = journal.OpenSQLite(ctx, inv.Journal); err != nil {
		return deck{}, err
	}
	var recorded engine.Journal = d.journal
	for _, w := range wrap {
		recorded = w(recorded)
	}
	d.engine = engine.New(engine.Config{Credentials: inv.Credentials, Open: d.catalogue.Open, Journal: recorded, Operator: "test"})
	return d, nil
}

func (d deck) close(t testing.TB) {
	t.Helper()
	if err := errors.Join(d.catalogue.Close(), d.journal.Close()); err != nil {
		t.Error(err)
	}
}
