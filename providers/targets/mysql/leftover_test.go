package mysql_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/targets/mysql"
	"github.com/rotadeck/rotadeck/providers/targets/mysql/mysqltest"
)

// What a server with two passwords of one user keeps, slot b being published.
func TestDualPasswordLeftovers(t *testing.T) {
	t.Parallel()
	const plugin = "caching_sha2_password"
	for name, c := range map[string]struct {
		primary, secondary func(d *dual) engine.Material // nil for none
		held               bool                          // the store holds slot a
		what, remedy       string                        // "" for nothing
	}{
		"one password":               {primary: fresh, held: true},
		"that of the slot before":    {fresh, former, true, "two passwords: that of slot a", "DISCARD OLD PASSWORD"},
		"that before, as the first":  {former, fresh, true, "two passwords: that of slot a", "DISCARD OLD PASSWORD"},
		"one that no slot holds":     {fresh, former, false, "a second password that no slot", "DISCARD OLD PASSWORD"},
		"a first that no slot holds": {former, fresh, false, "a first password that no slot", "IDENTIFIED WITH"},
		"the same twice":             {fresh, fresh, true, "the same password twice", "DISCARD OLD PASSWORD"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDual(t, mysqltest.Config{})
			primary, secondary := mysql.VerifierOf(plugin, c.primary(d).Text(engine.FieldPassword)), ""
			switch {
			case c.what == "the same password twice":
				secondary = primary
			case c.secondary != nil:
				secondary = mysql.VerifierOf(plugin, c.secondary(d).Text(engine.FieldPassword))
			}
			d.server.Users.Find("orders", "%").Keep(primary, secondary)
			held := map[engine.Slot]engine.Material{engine.SlotB: d.new}
			if c.held {
				held[engine.SlotA] = d.old
			}
			left, err := d.target.Leftovers(t.Context(), engine.SlotB, held)
			switch {
			case err != nil:
				t.Fatal(err)
			case c.what == "" && len(left) == 0:
			case len(left) != 1 || !strings.Contains(left[0].What, c.what) || !strings.Contains(left[0].Remedy, c.remedy):
				t.Errorf("%+v; want %q, %q", left, c.what, c.remedy)
			case left[0].Held != strings.Contains(c.what, "slot a"):
				t.Errorf("held: %t for %s", left[0].Held, left[0].What)
			}
		})
	}
}

func fresh(d *dual) engine.Material { return d.new }

func former(d *dual) engine.Material { return d.old }

// A user that is not published may not log in; MariaDB says so itself.
func leavesNobody(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, engine.Settings{"hosts": []string{"%", "10.0.0.%"}})
	s.give(t, engine.SlotB, s.give(t, engine.SlotA, nil))
	run(t, s.admin, "ALTER USER "+at(s.users[0], "%")+" ACCOUNT LOCK")
	left, err := s.target.Leftovers(t.Context(), engine.SlotB, nil)
	if err != nil || len(left) != 1 || left[0].Slot != engine.SlotA || left[0].Held || !strings.Contains(left[0].What, "10.0.0.%") {
		t.Fatalf("%+v, %v; want the account that is not locked", left, err)
	}
	run(t, s.admin, left[0].Remedy)
	if left, err = s.target.Leftovers(t.Context(), engine.SlotB, nil); err != nil || len(left) > 0 {
		t.Errorf("%+v, %v; want nothing", left, err)
	}
}

// A second password that a rotation should have ended is found, and tidied up
// once a person says so: who uses it, the server cannot tell.
func TestTidyDiscardsAPasswordThatWasLeft(t *testing.T) {
	t.Parallel()
	d := newDual(t, mysqltest.Config{})
	d.create(t, d.new)
	w := enginetest.NewWorld(t)
	w.Adapt = func(p *engine.Parts) { p.Target, p.Consumers = d.target, nil }
	h, err := w.Store.Load(t.Context(), enginetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	h.Active = engine.SlotB
	h.Slots[engine.SlotA] = engine.Version{ID: "v1", Run: "run-1", Material: d.old, State: engine.VersionSpare}
	h.Slots[engine.SlotB] = engine.Version{ID: "v2", Run: "run-2", Material: d.new, State: engine.VersionCurrent}
	if err := w.Store.Save(t.Context(), enginetest.ID, h); err != nil {
		t.Fatal(err)
	}
	e := w.Engine()
	found := e.LooseEnds(t.Context())
	if len(found.Found) != 1 || found.Found[0].Kind != engine.LooseLeftover || found.Found[0].Ending.Action != engine.EndTidy {
		t.Fatalf("%+v", found)
	}
	run, err := e.Tidy(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	asked := map[engine.RequestKind]int{}
	s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		asked[q.Kind]++
		return enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceAccept)(q)
	})
	if s.Status != engine.StatusDone || asked[engine.RequestStart] != 1 || asked[engine.RequestEvidence] != 1 {
		t.Fatalf("%s: %v; asked %v", s.Status, s.Problem, asked)
	}
	d.want(t, "after a tidying", engine.Refused, engine.Accepted)
	if found := e.LooseEnds(t.Context()); len(found.Found)+len(found.Unseen) > 0 {
		t.Errorf("still loose: %+v", found)
	}
}
