package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Runbook is how a person finishes a run, or takes it back, without rotadeck:
// what is true now, the one safe next step, and every step in order, with the
// commands to paste into bash. Steps that are done already say so.
type Runbook struct {
	Credential string    `json:"credential"`
	Run        string    `json:"run,omitempty"` // "" for a rotation that has not begun
	Rotation   Rotation  `json:"rotation"`
	Status     Status    `json:"status,omitempty"`
	Phase      Phase     `json:"phase,omitempty"`
	At         time.Time `json:"at"`
	Where      string    `json:"where,omitempty"`
	Page       string    `json:"page,omitempty"` // the inventory's address of a page for people
	Facts      []string  `json:"facts"`
	Truth      *Truth    `json:"truth,omitempty"` // nil when nothing could be probed
	// Problem says why something could not be told: the steps are then written
	// from journal and inventory alone.
	Problem  *Problem      `json:"problem,omitempty"`
	Warnings []string      `json:"warnings"`
	Next     string        `json:"next"` // the one safe next step
	Forward  []RunbookStep `json:"forward"`
	Back     []RunbookStep `json:"back"`
	After    []string      `json:"after"` // what to do once rotadeck is there again
}

// RunbookStep is one step of a runbook.
type RunbookStep struct {
	Number   int           `json:"number"`
	Phase    Phase         `json:"phase"`
	What     string        `json:"what"`
	Why      string        `json:"why,omitempty"`
	Done     string        `json:"done,omitempty"` // why there is nothing to do any more
	Commands []HandCommand `json:"commands"`
	Checks   []HandCommand `json:"checks"` // what shows that it worked
}

// HandCommand is something to paste into bash, or, without a Command, to do.
type HandCommand struct {
	What      string `json:"what"`
	Where     string `json:"where,omitempty"`
	Command   string `json:"command,omitempty"`
	Statement string `json:"statement,omitempty"` // where there is no Command
}

// Runbook writes the runbook of a run, or of a credential: that of its
// unfinished run, or of a rotation that would begin now. It changes nothing and
// takes no lock. What cannot be asked is told, and fails nothing: an error is
// that of a name which nobody knows.
func (e *Engine) Runbook(ctx context.Context, name string) (Runbook, error) {
	w, err := e.runbookWriter(ctx, name)
	if err != nil {
		return Runbook{}, err
	}
	defer func() { _ = w.holding.Close() }() // never fails
	w.look(ctx)
	book := w.write(ctx)
	return w.redactor.runbook(book), nil
}

// runbookWriter is a conductor that only looks, and a hand that writes down.
type runbookWriter struct {
	*conductor
	hand
	summary  Summary
	ended    map[Phase]bool // phases that ended going forward, by the journal
	truth    Truth
	probed   bool // the store was read, and the target answered
	opened   bool // there are parts
	problem  *Problem
	warnings []string
}

// runbookWriter finds what name names.
func (e *Engine) runbookWriter(ctx context.Context, name string) (*runbookWriter, error) {
	run, journalErr := name, error(nil)
	if _, known := e.byID[name]; known {
		run = ""
		var unfinished []Summary
		unfinished, journalErr = e.Runs(ctx, RunQuery{Credential: name, Unfinished: true, Limit: 1})
		if len(unfinished) > 0 {
			run = unfinished[0].Run
		}
	}
	var events []Event
	if run != "" {
		var err error
		if events, err = e.Events(ctx, run); err != nil {
			return nil, err
		}
		if len(events) == 0 {
			return nil, NewProblem(nil, "rotadeck history lists runs, rotadeck list credentials",
				"neither the inventory nor the journal knows %s", name)
		}
		name = events[0].Credential
	}
	credential, err := e.Credential(name)
	if err != nil {
		return nil, err
	}
	w := &runbookWriter{ended: map[Phase]bool{}}
	w.conductor = &conductor{engine: e, run: newRun(run, credential, events), credential: credential, intended: intents{}}
	w.recall(events)
	w.summary = w.run.Summary()
	if run != "" {
		w.summary = e.present(ctx, w.summary)
	}
	w.count(events)
	if journalErr != nil {
		w.warn("the journal cannot be read, which may know an unfinished run: %s", AsProblem(journalErr).Error())
	}
	parts, err := e.config.Open(credential)
	if err != nil {
		w.problem = AsProblem(err)
		return w, nil
	}
	w.conductor.parts, w.opened = parts, true
	w.hand = newHand(credential, parts)
	return w, nil
}

// count takes down which phases have ended. A rollback starts them over.
func (w *runbookWriter) count(events []Event) {
	for _, e := range events {
		switch {
		case e.Type == EventRollbackBegun:
			clear(w.ended)
		case e.Type == EventPhaseEnded && !e.Undoing:
			w.ended[e.Phase] = true
		}
	}
}

func (w *runbookWriter) warn(format string, args ...any) {
	w.warnings = append(w.warnings, fmt.Sprintf(format, args...))
}

// look probes what is true, as far as anything can be asked.
func (w *runbookWriter) look(ctx context.Context) {
	if !w.opened || w.conductor.parts.Store == nil {
		return
	}
	if w.run.id == "" {
		w.suppose(ctx)
	}
	w.truth = w.conductor.truth(ctx)
	switch {
	case w.truth.Problem != "":
		w.problem = NewProblem(errors.New(w.truth.Problem), "the steps are written from journal and inventory alone: see what is true before you do one",
			"what is true now could not be told")
	case w.truth.OldWorks == Unreachable || w.truth.NewWorks == Unreachable:
		w.problem = NewProblem(nil, "the steps are written without asking it: see what is true before you do one",
			"the target could not be asked%s", reasonOf(append(w.truth.OldProofs, w.truth.NewProofs...)))
	default:
		w.probed = true
	}
}

// suppose makes the sides of a rotation that would begin now.
func (w *runbookWriter) suppose(ctx context.Context) {
	w.rotation = Rotation{OldSlot: SlotA, NewSlot: SlotB}
	holding, err := loadHolding(ctx, w.conductor.credential, w.conductor.parts)
	if err == nil {
		w.rotation = Rotation{OldSlot: holding.Active, NewSlot: holding.Active.Other(), OldVersion: holding.Current().ID}
		_ = holding.Close() // never fails
		return
	}
	runs, _ := w.engine.Runs(ctx, RunQuery{Credential: w.conductor.credential.ID}) // without the journal it is not known
	for _, s := range runs {
		if s.Status == StatusDone && s.Rotation.Purpose == PurposeRotation {
			w.rotation.OldSlot, w.rotation.NewSlot = s.Rotation.NewSlot, s.Rotation.OldSlot
			w.warn("which slot is published could not be read: by the journal's last rotation it is %s", w.rotation.OldSlot)
			return
		}
	}
	w.warn("which slot is published could not be read, and the journal does not tell: %s is assumed", w.rotation.OldSlot)
}
