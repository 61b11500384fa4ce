package engine

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"
)

// Rotate starts a rotation in the background. It returns a *LockedError when
// another run holds the credential and a *Problem when an unfinished run must
// be resumed or rolled back first. Cancelling ctx means "no more changes": the
// run stops at the next safe point and can be resumed.
func (e *Engine) Rotate(ctx context.Context, id string, o Options) (*Run, error) {
	if problem := e.CanRotate(id); problem != nil {
		return nil, problem
	}
	credential := e.byID[id]
	runID, err := e.newRunID()
	if err != nil {
		return nil, err
	}
	c, err := e.prepare(ctx, credential, runID, nil, o, e.config.Journal.Lock)
	if err != nil {
		return nil, err
	}
	if err := c.open(ctx); err != nil {
		return nil, c.abandon(err)
	}
	return c.launch(ctx, func(ctx context.Context) error { return c.forward(ctx, PhasePreflight) }), nil
}

// open refuses to start beside an unfinished run, decides which slot is which
// and opens the journal's record of the run.
func (c *conductor) open(ctx context.Context) error {
	if err := c.alone(ctx); err != nil {
		return err
	}
	holding, err := loadHolding(ctx, c.credential, c.parts)
	if err != nil {
		return err
	}
	defer func() { _ = holding.Close() }()
	version, err := c.engine.newID("")
	if err != nil {
		return err
	}
	return c.enter(Rotation{
		Incident: c.options.Incident,
		OldSlot:  holding.Active, NewSlot: holding.Active.Other(),
		OldVersion: holding.Current().ID, NewVersion: version,
	})
}

// alone refuses to start beside an unfinished run.
func (c *conductor) alone(ctx context.Context) error {
	unfinished, err := c.engine.Runs(ctx, RunQuery{Credential: c.credential.ID, Unfinished: true, Limit: 1})
	if err != nil {
		return err
	}
	if len(unfinished) > 0 {
		s := unfinished[0]
		return NewProblem(nil, fmt.Sprintf("rotadeck resume %s, or rotadeck rollback %s", s.Run, s.Run),
			"%s has an unfinished run: %s, %s %s", c.credential.ID, s.Run, s.Status, s.Place())
	}
	return nil
}

// sign notes in the rotation who carries it out from now on, and by which options.
func (c *conductor) sign() {
	config := c.engine.config
	c.rotation.Operator, c.rotation.Host, c.rotation.PID = config.Operator, config.Host, config.PID
	c.rotation.Step, c.rotation.Grace = c.options.Step, c.options.Grace
}

// enter opens the journal's record of the run.
func (c *conductor) enter(rotation Rotation) error {
	c.rotation = rotation
	c.sign()
	rotation = c.rotation
	c.engine.setActive(c.run.id, true)
	return c.record.commit(Event{Type: EventRunStarted, Rotation: &rotation})
}

// locker is how the lock of a credential is taken: Lock, or from someone else.
type locker func(ctx context.Context, credential string, holder Holder) (Lease, error)

// prepare opens the parts, takes the lock and sets the conductor up with what
// the journal knows.
func (e *Engine) prepare(ctx context.Context, credential Credential, runID string, history []Event, o Options, lock locker) (*conductor, error) {
	parts, err := e.config.Open(credential)
	if err != nil {
		return nil, err
	}
	lease, err := lock(ctx, credential.ID, Holder{
		Run: runID, Operator: e.config.Operator, Host: e.config.Host, PID: e.config.PID,
	})
	if err != nil {
		return nil, err
	}
	c := &conductor{engine: e, credential: credential, parts: parts, options: o, lease: lease}
	c.begin(newRun(runID, credential, history), history)
	return c, nil
}

// begin sets the conductor on a run, with what the journal knows of it.
func (c *conductor) begin(run *Run, history []Event) {
	c.run = run
	c.record = &recorder{
		run: run, journal: c.engine.config.Journal, fence: c.lease.Fence, clock: c.engine.config.Clock, redactor: &c.redactor,
	}
	c.recall(history)
}

// recall takes up what the journal knows of the run.
func (c *conductor) recall(history []Event) {
	c.intended = intents{}
	c.intended.recall(history)
	for _, e := range history {
		if c.record != nil {
			c.record.seq = e.Seq
		}
		if e.Rotation != nil {
			c.rotation = *e.Rotation
		}
		if e.Type == EventGraceSet {
			if c.graceUntil.IsZero() {
				c.graceStep = e.Until.Sub(e.At)
			}
			c.graceUntil, c.graceSpan = e.Until, e.Until.Sub(e.At)
		}
	}
	c.options.Step = c.options.Step || c.rotation.Step
	if c.options.Grace == nil {
		c.options.Grace = c.rotation.Grace
	}
}

// abandon gives the lock back when a run could not begin.
func (c *conductor) abandon(err error) error {
	c.engine.setActive(c.run.id, false)
	if release := c.lease.Release(); release != nil {
		return fmt.Errorf("%w (and the lock was not released: %w)", err, release)
	}
	return err
}

func (e *Engine) newRunID() (string, error) {
	return e.newID(e.Now().UTC().Format("20060102-150405") + "-")
}

// newID draws 4 random bytes: enough to tell runs of one second apart.
func (e *Engine) newID(prefix string) (string, error) {
	var b [4]byte
	if _, err := io.ReadFull(e.config.Random, b[:]); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	return prefix + hex.EncodeToString(b[:]), nil
}

// Options tune a run.
type Options struct {
	Step     bool           // ask before every phase, not only at gates
	Grace    *time.Duration // instead of the policy's
	Incident string         // the incident that the run is part of; "" for none
}
