package endtoend

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/inventory"
	"github.com/rotadeck/rotadeck/engine/journal"
	"github.com/rotadeck/rotadeck/engine/journal/address"
	"github.com/rotadeck/rotadeck/providers/catalogue"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
	"github.com/rotadeck/rotadeck/providers/secretref"
)

// id is the one credential of a world.
const id = "subject"

// world is an inventory file with one credential on real servers, and a
// consumer of it.
type world struct {
	dir       string
	inventory string
	journal   string // the inventory's lines of it; "" for a file in dir
}

// within bounds a rotation in a test: generous, for slow machines.
const within = 2 * time.Minute

// maker writes the inventory lines of a target whose accounts bear name.
type maker func(t testing.TB, dir, name string) string

// kinds are the targets that a world can be made of. They share servers that
// live as long as t.
func kinds(t testing.TB) map[string]maker {
	t.Helper()
	return map[string]maker{
		"postgres": postgresTarget(sandboxtest.Postgres(t)),
		"mariadb":  mariadbTarget(sandboxtest.MariaDB(t)),
		"localca":  localcaTarget,
	}
}

// newWorld makes a world around a target and gives its credential a first life.
func newWorld(t testing.TB, target maker, name string) world {
	t.Helper()
	w := world{dir: t.TempDir()}
	w.write(t, target(t, w.dir, name), httpConsumer(startConsumer(t, w.mount())))
	w.seed(t)
	return w
}

// seed gives the credential its first life.
func (w world) seed(t testing.TB) {
	t.Helper()
	d := w.open(t)
	defer d.close(t)
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
}

// mount is where consumers find the credential.
func (w world) mount() string { return filepath.Join(w.dir, "mounts", id) }

// write writes the inventory; consumers are settings without a name.
func (w *world) write(t testing.TB, target string, consumers ...string) {
	t.Helper()
	var declared strings.Builder
	var names []string
	for i, settings := range consumers {
		name := fmt.Sprintf("consumer-%d", i+1)
		names = append(names, strconv.Quote(name))
		fmt.Fprintf(&declared, "[[consumers]]\nname = %q\n%s\n", name, settings)
	}
	w.inventory = filepath.Join(w.dir, "rotadeck.toml")
	writeFile(t, w.inventory, cmp.Or(w.journal, `journal = "journal.db"`)+fmt.Sprintf(`
[defaults.policy]
grace = "0s"
quiet = "0s"
verify_within = "30s"
probe_timeout = "20s"
[[stores]]
name = "mounts"
provider = "file"
path = "mounts"
%[1]s
[environments.test]
word = "TEST"
[[credentials]]
id = %[2]q
owner = "tests"
environment = "test"
store = "mounts"
consumers = [%[3]s]
%[4]s
`, declared.String(), id, strings.Join(names, ", "), target))
}

func httpConsumer(url string) string {
	return fmt.Sprintf("provider = \"http\"\nurl = \"%[1]s/reload\"\nstatus_url = \"%[1]s/status\"", url)
}

// postgresTarget has the rights to connect and those granted.
func postgresTarget(server *sandbox.Postgres, grants ...string) maker {
	var more strings.Builder
	for _, grant := range grants {
		fmt.Fprintf(&more, ", %q", grant)
	}
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
grants = ["CONNECT ON DATABASE postgres", "USAGE ON SCHEMA public"%s]
`, server.Host, server.Port, server.Admin, name, name, more.String())
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

// startConsumer serves an application of the mount, and returns its address.
func startConsumer(t testing.TB, mount string) string {
	t.Helper()
	server := httptest.NewServer(application(mount))
	t.Cleanup(server.Close)
	return server.URL
}

// application reads its version from the mount when it is told to reload.
func application(mount string) http.Handler {
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
	return mux
}

// deck is a world opened as a process would.
type deck struct {
	engine    *engine.Engine
	catalogue *catalogue.Catalogue
	journal   closingJournal
}

type closingJournal interface {
	engine.Journal
	io.Closer
}

// open opens the world; see openDeck.
func (w world) open(t testing.TB, changes ...func(*engine.Config)) deck {
	t.Helper()
	d, err := openDeck(context.WithoutCancel(t.Context()), w.inventory, changes...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// openDeck opens an inventory; changes may put something before the journal,
// or give credentials another policy.
func openDeck(ctx context.Context, path string, changes ...func(*engine.Config)) (deck, error) {
	inv, err := inventory.Load(path, catalogue.Providers())
	if err != nil {
		return deck{}, err
	}
	d := deck{catalogue: catalogue.New(inv.Stores)}
	if address.IsPostgres(inv.Journal) {
		d.journal, err = journal.OpenPostgres(inv.Journal, inv.JournalPassword, secretref.New(nil))
	} else {
		d.journal, err = journal.OpenSQLite(ctx, inv.Journal)
	}
	if err != nil {
		return deck{}, err
	}
	config := engine.Config{Credentials: inv.Credentials, Open: d.catalogue.Open, Journal: d.journal, Operator: "test"}
	for _, change := range changes {
		change(&config)
	}
	d.engine = engine.New(config)
	return d, nil
}

func (d deck) close(t testing.TB) {
	t.Helper()
	if err := errors.Join(d.catalogue.Close(), d.journal.Close()); err != nil {
		t.Error(err)
	}
}

// parts opens a credential and loads what its store holds.
func (d deck) parts(t testing.TB, credential string) (engine.Parts, engine.Holding) {
	t.Helper()
	c, err := d.engine.Credential(credential)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := d.catalogue.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	h, err := parts.Store.Load(t.Context(), c.StoreKey)
	if err != nil {
		t.Fatal(err)
	}
	return parts, h
}

// checkOneWorks wants the published credential accepted and in use, every
// other one that the store remembers refused, and nothing pending.
func checkOneWorks(t testing.TB, d deck, credential string) {
	t.Helper()
	parts, h := d.parts(t, credential)
	versions := slices.Concat(slices.Collect(maps.Values(h.Slots)), h.Archive)
	for _, v := range versions {
		want := engine.Refused
		if v.ID == h.Current().ID {
			want = engine.Accepted
		}
		if v.State == engine.VersionPending {
			t.Errorf("%s: version %s is left pending", credential, v.ID)
		}
		for _, p := range parts.Target.Prove(t.Context(), v.Material) {
			if p.Standing != want {
				t.Errorf("%s: version %s (published %s) is %s at %s, want %s: %s", credential, v.ID, h.Current().ID, p.Standing, p.Endpoint, want, p.Detail)
			}
		}
	}
	usage := d.engine.Usage(t.Context(), credential)
	if len(usage) != 1 || usage[0].Version != h.Current().ID {
		t.Errorf("%s: consumer reports %+v, published is %s", credential, usage, h.Current().ID)
	}
}

func always(choice engine.ChoiceID) enginetest.Answerer {
	return func(engine.Request) engine.ChoiceID { return choice }
}

func wantStatus(t *testing.T, s engine.Summary, want engine.Status) {
	t.Helper()
	if s.Status != want {
		t.Errorf("ended %s at %s, want %s: %v", s.Status, s.Phase, want, s.Problem)
	}
}

// eventually polls until a condition holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(within)
	for !holds() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
