package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// now is a moment after everything in a World.
type fixed struct {
	engine.SystemClock
	now time.Time
}

func (f fixed) Now() time.Time { return f.now }

// rotated is a world whose credential was rotated once: slot b is published, a
// is retired.
func rotated(t *testing.T) *enginetest.World {
	t.Helper()
	w := enginetest.NewWorld(t)
	if _, s := rotate(t, w, enginetest.Yes); s.Status != engine.StatusDone {
		t.Fatalf("%s: %v", s.Status, s.Problem)
	}
	return w
}

// stopBefore leaves a run behind that was stopped before a phase.
func stopBefore(t *testing.T, w *enginetest.World, phase engine.Phase) engine.Summary {
	t.Helper()
	_, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Phase == phase {
			return engine.ChoiceStop
		}
		return enginetest.Yes(q)
	})
	if s.Status != engine.StatusStopped {
		t.Fatalf("%s at %s", s.Status, s.Phase)
	}
	return s
}

// pend leaves a pending version behind that belongs to run.
func pend(t *testing.T, w *enginetest.World, run string) engine.Material {
	t.Helper()
	h := hold(t, w)
	slot := h.Active.Other()
	m, err := w.Target.Generate(t.Context(), slot, h.Current().Material)
	if err != nil {
		t.Fatal(err)
	}
	v := engine.Version{ID: "v-pending", Run: run, Material: m, Created: time.Date(2026, 9, 3, 0, 0, 0, 0, time.UTC)}
	if err := w.Store.Save(t.Context(), enginetest.ID, h.WithPending(slot, v)); err != nil {
		t.Fatal(err)
	}
	return m
}

