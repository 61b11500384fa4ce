package engine

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Scope is an incident before anything is changed. Members are ordered by risk,
// worst first.
type Scope struct {
	Members []ScopeMember `json:"members"`
	Nearby  []Neighbour   `json:"nearby"`
}

// ScopeMember is a suspect as the probes found it.
type ScopeMember struct {
	Suspect
	Risk       Risk     `json:"risk"`
	Sessions   int      `json:"sessions"` // live ones of the leaked credential, which will be cut; -1 when they cannot be counted
	Consumers  []string `json:"consumers"`
	Barred     *Problem `json:"barred,omitempty"`     // why it cannot be rotated from here
	Unfinished string   `json:"unfinished,omitempty"` // a run that stands in the way: it is taken forward first
}

// Scope probes suspects and orders them. It changes nothing. What cannot be seen
// stands in the member's risk; the error is that of a credential which the
// inventory does not have, or of ctx.
func (e *Engine) Scope(ctx context.Context, suspects []Suspect) (Scope, error) {
	suspects = merged(suspects)
	ids := make([]string, 0, len(suspects))
	for _, s := range suspects {
		if _, err := e.Credential(s.Credential); err != nil {
			return Scope{}, err
		}
		ids = append(ids, s.Credential)
	}
	past := e.recall(ctx, ids)
	scope := Scope{Members: make([]ScopeMember, 0, len(suspects)), Nearby: e.Neighbours(ids...)}
	var mu sync.Mutex
	inParallel(e.config.Probes, suspects, func(s Suspect) {
		m := e.sizeUp(ctx, s, past)
		mu.Lock()
		defer mu.Unlock()
		scope.Members = append(scope.Members, m)
	})
	worstFirst(scope.Members)
	return scope, ctx.Err()
}

// merged has each credential once. Where several of its versions leaked, all are
// suspected.
func merged(suspects []Suspect) []Suspect {
	var all []Suspect
	for _, s := range suspects {
		at := slices.IndexFunc(all, func(other Suspect) bool { return other.Credential == s.Credential })
		if at < 0 {
			all = append(all, s)
			continue
		}
		if all[at].Version != s.Version {
			all[at].Version = ""
		}
		if s.Why != "" && s.Why != all[at].Why {
			all[at].Why += "; " + s.Why
		}
	}
	return all
}

// sizeUp probes one suspect.
func (e *Engine) sizeUp(ctx context.Context, s Suspect, past past) ScopeMember {
	c := e.byID[s.Credential]
	m := ScopeMember{
		Suspect: s, Sessions: -1, Consumers: []string{}, Barred: e.CanRotate(c.ID), Unfinished: past.unfinished[c.ID].Run,
	}
	for _, consumer := range c.Consumers {
		m.Consumers = append(m.Consumers, consumer.Name)
	}
	m.Risk = riskOf(c, "", "", -1)
	if c.Store.Provider == "" {
		return m
	}
	if panicked := caught(func() { m.probe(ctx, e, c) }); panicked != nil {
		m.Risk = riskOf(c, "", "an internal error", m.Risk.Age)
	}
	return m
}

// probe presents what leaked, and counts who would be cut off.
func (m *ScopeMember) probe(ctx context.Context, e *Engine, c Credential) {
	side, err := e.look(ctx, c.ID)
	if err != nil {
		m.Risk = riskOf(c, "", AsProblem(err).Error(), -1)
		return
	}
	defer func() { _ = side.holding.Close() }()
	versions := leakedVersions(side.holding, side.parts.Target, m.Version, nil)
	var answers [][]Proof
	together(
		func() { answers = proveAll(ctx, c.Policy, side.parts.Target, versions) },
		func() { m.Sessions = liveSessions(ctx, c.Policy, side.parts.Target, versions) },
	)
	why, proofs := "", gravest(answers)
	for _, p := range proofs {
		if p.Standing == Unreachable && why == "" {
			why = side.redactor.text(p.Detail)
		}
	}
	m.Risk = riskOf(c, stillOf(proofs), why, ageOf(stillOut(versions, answers), side.holding, e.Now()))
}

// stillOut are the versions that some endpoint accepts; all, where none is known to
// be. One that is refused everywhere is no danger any more, however old it is.
func stillOut(versions []leaked, answers [][]Proof) []leaked {
	var out []leaked
	for at, proofs := range answers {
		if slices.ContainsFunc(proofs, func(p Proof) bool { return p.Standing == Accepted }) {
			out = append(out, versions[at])
		}
	}
	if len(out) == 0 {
		return versions
	}
	return out
}

// ageOf is for how long the oldest of these versions has been out there,
// -1 when nobody knows.
func ageOf(versions []leaked, h Holding, now time.Time) time.Duration {
	created := h.Current().Created
	for _, v := range versions {
		if v.Created.Before(created) {
			created = v.Created
		}
	}
	if created.IsZero() {
		return -1
	}
	return max(0, now.Sub(created))
}

// liveSessions counts the sessions on the slots of leaked versions, -1 where that
// cannot be done.
func liveSessions(ctx context.Context, p Policy, target Target, versions []leaked) int {
	census, able := target.(Census)
	if !able {
		return -1
	}
	ctx, cancel := context.WithTimeout(ctx, p.ProbeTimeout)
	defer cancel()
	sessions, err := census.Sessions(ctx)
	if err != nil {
		return -1
	}
	count := 0
	for _, s := range sessions {
		if slices.ContainsFunc(versions, func(v leaked) bool { return v.slot == s.Slot }) {
			count++
		}
	}
	return count
}
