package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// misfortunes are what may befall a member of an incident, and whether it is
// revoked all the same.
func misfortunes() map[string]struct {
	strike  func(w *enginetest.World)
	revoked bool
} {
	return map[string]struct {
		strike  func(w *enginetest.World)
		revoked bool
	}{
		"none":              {func(*enginetest.World) {}, true},
		"target down":       {func(w *enginetest.World) { w.Target.Down(errors.New("no route")) }, false},
		"store down":        {func(w *enginetest.World) { w.Store.Fail(errors.New("no space")) }, false},
		"rights differ":     {func(w *enginetest.World) { w.Target.Differ(engine.Difference{Slot: engine.SlotA, What: "a right"}) }, false},
		"service down":      {func(w *enginetest.World) { w.Consumer.Down(true) }, false},
		"service stuck":     {func(w *enginetest.World) { w.Consumer.Stick(true) }, true},
		"refused already":   {func(w *enginetest.World) { w.Target.Disable(engine.SlotA) }, true},
		"create not made":   {func(w *enginetest.World) { w.Target.Fail("set-password", engine.NotAppliedError(errors.New("no"))) }, false},
		"create unknown":    {func(w *enginetest.World) { w.Target.Fail("set-password", errors.New("lost")) }, false},
		"retire not made":   {func(w *enginetest.World) { w.Target.Fail("lock", engine.NotAppliedError(errors.New("no"))) }, false},
		"sessions stay":     {func(w *enginetest.World) { w.Target.Fail("end-sessions", errors.New("no right")) }, false},
		"sessions to cut":   {func(w *enginetest.World) { w.Target.Connect(enginetest.SessionOf(engine.SlotA, "x", time.Now())) }, true},
		"preflight refuses": {func(w *enginetest.World) { w.Target.Warn(engine.Check{Name: "rights", Detail: "missing"}) }, false},
		"provider panics": {func(w *enginetest.World) {
			w.Adapt = func(p *engine.Parts) { p.Target = panicking{w.Target} }
		}, false},
	}
}

type panicking struct{ *enginetest.Target }

func (panicking) Prove(context.Context, engine.Material) []engine.Proof { panic("a mistake") }

// TestIncidentInAnyWeather lets members meet with any misfortune, any number at
// once. Those that meet with none are revoked; no other holds them up, and each
// ends in a state that says so. The board that was watched and the one that the
// journal tells of are the same, and no secret stands in either.
func TestIncidentInAnyWeather(t *testing.T) {
	t.Parallel()
	all := misfortunes()
	names := slices.Sorted(maps.Keys(all))
	rapid.Check(t, func(r *rapid.T) {
		fates := rapid.SliceOfN(rapid.SampledFrom(names), 1, 6).Draw(r, "fates")
		ids := make([]string, len(fates))
		for at := range fates {
			ids[at] = fmt.Sprintf("db-%d", at)
		}
		f := enginetest.NewFleet(t, ids...)
		for at, fate := range fates {
			all[fate].strike(f.Worlds[at])
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		i := declare(ctx, t, f.Engine(), engine.IncidentOptions{AtOnce: rapid.IntRange(1, 3).Draw(r, "at once")}, ids...)
		board := rest(t, i)
		for at, fate := range fates {
			m := board.Member(ids[at])
			revoked := m.State == engine.MemberRevoked
			if !m.State.Settled() || m.State == engine.MemberStopped || revoked != all[fate].revoked {
				r.Errorf("%s (%s) is %s: %v", m.Credential, fate, m.State, m.Problem)
			}
			if !revoked && m.Problem == nil {
				r.Errorf("%s (%s) is %s, and nobody says why", m.Credential, fate, m.State)
			}
		}
		cancel()
		checkRecord(r, f, i.Wait())
	})
}

// checkRecord compares with what the journal says, and looks for secrets there.
func checkRecord(r *rapid.T, f *enginetest.Fleet, live engine.Board) {
	boards, err := f.Engine().Incidents(context.Background())
	if err != nil || len(boards) != 1 {
		r.Fatalf("the journal has %d incidents: %v", len(boards), err)
	}
	if diff := cmp.Diff(live, boards[0], cmpopts.IgnoreUnexported(engine.Problem{}), cmpopts.EquateEmpty()); diff != "" {
		r.Errorf("watched (-) and recorded (+) differ:\n%s", diff)
	}
	report, err := f.Engine().IncidentReport(context.Background(), "last")
	if err != nil || len(report.Timeline) < 3 {
		r.Errorf("the report has %d lines: %v", len(report.Timeline), err)
	}
	for at, line := range report.Timeline {
		if at > 0 && line.At.Before(report.Timeline[at-1].At) {
			r.Errorf("line %d is before the one above it", at)
		}
	}
	text, err := json.Marshal([]any{report, boards})
	if err != nil || strings.Contains(string(text), enginetest.OldPassword) || strings.Contains(string(text), "generated-password") {
		r.Errorf("a secret is in the record: %v", err)
	}
}
