package postgres_test

import (
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

func TestSessions(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, sandboxtest.Postgres(t), nil)
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