func hold(t *testing.T, w *enginetest.World) engine.Holding {
	t.Helper()
	h, err := w.Store.Load(t.Context(), enginetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// create makes a pending credential valid, as a run would that died right after.
func create(t *testing.T, w *enginetest.World, m engine.Material) {
	t.Helper()
	changes, err := w.Target.Create(t.Context(), hold(t, w).Active.Other(), m)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		if err := c.Apply(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLooseEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		world func(t *testing.T) *enginetest.World
		kind  engine.LooseKind // "" for nothing loose
		what  string
		how   engine.EndAction
	}{
		"nothing, before the first rotation": {world: func(t *testing.T) *enginetest.World { return enginetest.NewWorld(t) }},
		"nothing, after a rotation":          {world: rotated},
		"a retired user enabled by hand": {world: func(t *testing.T) *enginetest.World {
			w := rotated(t)
			w.Target.Enable(engine.SlotA)
			return w
		}, kind: engine.LooseAccepted, what: "app_a (slot a) is still accepted at memory database, though run", how: engine.EndTidy},
		"sessions of a retired user": {world: func(t *testing.T) *enginetest.World {
			w := rotated(t)
			w.Target.Connect(enginetest.SessionOf(engine.SlotA, "cron", time.Now()))
			return w
		}, kind: engine.LooseAccepted, what: "app_a (slot a) still has 1 session, though run", how: engine.EndTidy},
		"a spare that no run has retired": {world: func(t *testing.T) *enginetest.World {
			w := enginetest.NewWorld(t)
			spare(t, w, "v-spare", "20260901-000000-0000")
			return w
		}, kind: engine.LooseUnused, what: "app_b (slot b) is still accepted at memory database, and no store publishes it", how: engine.EndTidy},
		"a spare of another hand": {world: func(t *testing.T) *enginetest.World {
			w := enginetest.NewWorld(t)
			spare(t, w, "", "")
			return w
		}, kind: engine.LooseUnused, what: "app_b (slot b) is still accepted", how: engine.EndByHand},
		"a run that was stopped": {world: func(t *testing.T) *enginetest.World {
			w := enginetest.NewWorld(t)
			stopBefore(t, w, engine.PhaseRetire)
			return w
		}, kind: engine.LooseRun, what: "the rotation stopped before retire, begun by sam on ops-1", how: engine.EndResume},
		"a run whose new credential is refused": {world: func(t *testing.T) *enginetest.World {
			w := enginetest.NewWorld(t)
			stopBefore(t, w, engine.PhasePublish)
			w.Target.Disable(engine.SlotB)
			return w
		}, kind: engine.LooseRun, how: engine.EndRollBack},
		"a run at a target that is down": {world: func(t *testing.T) *enginetest.World {
			w := enginetest.NewWorld(t)
			stopBefore(t, w, engine.PhasePublish)
			w.Target.Down(errors.New("connection refused"))
			return w
		}, kind: engine.LooseRun, how: engine.EndLook},
		"a pending version of an unknown run": {world: func(t *testing.T) *enginetest.World {
			w := rotated(t)
			pend(t, w, "20260902-000000-dead")
			return w
		}, kind: engine.LoosePending, what: "slot a holds a pending version of run 20260902-000000-dead, which this journal does not know", how: engine.EndTidy},
		"a pending version that is accepted": {world: func(t *testing.T) *enginetest.World {
			w := rotated(t)
			create(t, w, pend(t, w, "20260902-000000-dead"))
			return w
		}, kind: engine.LoosePending, what: "; it is accepted at memory database", how: engine.EndTidy},
		"a pending version of another hand": {world: func(t *testing.T) *enginetest.World {
			w := rotated(t)
			pend(t, w, "")
			return w
		}, kind: engine.LoosePending, what: "that another hand made", how: engine.EndByHand},
		"a second password that nobody knows": {world: func(t *testing.T) *enginetest.World {
			w := rotated(t)
			w.Target.Leave(engine.Leftover{What: "app has a second password", Remedy: "DISCARD OLD PASSWORD"})
			return w
		}, kind: engine.LooseLeftover, what: "app has a second password", how: engine.EndByHand},
		"a second password that the store knows": {world: func(t *testing.T) *enginetest.World {
			w := rotated(t)
			w.Target.Leave(engine.Leftover{Slot: engine.SlotA, Held: true, What: "app has a second password"})
			return w
		}, kind: engine.LooseLeftover, what: "app has a second password, though run", how: engine.EndTidy},
		"a user that is let in with another password": {world: func(t *testing.T) *enginetest.World {
			w := rotated(t)
			w.Target.Leave(engine.Leftover{Slot: engine.SlotA, What: "app_a may log in", Remedy: "lock it"})
			return w
		}, kind: engine.LooseLeftover, what: "app_a may log in", how: engine.EndByHand},
		"a consumer that has not reloaded": {world: func(t *testing.T) *enginetest.World {
			w := enginetest.NewWorld(t)
			w.Consumer.Stick(true)
			_, s := rotate(t, w, enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceAccept))
			if s.Status != engine.StatusDone {
				t.Fatalf("%s: %v", s.Status, s.Problem)
			}
			return w
		}, kind: engine.LooseServed, what: "memory service orders-db uses version v-first, not the published", how: engine.EndTidy},
		"a credential that nobody uses": {world: func(t *testing.T) *enginetest.World {
			w := enginetest.NewWorld(t)
			w.Adapt = func(p *engine.Parts) { p.Consumers = nil }
			w.Clock = fixed{now: time.Date(2026, 9, 8, 0, 0, 0, 0, time.UTC)}
			return w
		}, kind: engine.LooseUnused, what: "app_a (slot a) is published, has no session", how: engine.EndByHand},
		"a key that was made and never used": {world: func(t *testing.T) *enginetest.World {
			w := enginetest.NewWorld(t)
			w.Adapt = func(p *engine.Parts) { p.Consumers = nil }
			rotate(t, w, enginetest.Yes)
			w.Clock = fixed{now: time.Now().Add(48 * time.Hour)}
			return w
		}, kind: engine.LooseNeverUsed, what: "app_b (slot b) is published, has no session", how: engine.EndByHand},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := c.world(t)
			found := w.Engine().LooseEnds(t.Context())
			if len(found.Unseen) > 0 || found.Looked != 1 {
				t.Errorf("%d looked at, not seen: %v", found.Looked, found.Unseen)
			}
			switch {
			case c.kind == "" && len(found.Found) == 0:
			case len(found.Found) != 1:
				t.Fatalf("%d loose ends: %+v", len(found.Found), found.Found)
			default:
				wantEnd(t, found.Found[0], c.kind, c.what, c.how)
			}
		})
	}
}

