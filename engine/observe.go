package engine

import (
	"context"
	"sync"
)

// Observe probes the credentials named, all when none is, a bounded number at
// once, and sends each observation as it is made. The channel is closed at the
// end. What cannot be seen is in Observation.Problems; there is no error. A stored
// version that was refused once is not presented again: see Observation.Withheld.
func (e *Engine) Observe(ctx context.Context, ids ...string) <-chan Observation {
	return e.observeAll(ctx, false, ids)
}

// Probe is Observe for a person who asks for these: what was refused before is
// presented once more.
func (e *Engine) Probe(ctx context.Context, ids ...string) <-chan Observation {
	return e.observeAll(ctx, true, ids)
}

func (e *Engine) observeAll(ctx context.Context, asked bool, ids []string) <-chan Observation {
	past := sync.OnceValue(func() past { return e.recall(ctx, ids) })
	return sweep(ctx, e.config.Probes, e.selected(ids), func(c Credential) Observation {
		return e.observe(ctx, c, past(), asked)
	})
}

func (e *Engine) selected(ids []string) []Credential {
	if len(ids) == 0 {
		return e.config.Credentials
	}
	var selected []Credential
	for _, id := range ids {
		if c, found := e.byID[id]; found {
			selected = append(selected, c)
		}
	}
	return selected
}

// past is what the journal says about all credentials, read once.
type past struct {
	unfinished map[string]Summary
	done       map[string]Summary // the newest one each
	refused    map[string]refusal
	problem    *Problem
}

func (e *Engine) recall(ctx context.Context, ids []string) past {
	p := past{unfinished: map[string]Summary{}, done: map[string]Summary{}}
	if e.config.Journal == nil {
		return p
	}
	unfinished, err := e.config.Journal.Runs(ctx, RunQuery{Unfinished: true})
	if err != nil {
		p.problem = AsProblem(err)
		return p
	}
	done, err := e.doneRuns(ctx, ids)
	if err != nil {
		p.problem = AsProblem(err)
	}
	p.refused = refusals(unfinished)
	for _, s := range e.ofCredentials(ctx, unfinished) {
		p.unfinished[s.Credential] = s
	}
	for _, s := range done {
		if _, newer := p.done[s.Credential]; !newer && s.Rotation.Purpose != PurposeTidy {
			p.done[s.Credential] = s
		}
	}
	return p
}

// fewIDs is up to how many credentials the journal is asked for each alone: it may
// hold years of all of them.
const fewIDs = 32

// doneRuns are those of the credentials named, of all when none is, newest first.
func (e *Engine) doneRuns(ctx context.Context, ids []string) ([]Summary, error) {
	if len(ids) == 0 || len(ids) > fewIDs {
		return e.Runs(ctx, RunQuery{Status: StatusDone})
	}
	var done []Summary
	for _, id := range ids {
		last, err := e.Runs(ctx, RunQuery{Credential: id, Status: StatusDone, Limit: 1})
		if err == nil && len(last) > 0 && last[0].Rotation.Purpose == PurposeTidy {
			last, err = e.Runs(ctx, RunQuery{Credential: id, Status: StatusDone}) // it tells nothing of the age
		}
		if err != nil {
			return done, err
		}
		done = append(done, last...)
	}
	return done, nil
}

func (e *Engine) observe(ctx context.Context, c Credential, past past, asked bool) Observation {
	ctx, cancel := context.WithTimeout(ctx, e.config.ProbeWithin)
	defer cancel()
	started := e.Now()
	o := Observation{Credential: c.ID, Unfinished: past.unfinished[c.ID].Run}
	if past.problem != nil {
		o.Problems = append(o.Problems, *past.problem)
	}
	switch s, found := past.done[c.ID]; {
	case found && s.Rotation.Purpose == PurposeAdoption:
		o.Adopted = true // which is no rotation
	case found:
		o.Rotated, o.RotatedSource = s.Ended, "journal"
	}
	var r redactor
	g := gate{engine: e, recorded: past.refused, asked: asked}
	if panicked := caught(func() { o.probe(ctx, c, e.config.Open, &r, &g) }); panicked != nil {
		o.Problems = append(o.Problems, *r.problem(NewProblem(panicked, "", "an internal error kept %s from being observed", c.ID)))
	}
	o.At = e.Now()
	o.Took = o.At.Sub(started)
	g.settle(ctx, &o)
	return o
}

