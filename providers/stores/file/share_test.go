package file_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/stores/file"
)

// What a Save does not change it does not write: only what may differ in value,
// access or durability.
func TestSaveWritesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	const fields = 7 // six of the database, and the version
	for name, c := range map[string]struct {
		between  func(t *testing.T, data string) // what happens before the next Save
		settings engine.Settings
		next     func(engine.Holding) engine.Holding
		written  int
	}{
		"nothing changes": {},
		"a pending version": {next: func(h engine.Holding) engine.Holding {
			return h.WithPending(engine.SlotB, database("orders_b"))
		}},
		"another version": {written: 3, next: func(h engine.Holding) engine.Holding {
			return h.WithPending(engine.SlotB, database("orders_b")).Published(engine.SlotB)
		}},
		"another mode": {written: fields, settings: engine.Settings{"mode": "0640"}},
		"an edit by hand": {written: 1, between: func(t *testing.T, data string) {
			host, later := filepath.Join(data, "host"), time.Now().Add(time.Second) // clocks of file systems are coarse
			write(t, host, "db.example")
			if err := os.Chtimes(host, later, later); err != nil {
				t.Fatal(err)
			}
		}},
		"a mode set by hand": {written: 1, between: func(t *testing.T, data string) {
			if err := os.Chmod(filepath.Join(data, "port"), 0o400); err != nil {
				t.Fatal(err)
			}
		}},
		"a version that is wrong": {written: 1, between: func(t *testing.T, data string) {
			write(t, filepath.Join(data, "version"), "id-of-none")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := t.TempDir()
			data := filepath.Join(path, key, "..data")
			store := newStore(t, path)
			save(t, store, engine.Holding{}.WithPending(engine.SlotA, database("orders_a")).Published(engine.SlotA))
			before, err := filepath.EvalSymlinks(data)
			if err != nil {
				t.Fatal(err)
			}
			if c.between != nil {
				c.between(t, data)
			}
			held := load(t, store)
			if c.next != nil {
				held = c.next(held)
			}
			settings := engine.Settings{"path": path}
			for name, value := range c.settings {
				settings[name] = value
			}
			if store, err = file.New(engine.Part{Settings: settings}, nil); err != nil {
				t.Fatal(err)
			}
			save(t, store, held)
			if got := load(t, store); !got.Equal(held) {
				t.Errorf("loaded %+v, want %+v", got, held)
			}
			if want := held.Current().ID; visible(t, path)["version"] != want {
				t.Errorf("consumers see version %q, want %q", visible(t, path)["version"], want)
			}
			written := 0
			for name := range visible(t, path) {
				if !sameFile(t, filepath.Join(before, name), filepath.Join(data, name)) {
					written++
				}
			}
			if written != c.written {
				t.Errorf("%d fields were written, want %d", written, c.written)
			}
			if sameFile(t, filepath.Join(before, "..holding.json"), filepath.Join(data, "..holding.json")) {
				t.Error("the record was not written anew")
			}
		})
	}
}

func sameFile(t *testing.T, path, other string) bool {
	t.Helper()
	a, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.Stat(other)
	if err != nil {
		t.Fatal(err)
	}
	return os.SameFile(a, b)
}
