package run

import (
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// zero is when runs in these tests begin.
var zero = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)

func fold(events []engine.Event) *Model {
	m := NewModel(time.UTC)
	for _, e := range events {
		m.Add(e)
	}
	return m
}

func then(parts ...[]engine.Event) []engine.Event {
	var all []engine.Event
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

func event(kind engine.EventType, p engine.Phase) engine.Event {
	return engine.Event{Type: kind, At: zero, Run: "r1", Credential: "orders-db", Phase: p}
}

func started(p engine.Phase) []engine.Event {
	return []engine.Event{event(engine.EventPhaseStarted, p)}
}

func ended(p engine.Phase) []engine.Event {
	return append(started(p), event(engine.EventPhaseEnded, p))
}

func failed(p engine.Phase) []engine.Event {
	e := event(engine.EventPhaseFailed, p)
	e.Problem = &engine.Problem{Text: "password rejected", Hint: "look at pg_hba.conf", Cause: "28P01"}
	return append(started(p), e)
}

func asked(p engine.Phase) []engine.Event {
	e := event(engine.EventRequest, p)
	e.Request = &engine.Request{ID: "q1", Phase: p, Kind: engine.RequestGate, Title: "go on?"}
	return []engine.Event{e}
}

func answered(choice engine.ChoiceID) []engine.Event {
	e := event(engine.EventAnswer, "")
	e.Answer = &engine.Answer{Request: "q1", Choice: choice, By: "ann"}
	return []engine.Event{e}
}

func stopped() []engine.Event { return []engine.Event{event(engine.EventRunStopped, "")} }

func rollback() []engine.Event { return []engine.Event{event(engine.EventRollbackBegun, "")} }

func undo(kind engine.EventType, p engine.Phase) []engine.Event {
	e := event(kind, p)
	e.Undoing = true
	return []engine.Event{e}
}

func over(s engine.Status) []engine.Event {
	e := event(engine.EventRunEnded, "")
	e.Status = s
	return []engine.Event{e}
}

func eventTypes() []engine.EventType {
	return []engine.EventType{
		engine.EventRunStarted, engine.EventRunResumed, engine.EventPhaseStarted, engine.EventPhaseEnded,
		engine.EventPhaseFailed, engine.EventCheck, engine.EventProof, engine.EventChangeIntended,
		engine.EventChangeSettled, engine.EventEvidence, engine.EventRequest, engine.EventAnswer,
		engine.EventNote, engine.EventGraceSet, engine.EventRollbackBegun, engine.EventTrial, engine.EventRunStopped,
		engine.EventRunEnded,
	}
}

// full is an event of a type with every field that any type carries.
func full(kind engine.EventType) engine.Event {
	e := event(kind, engine.PhaseCreate)
	e.Text, e.Outcome, e.Status, e.Until = "a note", engine.Unknown, engine.StatusDone, zero.Add(10*time.Minute)
	e.Rotation = &engine.Rotation{
		OldSlot: "a", NewSlot: "b", OldIdentity: "orders_a", NewIdentity: "orders_b",
		Operator: "ann", Host: "laptop", PID: 42,
	}
	e.Change = &engine.Change{
		Name: "alter-role", What: "give orders_b its new password and LOGIN",
		Where: "PostgreSQL db1", Statement: "ALTER ROLE orders_b\nLOGIN PASSWORD '…'",
	}
	e.Check = &engine.Check{Name: "rights are enough", Detail: "CREATEROLE", Hint: "grant it"}
	e.Proof = &engine.Proof{Endpoint: "db1:5432", Identity: "orders_b", Standing: engine.Accepted, Took: 8 * time.Millisecond}
	e.Evidence = &engine.Evidence{
		Counted: true, OldSessions: make([]engine.Session, 1), NewSessions: 4, OnNew: 1, Reports: 2,
		Consumers: []engine.Usage{{Consumer: "web", Requests: 10}},
	}
	e.Request = &engine.Request{
		ID: "q1", Kind: engine.RequestGate, Phase: engine.PhasePublish, Title: "Publish?", What: "flip the slot",
		Where: "PROD db1", Consequence: "services switch", Reversible: "until retire", Details: []string{"a detail"},
	}
	e.Answer = &engine.Answer{Request: "q1", Choice: engine.ChoiceContinue, By: "ann"}
	e.Problem = &engine.Problem{Text: "password rejected", Hint: "look at pg_hba.conf", Cause: "28P01"}
	return e
}
