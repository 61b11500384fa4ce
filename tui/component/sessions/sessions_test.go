package sessions_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/sessions"
)

func TestGroup(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	all := []engine.Session{
		{Slot: "b", Application: "api", Client: "10.0.0.4", Since: at},
		{Slot: "a", Application: "cron", Client: "10.0.0.7"},
		{Slot: "b", Application: "api", Client: "10.0.0.4", Since: at.Add(-time.Hour)},
		{Slot: "b", Application: "api", Client: "10.0.0.4"},
		{Slot: "b", Client: "10.0.0.5", Since: at},
	}
	want := []sessions.Many{
		{Application: "api", Client: "10.0.0.4", Count: 3, Oldest: at.Add(-time.Hour)},
		{Client: "10.0.0.5", Count: 1, Oldest: at},
	}
	got := sessions.Group(sessions.Of(all, "b"))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("groups differ (-want +got):\n%s", diff)
	}
	for i, words := range []string{"3 × api from 10.0.0.4", "1 × unnamed from 10.0.0.5"} {
		if got[i].String() != words {
			t.Errorf("%q, want %q", got[i], words)
		}
	}
	if sessions.Scattered(all) || !sessions.Scattered(append(all, engine.Session{Endpoint: "db2:5432"})) || sessions.Scattered(nil) {
		t.Error("it is not told whether there are several endpoints")
	}
	if len(all) != 5 || all[1].Application != "cron" {
		t.Error("the caller's sessions were changed")
	}
}
