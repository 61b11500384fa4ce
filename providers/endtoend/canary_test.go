//go:build linux

package endtoend

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// TestCanary rotates a credential whose password is a canary, rolls back, and
// lets everything fail that can, with consumers that shout out what they know.
// No password may turn up in what anyone gets to see.
func TestCanary(t *testing.T) {
	t.Parallel()
	c := plantCanaries(t)
	c.binary = buildProgram(t)
	t.Run("rotations and rollbacks", c.rotate)
	t.Run("failures", c.failAtEverything)
	t.Run("commands", c.command)
	t.Run("console", c.console)
	t.Run("server gone", c.stopServer) // the last one: it does not come back
	c.lookAround(t)
	for _, found := range c.hunt.found() {
		t.Error(found)
	}
	c.checkHunt(t)
}

// canaries is a world with known secrets in it, and talkative consumers.
type canaries struct {
	world
	deck   deck
	hunt   *hunt
	server *sandbox.Postgres
	logged int64 // where the server's log began to count
	binary string

	consumer *talker
	shout    string // while this file exists, the exec consumer tells and fails
	public   string // what the exec consumer saw of itself and its parent
}

func plantCanaries(t *testing.T) *canaries {
	t.Helper()
	c := &canaries{world: world{dir: t.TempDir()}, hunt: newHunt()}
	c.server = sandboxtest.Postgres(t,
		sandbox.PostgresSetting{Name: "log_statement", Value: "all"},
		sandbox.PostgresSetting{Name: "log_min_duration_statement", Value: "0"},
		sandbox.PostgresSetting{Name: "log_connections", Value: "on"},
		sandbox.PostgresSetting{Name: "log_error_verbosity", Value: "verbose"})
	admin := sandboxtest.Connect(t, c.server, c.server.Admin, c.server.Password, "postgres")
	c.server.Password = secret.FromText("canary-Zk4mW9xRtB7qLs2v-admin")
	execute(t, admin, "CREATE TABLE notes (note text)")
	execute(t, admin, fmt.Sprintf("ALTER ROLE %s PASSWORD '%s'", c.server.Admin, c.server.Password.Text()))
	c.shout, c.public = filepath.Join(c.dir, "shout"), filepath.Join(c.dir, "public")
	c.consumer = startTalker(t, c.mount())
	target := postgresTarget(c.server, "SELECT ON TABLE public.notes")(t, c.dir, "canary")
	c.write(t, target, httpConsumer(c.consumer.url), c.execConsumer(t))
	c.hurry(t)
	c.seed(t)
	c.deck = c.open(t)
	t.Cleanup(func() { c.deck.close(t) })

	parts, h := c.deck.parts(t, id)
	planted := h.Slots[engine.SlotA]
	planted.Material[engine.FieldPassword] = secret.FromText("canary-Hy8nD3fGjP6wXc5u-first")
	execute(t, admin, fmt.Sprintf("ALTER ROLE canary_a PASSWORD '%s'", planted.Material.Text(engine.FieldPassword)))
	if err := parts.Store.Save(t.Context(), id, h); err != nil {
		t.Fatal(err)
	}
	c.learn(t)
	c.hunt.secret("the administrator's password", c.server.Password.Text())
	info, err := os.Stat(c.server.LogPath)
	if err != nil {
		t.Fatal(err)
	}
	c.logged = info.Size()
	return c
}

// hurry shortens what is waited for in vain.
func (c *canaries) hurry(t testing.TB) {
	t.Helper()
	text, err := os.ReadFile(c.inventory)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, c.inventory, strings.NewReplacer(
		`verify_within = "30s"`, `verify_within = "1500ms"`, `probe_timeout = "20s"`, `probe_timeout = "3s"`,
	).Replace(string(text)))
}

func execute(t testing.TB, conn *pgx.Conn, statement string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// learn adds every password that the store holds now to the hunt.
func (c *canaries) learn(t testing.TB) {
	t.Helper()
	credential, err := c.deck.engine.Credential(id)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := c.deck.catalogue.Open(credential)
	if err != nil {
		t.Fatal(err)
	}
	h, err := parts.Store.Load(t.Context(), credential.StoreKey)
	if err != nil {
		c.hunt.sawError("errors of the store", err)
		return
	}
	for _, v := range slices.Concat(slices.Collect(maps.Values(h.Slots)), h.Archive) {
		c.hunt.secret("the password of version "+v.ID, v.Material.Text(engine.FieldPassword))
	}
}

// follow sees all that a run shows.
func (c *canaries) follow(t *testing.T, start func(context.Context) (*engine.Run, error), answer enginetest.Answerer) engine.Summary {
	t.Helper()
	run, err := start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	summary := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		c.learn(t)
		return answer(q)
	})
	c.learn(t)
	events, _, _, _ := run.Feed().Since(0)
	for _, e := range events {
		c.hunt.sawValue(t, "feed", e)
		if e.Problem != nil {
			c.hunt.saw("errors of runs", []byte(e.Problem.Error()+e.Problem.Hint))
		}
	}
	c.hunt.sawValue(t, "summaries", summary)
	c.look(t, run.ID())
	return summary
}

