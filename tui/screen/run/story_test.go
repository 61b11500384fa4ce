package run

import (
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// story makes the events of a believable run, one after another on one clock
// that ends at uitest.Now.
type story struct {
	at     time.Time
	events []engine.Event
}

// begin starts a run ago before now.
func begin(ago time.Duration) *story {
	s := &story{at: uitest.Now().Add(-ago)}
	rotation := s.rotation()
	rotation.OldIdentity, rotation.NewIdentity = "", ""
	return s.add(0, engine.Event{Type: engine.EventRunStarted, Rotation: rotation})
}

func (s *story) rotation() *engine.Rotation {
	return &engine.Rotation{
		OldSlot: "a", NewSlot: "b", OldVersion: "7c1d0e42aa", NewVersion: "3f2a91bc07",
		OldIdentity: "orders_a", NewIdentity: "orders_b", Operator: "ann", Host: "ops-1", PID: 4711,
	}
}

// add lets time pass and then something happen.
func (s *story) add(after time.Duration, e engine.Event) *story {
	s.at = s.at.Add(after)
	e.At, e.Run, e.Credential = s.at, "20260314-4f7a", "orders-db"
	if e.Type.Durable() {
		e.Seq = int64(len(s.events) + 1)
	}
	s.events = append(s.events, e)
	return s
}

func (s *story) start(p engine.Phase) *story {
	return s.add(0, engine.Event{Type: engine.EventPhaseStarted, Phase: p})
}

func (s *story) end(p engine.Phase) *story {
	e := engine.Event{Type: engine.EventPhaseEnded, Phase: p}
	if p == engine.PhaseGenerate {
		e.Rotation = s.rotation()
	}
	return s.add(300*time.Millisecond, e)
}

func (s *story) proof(p engine.Phase, shows, identity string, standing engine.Standing) *story {
	for _, endpoint := range []string{"db1:5432", "db2:5432"} {
		s.add(8*time.Millisecond, engine.Event{Type: engine.EventProof, Phase: p, Text: shows, Proof: &engine.Proof{
			Endpoint: endpoint, Identity: identity, Standing: standing, Detail: "TLS 1.3", Took: 8 * time.Millisecond,
		}})
	}
	return s
}

func (s *story) change(p engine.Phase, what, statement string, undoing bool) *story {
	c := &engine.Change{Name: "alter-role", What: what, Where: "PostgreSQL db1:5432/orders", Statement: statement}
	s.add(0, engine.Event{Type: engine.EventChangeIntended, Phase: p, Undoing: undoing, Change: c})
	return s.add(12*time.Millisecond, engine.Event{
		Type: engine.EventChangeSettled, Phase: p, Undoing: undoing, Change: c, Outcome: engine.Applied,
	})
}

// evidence lets a second pass and then reports old sessions and consumers on
// the new version, of 3.
func (s *story) evidence(p engine.Phase, old, onNew int, quiet time.Duration, undoing bool) *story {
	e := &engine.Evidence{Counted: true, NewSessions: 12 - old, OnNew: onNew, Reports: 3, QuietFor: quiet}
	for i := range old {
		e.OldSessions = append(e.OldSessions, engine.Session{
			Slot: "a", Application: []string{"orders-api", "cron"}[i/2%2], Client: "10.0.0." + string(rune('4'+i/2)),
		})
	}
	for i, name := range []string{"orders-api", "billing", "cron"} {
		version := "7c1d0e42aa"
		if (i < onNew) != undoing {
			version = "3f2a91bc07"
		}
		requests := uint64(s.at.Sub(uitest.Now().Add(-time.Hour)).Seconds() * float64(120*(i+1)))
		e.Consumers = append(e.Consumers, engine.Usage{Consumer: name, Version: version, Requests: requests})
	}
	return s.add(time.Second, engine.Event{Type: engine.EventEvidence, Phase: p, Undoing: undoing, Evidence: e})
}

func (s *story) ask(kind engine.RequestKind, p engine.Phase, title string) *story {
	return s.add(0, engine.Event{Type: engine.EventRequest, Phase: p, Request: &engine.Request{
		ID: "20260314-4f7a/9", Kind: kind, Phase: p, Title: title, What: engine.TransitionOf(p).Does,
		Where: "PROD · PostgreSQL db1:5432/orders", Consequence: "3 consumers will switch", Default: engine.ChoiceStop,
		Reversible: "until the old credential is retired",
		Choices: []engine.Choice{
			{ID: engine.ChoiceContinue, Label: "continue"},
			{ID: engine.ChoiceStop, Label: "stop here"},
			{ID: engine.ChoiceRollBack, Label: "roll back"},
		},
	}})
}

func (s *story) answer(choice engine.ChoiceID) *story {
	return s.add(4*time.Second, engine.Event{Type: engine.EventAnswer, Answer: &engine.Answer{Choice: choice, By: "ann"}})
}

// upTo carries the run through every phase before p.
func (s *story) upTo(p engine.Phase) *story {
	for _, row := range engine.Phases() {
		if row.Phase == p {
			break
		}
		s.through(row.Phase)
	}
	return s
}

func (s *story) through(p engine.Phase) *story {
	s.start(p)
	switch p {
	case engine.PhasePreflight:
		s.proof(p, "the old credential logs in", "orders_a", engine.Accepted)
		s.proof(p, "a wrong credential is refused", "orders_a", engine.Refused)
		s.add(0, engine.Event{Type: engine.EventCheck, Phase: p, Check: &engine.Check{Name: "rights", OK: true, Detail: "rotadeck may create and alter roles"}})
	case engine.PhaseCreate:
		s.change(p, "give orders_b its new password and LOGIN", `ALTER ROLE "orders_b" WITH LOGIN PASSWORD 'SCRAM-SHA-256$4096:•••'`, false)
	case engine.PhaseValidate:
		s.proof(p, "the new credential logs in", "orders_b", engine.Accepted)
	case engine.PhasePublish:
		s.change(p, "flip the active slot from a to b", "", false)
	case engine.PhaseVerify:
		s.evidence(p, 5, 1, 0, false).evidence(p, 2, 2, 0, false).evidence(p, 0, 3, 0, false).evidence(p, 0, 3, 10*time.Second, false)
	case engine.PhaseGrace:
		s.add(0, engine.Event{Type: engine.EventGraceSet, Phase: p, Until: s.at.Add(5 * time.Second)})
		s.evidence(p, 0, 3, 0, false)
	case engine.PhaseRetire:
		s.proof(p, "the old credential logs in", "orders_a", engine.Accepted)
		s.change(p, "take LOGIN from orders_a", `ALTER ROLE "orders_a" WITH NOLOGIN`, false)
		s.proof(p, "the old credential is refused", "orders_a", engine.Refused)
		s.proof(p, "the new credential logs in", "orders_b", engine.Accepted)
	default:
	}
	return s.end(p)
}

func (s *story) fail(p engine.Phase, undoing bool) *story {
	return s.add(2*time.Second, engine.Event{Type: engine.EventPhaseFailed, Phase: p, Undoing: undoing, Problem: &engine.Problem{
		Text: "db2:5432 refused the new credential", Hint: "see whether replication lags, then retry",
		Cause: `FATAL: password authentication failed for user "orders_b" (SQLSTATE 28P01)`,
	}})
}

func (s *story) undo(p engine.Phase) *story {
	s.add(0, engine.Event{Type: engine.EventPhaseStarted, Phase: p, Undoing: true})
	return s.add(400*time.Millisecond, engine.Event{Type: engine.EventPhaseEnded, Phase: p, Undoing: true})
}

func (s *story) rollBack() *story {
	s.add(time.Second, engine.Event{Type: engine.EventRollbackBegun, Text: "the operator asked for it"})
	s.add(0, engine.Event{Type: engine.EventPhaseStarted, Phase: engine.PhaseReturn, Undoing: true})
	s.proof(engine.PhaseReturn, "the old credential logs in", "orders_a", engine.Accepted)
	return s.add(0, engine.Event{Type: engine.EventPhaseEnded, Phase: engine.PhaseReturn, Undoing: true})
}
