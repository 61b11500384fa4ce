package enginetest

import (
	"errors"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

func journalHolder(run string) engine.Holder {
	return engine.Holder{Run: run, Operator: "ada", Host: "ops-1", PID: 4711}
}

// journalRun is the beginning of a run, three events from seq on.
func journalRun(run string, seq int64) []engine.Event {
	return numbered(run, seq,
		engine.Event{Type: engine.EventRunStarted, Rotation: &engine.Rotation{
			OldSlot: engine.SlotA, NewSlot: engine.SlotB, OldVersion: "v1", NewVersion: "v2",
			OldIdentity: "orders_a", NewIdentity: "orders_b", Operator: "ada", Host: "ops-1", PID: 4711,
		}},
		engine.Event{Type: engine.EventPhaseStarted, Phase: engine.PhasePreflight},
		engine.Event{Type: engine.EventCheck, Phase: engine.PhasePreflight, Check: &engine.Check{Name: "clock skew", OK: true}},
	)
}

func journalNote(run string, seq int64, text string) engine.Event {
	return numbered(run, seq, engine.Event{Type: engine.EventNote, Text: text})[0]
}

// journalStory is a run with every event that moves its summary.
func journalStory(run string) []engine.Event {
	problem := engine.NewProblem(errors.New("timeout"), "look at the network", "orders-1 did not reload")
	events := journalRun(run, 1)
	return append(events, numbered(run, int64(len(events))+1,
		engine.Event{Type: engine.EventPhaseEnded, Phase: engine.PhasePreflight},
		engine.Event{Type: engine.EventPhaseStarted, Phase: engine.PhaseReload},
		engine.Event{Type: engine.EventRequest, Request: &engine.Request{ID: "q1", Kind: engine.RequestGate}},
		engine.Event{Type: engine.EventAnswer, Answer: &engine.Answer{Request: "q1", Choice: engine.ChoiceContinue, By: "ada"}},
		engine.Event{Type: engine.EventPhaseFailed, Phase: engine.PhaseReload, Problem: problem},
		engine.Event{Type: engine.EventRunStopped, Problem: problem},
		engine.Event{Type: engine.EventRunResumed, Text: "both credentials work"},
		engine.Event{Type: engine.EventRollbackBegun, Text: "asked by ada"},
		engine.Event{Type: engine.EventPhaseStarted, Phase: engine.PhaseCreate, Undoing: true},
		engine.Event{Type: engine.EventRunEnded, Status: engine.StatusRolledBack},
	)...)
}

// journalEventOfEveryField has no field that is zero.
func journalEventOfEveryField(run string, seq int64) engine.Event {
	at, grace := journalStart(), time.Duration(0) // which is not the same as none
	return numbered(run, seq, engine.Event{
		Type: engine.EventNote, Phase: engine.PhaseVerify, Undoing: true, Text: "all at once",
		Outcome: engine.Unknown, Status: engine.StatusWaiting, Until: at.Add(time.Hour),
		Rotation: &engine.Rotation{OldSlot: engine.SlotB, NewSlot: engine.SlotA, NewVersion: "v2", PID: 1, Grace: &grace},
		Change:   &engine.Change{Name: "alter-role", What: "give it LOGIN", Where: "db", Statement: "ALTER ROLE", Undo: "NOLOGIN"},
		Check:    &engine.Check{Name: "rights", OK: true, Detail: "CREATEROLE", Hint: "grant it"},
		Proof: &engine.Proof{
			Endpoint: "127.0.0.1:5432", Identity: "orders_b", Standing: engine.Refused,
			Detail: "28P01", Took: 12 * time.Millisecond,
		},
		Evidence: &engine.Evidence{
			Counted: true, NewSessions: 2, OnNew: 1, Reports: 3, QuietFor: time.Second, Problem: "one is silent",
			OldSessions: []engine.Session{{Slot: engine.SlotA, Application: "orders", Client: "::1", Since: at}},
			Consumers:   []engine.Usage{{Consumer: "orders", Version: "v2", Since: at, Requests: 1 << 60, Failed: 1}},
		},
		Request: &engine.Request{
			ID: "q1", Kind: engine.RequestEvidence, Title: "retire?", Details: []string{"one", "two"},
			Choices: []engine.Choice{{ID: engine.ChoiceAccept, Label: "go on", Danger: true, Typed: "orders-db"}},
			Default: engine.ChoiceStop, Asked: at,
		},
		Answer: &engine.Answer{Request: "q1", Choice: engine.ChoiceAccept, Typed: "orders-db", By: "ada"},
		Trial: &engine.Trial{
			Boundary: engine.Boundary{Phase: engine.PhaseCreate, Change: "alter-role", At: engine.BeforeDeed},
			Fault:    engine.FaultTarget, Advice: engine.AdviceResume, End: engine.StatusDone, OK: true, Problem: "none", Took: 12,
		},
		Problem: engine.NewProblem(errors.New("EOF"), "try again", "the connection broke"),
	})[0]
}

// numbered gives events of suiteCredential their run, numbers and times.
func numbered(run string, seq int64, events ...engine.Event) []engine.Event {
	for i := range events {
		e := &events[i]
		e.Run, e.Credential, e.Seq = run, suiteCredential, seq+int64(i)
		e.At = journalStart().Add(time.Duration(e.Seq) * time.Second)
	}
	return events
}