func wantEnd(t *testing.T, end engine.LooseEnd, kind engine.LooseKind, what string, how engine.EndAction) {
	t.Helper()
	if end.Kind != kind || !strings.Contains(end.What, what) || end.Ending.Action != how || end.Why == "" || end.Ending.Words == "" {
		t.Errorf("%+v; want %s, %q, %s", end, kind, what, how)
	}
	if (end.Ending.Command == "") != (how == engine.EndByHand) {
		t.Errorf("command %q for %s", end.Ending.Command, how)
	}
	if strings.Contains(end.What, enginetest.OldPassword) {
		t.Errorf("%q shows a password", end.What)
	}
}

// spare puts a version beside the published one that lets people in.
func spare(t *testing.T, w *enginetest.World, id, run string) {
	t.Helper()
	h := hold(t, w)
	m, err := w.Target.Generate(t.Context(), engine.SlotB, h.Current().Material)
	if err != nil {
		t.Fatal(err)
	}
	create(t, w, m)
	h.Slots[engine.SlotB] = engine.Version{ID: id, Run: run, Material: m, State: engine.VersionSpare, Created: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)}
	if err := w.Store.Save(t.Context(), enginetest.ID, h); err != nil {
		t.Fatal(err)
	}
}

// What cannot be looked at is said, and is not taken for nothing.
func TestLooseEndsUnseen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*enginetest.World)
		want  string
	}{
		"the store":  {func(w *enginetest.World) { w.Store.Fail(errors.New("disk on fire")) }, "cannot be read"},
		"the target": {func(w *enginetest.World) { w.Target.Down(errors.New("connection refused")) }, "unreachable at memory database"},
		"a consumer": {func(w *enginetest.World) { w.Consumer.Down(true) }, "memory service orders-db does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := rotated(t)
			c.spoil(w)
			found := w.Engine().LooseEnds(t.Context())
			if len(found.Found) > 0 || len(found.Unseen) == 0 {
				t.Fatalf("%+v", found)
			}
			texts := ""
			for _, p := range found.Unseen {
				texts += p.Error() + "\n"
			}
			if !strings.Contains(texts, c.want) {
				t.Errorf("%s; want %q", texts, c.want)
			}
		})
	}
}

// unreadable is a journal whose runs cannot be read.
type unreadable struct{ engine.Journal }

func (unreadable) Runs(context.Context, engine.RunQuery) ([]engine.Summary, error) {
	return nil, errors.New("no such host")
}

func TestLooseEndsWithoutJournal(t *testing.T) {
	t.Parallel()
	w := rotated(t)
	w.Target.Enable(engine.SlotA)
	found := engineOver(w, unreadable{w.Journal}).LooseEnds(t.Context())
	if len(found.Unseen) != 1 || found.Unseen[0].Credential != "" || !strings.Contains(found.Unseen[0].Error(), "the journal cannot be read") {
		t.Errorf("not seen: %+v", found.Unseen)
	}
	if len(found.Found) != 1 || found.Found[0].Kind != engine.LooseUnused {
		t.Errorf("what can be seen without: %+v", found.Found)
	}
}