// look sees what the engine tells between runs.
func (c *canaries) look(t *testing.T, run string) {
	t.Helper()
	journaled, err := c.deck.engine.Events(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	c.hunt.sawValue(t, "journal", journaled)
	truth, err := c.deck.engine.Truth(t.Context(), run)
	c.hunt.sawError("errors of probes", err)
	c.hunt.sawValue(t, "truth", truth)
	c.hunt.saw("truth", []byte(strings.Join(truth.Lines(), "\n")))
	plan, err := c.deck.engine.Plan(t.Context(), id)
	c.hunt.sawError("errors of plans", err)
	c.hunt.sawValue(t, "plans", plan)
	c.hunt.sawValue(t, "usage", c.deck.engine.Usage(t.Context(), id))
	for o := range c.deck.engine.Observe(t.Context(), id) {
		c.hunt.sawValue(t, "observations", o)
	}
}

func (c *canaries) start(o engine.Options) func(context.Context) (*engine.Run, error) {
	return func(ctx context.Context) (*engine.Run, error) { return c.deck.engine.Rotate(ctx, id, o) }
}

func (c *canaries) rotate(t *testing.T) {
	done := c.follow(t, c.start(engine.Options{Step: true}), enginetest.Yes)
	wantStatus(t, done, engine.StatusDone)
	wantStatus(t, c.follow(t, func(ctx context.Context) (*engine.Run, error) {
		return c.deck.engine.RollBack(ctx, done.Run, engine.Options{})
	}, always(engine.ChoiceRollBack)), engine.StatusRolledBack)
	wantStatus(t, c.follow(t, c.start(engine.Options{}), func(q engine.Request) engine.ChoiceID {
		if q.Phase == engine.PhaseRetire {
			return engine.ChoiceRollBack
		}
		return engine.ChoiceContinue
	}), engine.StatusRolledBack)
}

// breakage makes a run fail and lets it go on again.
type breakage struct {
	at    engine.Phase  // broken when the run asks whether this phase shall begin
	fails engine.Phase  // where the run then stumbles
	ends  engine.Status // how it ends when it is told to stop there
	cause func(t *testing.T) (mend func())
}

func (c *canaries) failAtEverything(t *testing.T) {
	admin := sandboxtest.Connect(t, c.server, c.server.Admin, c.server.Password, "postgres")
	for name, b := range map[string]breakage{
		"a grant is wrong": {engine.PhaseGenerate, engine.PhaseCreate, engine.StatusStopped, func(t *testing.T) func() {
			execute(t, admin, "ALTER TABLE notes RENAME TO put_aside")
			return func() { execute(t, admin, "ALTER TABLE put_aside RENAME TO notes") }
		}},
		"the administrator's password is wrong": {engine.PhaseGenerate, engine.PhaseCreate, engine.StatusStopped, func(t *testing.T) func() {
			// Sessions that are open already would go on.
			execute(t, admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rotadeck'")
			return c.replaced(t, filepath.Join(c.dir, "admin-password"), "canary-Ue7bT4yNfK1oJa9s-wrong")
		}},
		"the store cannot be written": {engine.PhaseGenerate, engine.PhaseGenerate, engine.StatusRolledBack, func(t *testing.T) func() {
			lock := filepath.Join(c.mount(), "..lock")
			rename(t, lock, lock+".aside")
			if err := os.Mkdir(lock, 0o700); err != nil {
				t.Fatal(err)
			}
			return func() {
				if err := os.Remove(lock); err != nil {
					t.Fatal(err)
				}
				rename(t, lock+".aside", lock)
			}
		}},
		"a field was put there by hand": {engine.PhasePublish, engine.PhasePublish, engine.StatusStopped, func(t *testing.T) func() {
			return c.replaced(t, filepath.Join(c.mount(), engine.FieldPassword), "canary-Vo2zE8rMiC5dQx6h-hand")
		}},
		"the store's record is damaged": {engine.PhasePublish, engine.PhasePublish, engine.StatusStopped, func(t *testing.T) func() {
			record := filepath.Join(c.mount(), "..data", "..holding.json")
			text, err := os.ReadFile(record)
			if err != nil {
				t.Fatal(err)
			}
			writeFile(t, record, string(text[:len(text)-5]))
			return func() { writeFile(t, record, string(text)) }
		}},
		"a service answers 500 to the reload": {engine.PhasePublish, engine.PhaseReload, engine.StatusStopped, func(*testing.T) func() {
			c.consumer.reloadFails.Store(true)
			return func() { c.consumer.reloadFails.Store(false) }
		}},
		"a service answers 500 to the question": {engine.PhasePublish, engine.PhaseVerify, engine.StatusStopped, func(*testing.T) func() {
			c.consumer.statusFails.Store(true)
			return func() { c.consumer.statusFails.Store(false) }
		}},
		"a command fails": {engine.PhasePublish, engine.PhaseReload, engine.StatusStopped, c.shouting},
	} {
		t.Run(name, func(t *testing.T) { c.fail(t, b) })
	}
}

// fail stops where the run stumbles, looks around, mends, and resumes.
func (c *canaries) fail(t *testing.T, b breakage) {
	mend := func() {}
	broken, retried := false, false
	stopped := c.follow(t, c.start(engine.Options{Step: true}), func(q engine.Request) engine.ChoiceID {
		switch {
		case q.Kind == engine.RequestStart, q.Kind == engine.RequestGate:
			if q.Phase == b.at {
				mend, broken = b.cause(t), true
			}
			return engine.ChoiceContinue
		case q.Phase != b.fails || !broken:
			t.Errorf("failed at %s: %s %v", q.Phase, q.Consequence, q.Details)
		case !retried:
			retried = true
			return engine.ChoiceRetry
		}
		return engine.ChoiceStop
	})
	wantStatus(t, stopped, b.ends)
	if !retried {
		t.Errorf("nothing failed at %s", b.fails)
	}
	mend()
	goOn := func(ctx context.Context) (*engine.Run, error) {
		return c.deck.engine.Resume(ctx, stopped.Run, engine.Options{})
	}
	if b.ends == engine.StatusRolledBack { // nothing had been done
		goOn = c.start(engine.Options{})
	}
	wantStatus(t, c.follow(t, goOn, enginetest.Yes), engine.StatusDone)
}

// replaced puts another secret in a file's place.
func (c *canaries) replaced(t *testing.T, path, value string) (back func()) {
	t.Helper()
	c.hunt.secret("what stood in "+filepath.Base(path), value)
	rename(t, path, path+".aside")
	writeFile(t, path, value)
	return func() { rename(t, path+".aside", path) }
}

func rename(t testing.TB, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// stopServer takes the server away in mid-run.
func (c *canaries) stopServer(t *testing.T) {
	stopped := c.follow(t, c.start(engine.Options{}), func(q engine.Request) engine.ChoiceID {
		switch {
		case q.Kind == engine.RequestStart:
			return engine.ChoiceContinue
		case q.Kind == engine.RequestGate:
			if err := c.server.Stop(); err != nil {
				t.Error(err)
			}
			return engine.ChoiceContinue
		}
		return engine.ChoiceStop
	})
	wantStatus(t, stopped, engine.StatusStopped)
	if stopped.Phase != engine.PhasePublish {
		t.Errorf("stopped at %s, want %s", stopped.Phase, engine.PhasePublish)
	}
	c.print(t, "list", "--json")
	c.print(t, "plan", "--json", id)
	c.print(t, "resume", "--json", "--yes", id)
}

// lookAround sees what is left behind, the store and the files of references
// aside, and what the server wrote down.
func (c *canaries) lookAround(t *testing.T) {
	t.Helper()
	log, err := os.ReadFile(c.server.LogPath)
	if err != nil {
		t.Fatal(err)
	}
	c.hunt.saw("the server's log", log[c.logged:])
	err = filepath.WalkDir(c.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == filepath.Join(c.dir, "admin-password") {
			return err
		}
		if entry.IsDir() {
			if path == filepath.Join(c.dir, "mounts") {
				return fs.SkipDir
			}
			return nil
		}
		text, err := os.ReadFile(path)
		c.hunt.saw("file "+entry.Name(), append([]byte(path+"\n"), text...))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// checkHunt shows that the hunt was where there was something to see.
func (c *canaries) checkHunt(t *testing.T) {
	t.Helper()
	for place, want := range map[string]string{
		"feed":                "change-settled",
		"journal":             "run-ended",
		"errors of runs":      "it answered 500",
		"errors of the store": "is damaged",
		"truth":               "the old credential is",
		"plans":               "ALTER ROLE",
		"usage":               "does not say",
		"observations":        "500",
		"the server's log":    "SCRAM-SHA-256$4096",
		"file journal.db":     "run-ended",
		"file public":         "ROTADECK_CREDENTIAL=" + id,
		"output of commands":  "retire",
		"console":             "Publish the new credential",
	} {
		if seen := c.hunt.places[place]; seen == nil || !strings.Contains(seen.String(), want) {
			t.Errorf("the hunt saw no %q in %s", want, place)
		}
	}
	if n := len(c.hunt.secrets); n < 12 {
		t.Errorf("the hunt knew %d secrets", n)
	}
	store := newHunt()
	store.secrets = c.hunt.secrets
	record, err := os.ReadFile(filepath.Join(c.mount(), "..data", "..holding.json"))
	if err != nil {
		t.Fatal(err)
	}
	store.saw("the store", record)
	if len(store.found()) == 0 {
		t.Error("the hunt does not even find the passwords in the store")
	}
}
