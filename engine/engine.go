package engine

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rotadeck/rotadeck/engine/nearest"
)

// Parts are the outside world of one credential, ready to use.
type Parts struct {
	Target    Target
	Store     Store // nil for a credential that is only watched
	Consumers []Consumer
	Notifiers []Notifier
}

// Opener connects a credential to its parts. It does not dial: errors of
// connecting come from using the parts.
type Opener func(c Credential) (Parts, error)

// Config is what an engine needs. Journal may be nil for an engine that only
// observes and plans.
type Config struct {
	Credentials []Credential
	Open        Opener
	Journal     Journal
	Clock       Clock     // SystemClock when nil
	Random      io.Reader // crypto/rand when nil
	Operator    string    // who is at the keys
	Host        string
	PID         int
	Probes      int           // how many credentials are probed at once; 16 when 0
	ProbeWithin time.Duration // deadline of one credential's observation; 10 s when 0
	ReadOnly    bool          // what was refused is remembered while the engine lives, and not recorded
}

// Engine drives rotations. Its methods may be called from several goroutines.
type Engine struct {
	config Config
	byID   map[string]Credential
	guard  guard

	mu     sync.Mutex
	active map[string]bool // runs that this engine carries out now
}

// New returns an engine. It starts nothing.
func New(config Config) *Engine {
	if config.Clock == nil {
		config.Clock = SystemClock{}
	}
	if config.Random == nil {
		config.Random = rand.Reader
	}
	if config.Probes == 0 {
		config.Probes = 16
	}
	if config.ProbeWithin == 0 {
		config.ProbeWithin = 10 * time.Second
	}
	e := &Engine{config: config, byID: map[string]Credential{}, active: map[string]bool{}}
	for _, c := range config.Credentials {
		e.byID[c.ID] = c
	}
	return e
}

// Credentials returns the inventory, in its order.
func (e *Engine) Credentials() []Credential { return slices.Clone(e.config.Credentials) }

// Find finds a credential by id, at the cost of looking it up.
func (e *Engine) Find(id string) (c Credential, found bool) {
	c, found = e.byID[id]
	return c, found
}

// Credential finds one by id; the error is a *Problem that names a near one.
func (e *Engine) Credential(id string) (Credential, error) {
	if c, found := e.byID[id]; found {
		return c, nil
	}
	hint := "rotadeck list shows all credentials"
	if near := nearest.To(id, slices.Sorted(maps.Keys(e.byID))); near != "" {
		hint = fmt.Sprintf("did you mean %s?", near)
	}
	return Credential{}, NewProblem(nil, hint, "the inventory has no credential %q", id)
}

// Now is the engine's clock.
func (e *Engine) Now() time.Time { return e.config.Clock.Now() }

// CanRotate says why a credential cannot be rotated from here; nil when it can.
// It does not dial.
func (e *Engine) CanRotate(id string) *Problem {
	c, err := e.Credential(id)
	if err != nil {
		return AsProblem(err)
	}
	parts, err := e.config.Open(c)
	if err != nil {
		return AsProblem(err)
	}
	_, rotatable := parts.Target.(Rotatable)
	_, retirable := parts.Target.(Retirable)
	hint := "rotate it by hand"
	if c.Runbook != "" {
		hint += ": " + c.Runbook
	}
	switch {
	case !rotatable || !retirable:
		return NewProblem(nil, hint, "%s is only watched: a %s target cannot be rotated from here", id, c.Target.Provider)
	case parts.Store == nil:
		return NewProblem(nil, "name a store in the inventory", "%s has no store to keep a new secret in", id)
	case e.config.Journal == nil:
		return NewProblem(nil, "", "there is no journal: nothing can be rotated safely")
	}
	return nil
}

// Runs lists the runs of credentials, newest first. A run whose process is gone
// is stopped, though the journal could not say so; Query.Status selects by what
// the journal says.
func (e *Engine) Runs(ctx context.Context, q RunQuery) ([]Summary, error) {
	if e.config.Journal == nil {
		return nil, nil
	}
	limit := q.Limit
	q.Limit = 0 // there are records of other things among them
	runs, err := e.config.Journal.Runs(ctx, q)
	runs = e.ofCredentials(ctx, runs)
	if !q.Unfinished && q.Status == "" {
		supersede(runs)
	}
	if limit > 0 && len(runs) > limit {
		runs = runs[:limit]
	}
	return runs, err
}

// ofCredentials leaves out what is no run of a credential, and tells of the others
// how they stand.
func (e *Engine) ofCredentials(ctx context.Context, runs []Summary) []Summary {
	runs = slices.DeleteFunc(slices.Clone(runs), func(s Summary) bool { return !s.ofCredential() })
	for i, s := range runs {
		runs[i] = e.present(ctx, s)
	}
	return runs
}

// Events returns the journal of a run.
func (e *Engine) Events(ctx context.Context, run string) ([]Event, error) {
	if e.config.Journal == nil {
		return nil, nil
	}
	return e.config.Journal.Events(ctx, run)
}