// While a run goes on, nothing of its credential is loose.
func TestLooseEndsSpareRunsUnderWay(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	e := w.Engine()
	run, err := e.Rotate(ctx, enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for event := range run.Feed().Follow(t.Context()) {
		if event.Request != nil && event.Request.Phase == engine.PhasePublish {
			break
		}
		if event.Request != nil {
			_ = run.Answer(engine.Answer{Request: event.Request.ID, Choice: engine.ChoiceContinue})
		}
	}
	if found := w.Engine().LooseEnds(t.Context()); len(found.Found)+len(found.Unseen) > 0 {
		t.Errorf("a run that goes on is loose: %+v", found)
	}
	cancel()
	run.Wait()
	if found := e.LooseEnds(t.Context(), enginetest.ID, "no-such"); len(found.Found) != 1 || found.Found[0].Kind != engine.LooseRun {
		t.Errorf("a run that was interrupted: %+v", found)
	}
}

// Incidents and rehearsals that were left are loose as well.
func TestLooseRecords(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	record := func(key, run string, events ...engine.Event) {
		lease, err := w.Journal.Lock(t.Context(), key, engine.Holder{Run: run})
		if err != nil {
			t.Fatal(err)
		}
		for i := range events {
			events[i].Run, events[i].Credential, events[i].Seq = run, key, int64(i+1)
		}
		if err := w.Journal.Append(t.Context(), lease.Fence, events...); err != nil {
			t.Fatal(err)
		}
		if err := lease.Release(); err != nil {
			t.Fatal(err)
		}
	}
	started := engine.Event{Type: engine.EventRunStarted, Rotation: &engine.Rotation{Purpose: engine.PurposeIncident, Operator: "kim"}}
	ended := engine.Event{Type: engine.EventRunEnded, Status: engine.StatusDone}
	record("incident:i-1", "r1", started)
	record("incident:i-2", "r2", started, ended)
	record("rehearsal:"+enginetest.ID, "r3", started)
	record("rehearsal:other-db", "r4", started)
	record("rehearsal:other-db", "r5", started, ended)
	record("other:x", "r6", started)
	e := w.Engine()
	found := e.LooseEnds(t.Context()).Found
	if len(found) != 2 {
		t.Fatalf("%+v", found)
	}
	commands := found[0].Ending.Command + "\n" + found[1].Ending.Command
	if !strings.Contains(commands, "rotadeck incident resume i-1") || !strings.Contains(commands, "rotadeck rehearse --clean "+enginetest.ID) {
		t.Errorf("commands %s", commands)
	}
	if found := e.LooseEnds(t.Context(), enginetest.ID).Found; len(found) != 1 || found[0].Ending.Action != engine.EndRehearsal {
		t.Errorf("of one credential: %+v", found)
	}
}

// The worst comes first.
func TestLooseEndsAreSorted(t *testing.T) {
	t.Parallel()
	var all engine.LooseEnds
	day := func(d int) time.Time { return time.Date(2026, 9, d, 0, 0, 0, 0, time.UTC) }
	all.Add(engine.LooseLook{Credential: "a", Found: []engine.LooseEnd{
		{Credential: "a", Kind: engine.LooseNeverUsed}, {Credential: "a", Kind: engine.LooseRun, Since: day(2)}, {Credential: "a", Kind: engine.LooseRun},
	}})
	all.Add(engine.LooseLook{Credential: "b", Found: []engine.LooseEnd{
		{Credential: "b", Kind: engine.LooseRun, Since: day(1)}, {Credential: "b", Kind: engine.LooseAccepted, Since: day(9)},
	}})
	var got []string
	for _, end := range all.Found {
		got = append(got, end.Credential+" "+string(end.Kind))
	}
	if strings.Join(got, ", ") != "b still accepted, b half-done run, a half-done run, a half-done run, a never used" || all.Looked != 2 || !all.Found[3].Since.IsZero() {
		t.Errorf("%d: %s", all.Looked, got)
	}
}

func TestLate(t *testing.T) {
	t.Parallel()
	on := engine.Usage{Consumer: "on it", Version: "v2"}
	for name, c := range map[string]struct {
		version string
		usage   []engine.Usage
		late    bool
	}{
		"nobody":                 {version: "v2"},
		"everybody is on it":     {"v2", []engine.Usage{on, {Consumer: "silent"}, {Consumer: "by certificate", Fingerprint: "3f"}}, false},
		"one is behind":          {"v2", []engine.Usage{on, {Consumer: "behind", Version: "v1"}}, true},
		"nothing of ours is out": {"", []engine.Usage{on}, false},
	} {
		if o := (engine.Observation{Version: c.version, Usage: c.usage}); o.Late() != c.late {
			t.Errorf("%s: %t", name, o.Late())
		}
	}
}
