package ui_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestIncidentLine(t *testing.T) {
	t.Parallel()
	member := func(state engine.MemberState, cut int) *engine.Turn {
		return &engine.Turn{Credential: "orders-db", State: state, Cut: cut}
	}
	for want, e := range map[string]engine.Event{
		"incident 7 opened: orders-db leaked":       {Run: "7", Type: engine.EventRunStarted, Incident: &engine.Opening{Title: "orders-db leaked"}},
		"asked: Revoke 1 credential now?":           {Type: engine.EventRequest, Request: &engine.Request{Title: "Revoke 1 credential now?"}},
		"answered: continue by sam":                 {Type: engine.EventAnswer, Answer: &engine.Answer{Choice: engine.ChoiceContinue, By: "sam"}},
		"orders-db: rotating":                       {Type: engine.EventMember, Member: member(engine.MemberRotating, 0)},
		"orders-db: STILL ACCEPTED, 2 sessions cut": {Type: engine.EventMember, Member: member(engine.MemberProbing, 2)},
		"orders-db: 1 session cut":                  {Type: engine.EventMember, Member: member("", 1)},
		"orders-db: failed: it is down":             {Type: engine.EventMember, Member: member(engine.MemberFailed, 0), Problem: &engine.Problem{Text: "it is down"}},
		"orders-db: still accepted? refused at db1": {Type: engine.EventProof, Member: member("", 0), Text: "still accepted?", Proof: &engine.Proof{Endpoint: "db1", Standing: engine.Refused}},
		"1 of 1 credential revoked":                 {Type: engine.EventRunEnded, Text: "1 of 1 credential revoked"},
		"note":                                      {Type: engine.EventNote},
	} {
		if got := ui.IncidentLine(e); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, text := range uitest.Untrusted() {
		uitest.Harmless(t, ui.IncidentLine(engine.Event{Text: text, Problem: &engine.Problem{Text: text}}))
	}
}

func TestTwoLeakedVersionsOfOneAreAll(t *testing.T) {
	t.Parallel()
	leaks := []engine.Leak{
		{Credential: "orders-db", Version: "v1", Field: "password", Held: engine.HeldPublished, Slot: engine.SlotA},
		{Credential: "orders-db", Version: "v2", Field: "password", Held: engine.HeldArchived},
		{Credential: "billing-db", Version: "v3", Field: "password", Held: engine.HeldSpare, Slot: engine.SlotB},
	}
	got := ui.Suspects(leaks)
	if len(got) != 2 || got[0].Version != "" || got[1].Version != "v3" {
		t.Errorf("%+v", got)
	}
}
