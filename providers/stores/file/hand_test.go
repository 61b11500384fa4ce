package file

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// TestEditsByHand compares what the scripts leave with what Save would, edit by
// edit, from a folder of plain files on.
func TestEditsByHand(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"0600", "0640"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "it's here", "mounts")
			store, err := New(engine.Part{Settings: engine.Settings{"path": folder, "mode": mode}}, nil)
			if err != nil {
				t.Fatal(err)
			}
			mount := filepath.Join(folder, "db")
			if err := os.MkdirAll(mount, 0o755); err != nil {
				t.Fatal(err)
			}
			for name, value := range map[string]string{"username": "app_a", "password": "old \"pass\\word\"\n", "old-field": "x"} {
				if err := os.WriteFile(filepath.Join(mount, name), []byte(value), store.mode); err != nil {
					t.Fatal(err)
				}
			}
			h := byHand{T: t, store: store}
			make := "rm \"$fresh/old-field\"; printf app_b >\"$fresh/username\"; printf 'new p\\\\w' >\"$fresh/password\"; printf 1 >\"$fresh/new-field\""
			before := h.load()

			h.edit(engine.Edit{Kind: engine.EditPending, Slot: engine.SlotB, Version: "v2", Run: "r1", Make: make})
			want := before.WithPending(engine.SlotB, engine.Version{ID: "v2", Run: "r1", Material: engine.Material{
				"username": secret.FromText("app_b"), "password": secret.FromText(`new p\w`), "new-field": secret.FromText("1"),
			}})
			h.holds(want, "r1")
			h.edit(engine.Edit{Kind: engine.EditPending, Slot: engine.SlotB, Version: "v2", Run: "r1", Make: "false"}) // is there already
			h.holds(want, "r1")

			h.edit(engine.Edit{Kind: engine.EditPublish, Slot: engine.SlotB, Run: "r1"})
			h.holds(want.Published(engine.SlotB), "r1")
			h.edit(engine.Edit{Kind: engine.EditPending, Slot: engine.SlotB, Run: engine.ByHand, Make: "false"}) // is published
			h.edit(engine.Edit{Kind: engine.EditPublish, Slot: engine.SlotA, Run: "r1"})
			h.holds(want.Published(engine.SlotA), "r1")

			h.edit(engine.Edit{Kind: engine.EditDrop, Slot: engine.SlotB, Run: "another"})
			h.holds(want.Published(engine.SlotA), "r1")
			h.edit(engine.Edit{Kind: engine.EditDrop, Slot: engine.SlotB, Run: "r1"})
			dropped := want.Published(engine.SlotA).WithoutPending(engine.SlotB)
			h.holds(dropped, "r1")

			for _, version := range []string{"v3", "v4", "v5"} {
				h.edit(engine.Edit{Kind: engine.EditPending, Slot: engine.SlotB, Version: version, Run: "r2", Make: make})
				h.edit(engine.Edit{Kind: engine.EditPublish, Slot: engine.SlotB, Run: "r2"})
				h.edit(engine.Edit{Kind: engine.EditPublish, Slot: engine.SlotA, Run: "r2"})
			}
			full := h.load()
			h.edit(engine.Edit{Kind: engine.EditTrim, Keep: 1, Run: "r3"})
			h.holds(full.Trimmed(1), "r3")

			if err := store.Save(t.Context(), "db", h.load()); err != nil {
				t.Errorf("rotadeck cannot go on from there: %v", err)
			}
		})
	}
}

// byHand is a store with a key "db" that scripts write to.
type byHand struct {
	*testing.T
	store *Store
}

func (h byHand) load() engine.Holding {
	h.Helper()
	holding, err := h.store.Load(h.Context(), "db")
	if err != nil {
		h.Fatal(err)
	}
	return holding
}

func (h byHand) edit(e engine.Edit) {
	h.Helper()
	if out, err := exec.Command("bash", "-c", h.store.Writing("db", e)).CombinedOutput(); err != nil {
		h.Fatalf("%s %s: %v\n%s\n%s", e.Kind, e.Slot, err, out, h.store.Writing("db", e))
	}
}

// holds compares, times aside, and wants every reading to print what is held.
func (h byHand) holds(want engine.Holding, run string) {
	h.Helper()
	got := h.load()
	want.Run = run
	for slot, v := range want.Slots {
		v.Created = got.Slots[slot].Created
		want.Slots[slot] = v
	}
	if !got.Equal(want) {
		h.Fatalf("holds\n%+v, want\n%+v", got, want)
	}
	for slot, v := range got.Slots {
		for name, value := range v.Material {
			out, err := exec.Command("sh", "-c", h.store.Reading("db", slot, name)).Output()
			if err != nil || string(out) != value.Text() {
				h.Errorf("reading %s of %s prints %q, %v", name, slot, out, err)
			}
		}
	}
	if out, err := exec.Command("sh", "-c", h.store.Active("db")).Output(); err != nil || strings.TrimSpace(string(out)) != string(got.Active) {
		h.Errorf("published is %q, %v, want %s", out, err, got.Active)
	}
	for name := range fieldsOf(got.Current()) {
		info, err := os.Stat(filepath.Join(h.store.path, "db", name))
		if err != nil || info.Mode().Perm() != h.store.mode {
			h.Errorf("%s is %v, %v", name, info, err)
		}
	}
}
