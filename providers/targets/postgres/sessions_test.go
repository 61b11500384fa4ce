package postgres_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

func TestSessions(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
	old := d.give(t, engine.SlotA, nil)
	fresh := d.give(t, engine.SlotB, old)
	first, second, other := d.login(t, old), d.login(t, old), d.login(t, fresh)

	sessions, err := d.target.Sessions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	slots := ""
	for _, s := range sessions {
		slots += string(s.Slot)
		if s.Application != "sandbox" || s.Client != "127.0.0.1" || time.Since(s.Since).Abs() > time.Minute {
			t.Errorf("session %+v", s)
		}
	}
	if slots != "aab" {
		t.Errorf("sessions of the slots %q, oldest first; want aab", slots)
	}

	changes, err := d.target.Retire(t.Context(), engine.SlotA, old)
	apply(t, changes, err)
	if first.Ping(t.Context()) == nil || second.Ping(t.Context()) == nil {
		t.Error("a session of the retired user goes on")
	}
	if err := other.Ping(t.Context()); err != nil {
		t.Errorf("a session of the other user was ended: %v", err)
	}
	sessions, err = d.target.Sessions(t.Context())
	if err != nil || len(sessions) != 1 || sessions[0].Slot != engine.SlotB {
		t.Errorf("sessions after retire: %+v, %v; want one of slot b", sessions, err)
	}
}

// Sessions are seen and ended at the primary alone, and the texts say so where
// that is not everywhere.
func TestSessionsAtThePrimary(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
	for endpoints, want := range map[string]bool{"": false, "127.0.0.1:1": true} {
		settings := engine.Settings{}
		if endpoints != "" {
			settings["endpoints"] = []string{endpoints}
		}
		target := d.open(t, settings)
		changes, err := target.Retire(t.Context(), engine.SlotA, nil)
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{changes[1].What}
		for _, check := range target.Preflight(t.Context(), engine.SlotB) {
			if check.Name == "slot free" || check.Name == "right to see and end sessions" {
				texts = append(texts, check.Detail)
			}
		}
		for _, text := range texts {
			if strings.Contains(text, "at the primary") != want {
				t.Errorf("with the endpoints %q: %q", endpoints, text)
			}
		}
		if len(texts) != 3 {
			t.Errorf("texts: %q", texts)
		}
	}
}

// An administrator who may not see others' sessions still counts them: where
// they would be missed, a slot in use would look free.
func TestSessionsHiddenFromTheAdministrator(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
	old := d.give(t, engine.SlotA, nil)
	d.login(t, old)
	run(t, d.admin, "CREATE ROLE clerk LOGIN CREATEROLE PASSWORD '"+d.server.Password.Text()+"'")
	clerk := d.open(t, engine.Settings{"admin_user": "clerk"})
	sessions, err := clerk.Sessions(t.Context())
	if err != nil || len(sessions) != 1 || sessions[0].Slot != engine.SlotA {
		t.Errorf("sessions: %+v, %v; want one of slot a", sessions, err)
	}
	changes, err := clerk.Retire(t.Context(), engine.SlotA, old)
	if err != nil {
		t.Fatal(err)
	}
	if err := changes[1].Apply(t.Context()); engine.OutcomeOf(err) != engine.NotApplied {
		t.Errorf("ending sessions without the right to: %v, %s; want %s", err, engine.OutcomeOf(err), engine.NotApplied)
	}
}
