package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// Each ground outweighs those that follow it.
func TestScopeOrdersByRisk(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "old", "exposed", "production", "privileged", "unreachable", "refused", "young")
	f.World("exposed").Credential.Exposed = true
	f.World("production").Credential.Environment = engine.Environment{Name: "live", Protected: true}
	f.World("privileged").Credential.Privileged = true
	for _, id := range []string{"unreachable", "refused"} {
		c := &f.World(id).Credential
		c.Privileged, c.Exposed, c.Environment.Name = true, true, "Production"
	}
	f.World("unreachable").Target.Down(errors.New("no route to host"))
	f.World("refused").Target.Disable(engine.SlotA)
	h, err := f.World("young").Store.Load(t.Context(), "young")
	if err != nil {
		t.Fatal(err)
	}
	v := h.Slots[engine.SlotA]
	v.Created = time.Now().Add(-time.Hour)
	h.Slots[engine.SlotA] = v
	if err := f.World("young").Store.Save(t.Context(), "young", h); err != nil {
		t.Fatal(err)
	}
	var suspects []engine.Suspect
	for _, w := range f.Worlds {
		suspects = append(suspects, engine.Suspect{Credential: w.Credential.ID, Why: "marked"})
	}
	suspects = append(suspects, engine.Suspect{Credential: "old", Version: "v-first", Why: "pasted"})
	scope, err := f.Engine().Scope(t.Context(), suspects)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, m := range scope.Members {
		order = append(order, m.Credential)
	}
	if want := "privileged production exposed old young unreachable refused"; strings.Join(order, " ") != want {
		t.Errorf("order %q, want %q", order, want)
	}
	at := func(id string) engine.ScopeMember {
		return scope.Members[slices.Index(order, id)]
	}
	if m := at("old"); m.Why != "marked; pasted" || m.Version != "" {
		t.Errorf("merged to %+v", m.Suspect)
	}
	got := at("unreachable").Risk.Reasons
	want := []string{"whether it is still accepted is not known: no route to host", "privileged", "production", "reachable from the internet"}
	if diff := cmp.Diff(want, got[:4]); diff != "" {
		t.Error(diff)
	}
	if m := at("refused"); m.Risk.Accepted != engine.Refused || m.Risk.Reasons[0] != "refused already" {
		t.Errorf("risk = %+v", m.Risk)
	}
	if _, err := f.Engine().Scope(t.Context(), []engine.Suspect{{Credential: "odl"}}); err == nil || !strings.Contains(engine.AsProblem(err).Hint, "old") {
		t.Errorf("a credential that there is not: %v", err)
	}
}

func TestNeighbours(t *testing.T) {
	t.Parallel()
	part := func(name, provider string, settings engine.Settings) engine.Part {
		return engine.Part{Name: name, Provider: provider, Settings: settings}
	}
	db1 := engine.Settings{"host": "db1", "port": 5432}
	api := []engine.Part{part("orders-api", "http", nil)}
	mounts, vault := part("mounts", "file", nil), part("vault", "vaultkv", nil)
	e := engine.New(engine.Config{Credentials: []engine.Credential{
		{ID: "leaked", Store: mounts, Target: part("leaked", "postgres", db1), Consumers: api},
		{ID: "far", Store: vault, Target: part("far", "postgres", engine.Settings{"host": "db2", "port": 5432})},
		{ID: "other port", Store: vault, Target: part("x", "postgres", engine.Settings{"host": "db1", "port": 5433})},
		{ID: "same store", Store: mounts, Target: part("y", "localca", engine.Settings{"ca_cert": "/ca.crt"})},
		{ID: "all", Store: mounts, Target: part("z", "postgres", db1), Consumers: api},
		{ID: "watched", Target: part("w", "certificate", engine.Settings{"address": "db1:443"}), Consumers: api},
	}})
	got := e.Neighbours("leaked", "unknown")
	want := []engine.Neighbour{
		{Credential: "all", Shares: []string{"store mounts", "postgres db1:5432", "consumer orders-api"}, With: []string{"leaked"}},
		{Credential: "same store", Shares: []string{"store mounts"}, With: []string{"leaked"}},
		{Credential: "watched", Shares: []string{"consumer orders-api"}, With: []string{"leaked"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if near := e.Neighbours("far"); len(near) != 1 || near[0].Credential != "other port" {
		t.Errorf("of far: %+v", near)
	}
}