// probe asks store, target and consumers, and teaches r what must not be shown. The
// target is not asked to log in what g withholds.
func (o *Observation) probe(ctx context.Context, c Credential, open Opener, r *redactor, g *gate) {
	parts, err := open(c)
	if err != nil {
		o.Problems = append(o.Problems, *AsProblem(err))
		return
	}
	var material Material
	if parts.Store != nil {
		holding, err := loadHolding(ctx, c, parts)
		if err != nil {
			o.Problems = append(o.Problems, *AsProblem(err))
			return
		}
		defer func() { _ = holding.Close() }()
		r.learnAll(holding)
		material = holding.Current().Material
		o.see(holding, parts)
		g.consider(o, parts, holding.Current())
	}
	var (
		expiry    Expiry
		expiryErr error
		usage     []Usage
		proofs    []Proof
	)
	expirer, able := parts.Target.(Expirer)
	together(
		func() {
			if able {
				expiry, expiryErr = expirer.Expiry(ctx, material)
			}
		},
		func() { usage = usageOf(ctx, c.Policy, parts.Consumers) },
		func() {
			if o.Withheld == nil {
				proofs = parts.Target.Prove(ctx, material)
			}
		},
	)
	o.Proofs, o.Usage = proofs, r.usage(usage)
	o.Expires, o.ExpiresSource = expiry.At, expiry.Source
	o.complain(expiryErr, r)
}

func (o *Observation) see(h Holding, parts Parts) {
	current := h.Current()
	o.Active, o.Version = h.Active, current.ID
	if !current.Created.IsZero() {
		o.Rotated, o.RotatedSource = current.Created, "store"
	}
	if identifier, able := parts.Target.(Identifier); able {
		o.Identity = identifier.Identity(current.Material)
	}
}

// complain lists what was not as it should be.
func (o *Observation) complain(expiryErr error, r *redactor) {
	if expiryErr != nil {
		o.Problems = append(o.Problems, *r.problem(AsProblem(expiryErr)))
	}
	for i, p := range o.Proofs {
		o.Proofs[i].Detail = r.text(p.Detail)
		if p.Standing != Accepted {
			o.Problems = append(o.Problems, Problem{Text: string(p.Standing) + " at " + p.Endpoint, Cause: o.Proofs[i].Detail})
		}
	}
	for _, u := range o.Usage {
		if u.Problem != "" {
			o.Problems = append(o.Problems, Problem{Text: u.Consumer + " does not answer", Cause: u.Problem})
		}
	}
}

// Usage asks every reporting consumer of the credentials named, all when none
// is, for what it uses and how it fares. Each consumer is asked once. Problems
// are in our words alone: what a consumer says may hold a secret, and none is
// loaded here to recognise it by.
func (e *Engine) Usage(ctx context.Context, ids ...string) []Usage {
	seen := map[Consumer]bool{}
	var consumers []Consumer
	for _, c := range e.selected(ids) {
		if len(c.Consumers) == 0 {
			continue
		}
		parts, err := e.config.Open(c)
		if err != nil {
			continue // Observe reports it
		}
		for _, consumer := range parts.Consumers {
			if !seen[consumer] {
				seen[consumer] = true
				consumers = append(consumers, consumer)
			}
		}
	}
	return usageIn(ctx, DefaultPolicy(KindDatabasePassword), consumers, func(p *Problem) string { return p.Text })
}
