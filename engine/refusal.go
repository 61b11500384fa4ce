package engine

import (
	"context"
	"errors"
)

// learn takes what probing a version has shown. known is what was remembered of
// the credential before, whatever version that was of.
func (e *Engine) learn(ctx context.Context, o *Observation, version string, recorded map[string]refusal) error {
	before := recorded[o.Credential]
	switch o.Login() {
	case Accepted:
		e.guard.drop(o.Credential)
		switch {
		case before.Since.IsZero():
			return nil
		case !e.records():
			e.guard.keep(o.Credential, refusal{version: version}) // against what the journal says
			return nil
		}
		return e.record(ctx, o, before, nil)
	case Refused:
		if _, already := e.guard.known(o.Credential, version, recorded); already {
			return nil
		}
		fresh := refusal{version: version, Withheld: Withheld{o.At, "refused at " + refusing(o.Proofs).Endpoint}}
		e.guard.keep(o.Credential, fresh)
		if !e.records() {
			return nil
		}
		if err := e.record(ctx, o, before, &fresh); err != nil {
			return err
		}
		e.guard.drop(o.Credential)
	case Unreachable:
	}
	return nil
}

func refusing(proofs []Proof) Proof {
	for _, p := range proofs {
		if p.Standing == Refused {
			return p
		}
	}
	return Proof{}
}

// records says whether the engine may write down what it learns by itself.
func (e *Engine) records() bool { return e.config.Journal != nil && !e.config.ReadOnly }

// record ends the record of what was refused before, if there is one, and begins
// that of what is refused now, if anything is. Whoever holds the lock records the
// same.
func (e *Engine) record(ctx context.Context, o *Observation, before refusal, now *refusal) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), journalPatience)
	defer cancel()
	key := probeKey + o.Credential
	run, err := e.newRunID()
	if err != nil {
		return err
	}
	lease, err := e.config.Journal.Lock(ctx, key, Holder{Run: run, Operator: e.config.Operator, Host: e.config.Host, PID: e.config.PID})
	var locked *LockedError
	if errors.As(err, &locked) {
		return nil
	}
	if err != nil {
		return err
	}
	err = e.rewrite(ctx, lease.Fence, o, run, before, now)
	return errors.Join(err, lease.Release())
}

func (e *Engine) rewrite(ctx context.Context, fence Fence, o *Observation, run string, before refusal, now *refusal) error {
	open, err := e.config.Journal.Runs(ctx, RunQuery{Credential: fence.Credential, Unfinished: true})
	if err != nil {
		return err
	}
	for _, s := range open {
		if now != nil && s.Rotation.OldVersion == now.version {
			return nil // another process was refused too
		}
		if now == nil && s.Run != before.record.Run {
			continue
		}
		end := Event{Seq: s.Seq + 1, Run: s.Run, Credential: s.Credential, At: o.At, Type: EventRunEnded, Status: StatusDone}
		if err := e.config.Journal.Append(ctx, fence, end); err != nil {
			return err
		}
	}
	if now == nil {
		return nil
	}
	proof := refusing(o.Proofs)
	events := []Event{
		{Type: EventRunStarted, Rotation: &Rotation{
			Purpose: PurposeProbe, OldSlot: o.Active, OldVersion: now.version, OldIdentity: o.Identity,
			Operator: e.config.Operator, Host: e.config.Host, PID: e.config.PID,
		}},
		{Type: EventProof, Proof: &proof},
		{Type: EventRunStopped, Problem: &Problem{Text: now.What}},
	}
	for i := range events {
		events[i].Seq, events[i].Run, events[i].Credential, events[i].At = int64(i)+1, run, fence.Credential, o.At
	}
	return e.config.Journal.Append(ctx, fence, events...)
}
