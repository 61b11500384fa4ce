package engine

import (
	"context"
	"crypto/rand"
	"io"
	"slices"
	"time"
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
}

// Engine drives rotations. Its methods may be called from several goroutines.
type Engine struct {
	config Config
	byID   map[string]Credential
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
	e := &Engine{config: config, byID: map[string]Credential{}}
	for _, c := range config.Credentials {
		e.byID[c.ID] = c
	}
	return e
}

// Credentials returns the inventory, in its order.
func (e *Engine) Credentials() []Credential { return slices.Clone(e.config.Credentials) }

// Credential finds one by id; the error is a *Problem that names near ones.
func (e *Engine) Credential(id string) (Credential, error) { panic("todo") }

// Now is the engine's clock.
func (e *Engine) Now() time.Time { return e.config.Clock.Now() }

// CanRotate says why a credential cannot be rotated from here; nil when it can.
// It does not dial.
func (e *Engine) CanRotate(id string) *Problem { panic("todo") }

// Observe probes the credentials named, all when none is, a bounded number at
// once, and sends each observation as it is made. The channel is closed at the
// end. What cannot be seen is in Observation.Problems; there is no error.
func (e *Engine) Observe(ctx context.Context, ids ...string) <-chan Observation { panic("todo") }

// Usage asks every reporting consumer of the credentials named, all when none
// is, for what it uses and how it fares. Each consumer is asked once.
func (e *Engine) Usage(ctx context.Context, ids ...string) []Usage { panic("todo") }

// Plan looks and says what Rotate would do. It changes nothing.
func (e *Engine) Plan(ctx context.Context, id string) (Plan, error) { panic("todo") }

// Options tune a run.
type Options struct {
	Step  bool           // ask before every phase, not only at gates
	Grace *time.Duration // instead of the policy's
}

// Rotate starts a rotation in the background. It returns a *LockedError when
// another run holds the credential and a *Problem when an unfinished run must
// be resumed or rolled back first. Cancelling ctx means "no more changes": the
// run stops at the next safe point and can be resumed.
func (e *Engine) Rotate(ctx context.Context, id string, o Options) (*Run, error) { panic("todo") }

// Resume takes an unfinished run up again, starting from probes.
func (e *Engine) Resume(ctx context.Context, run string, o Options) (*Run, error) { panic("todo") }

// RollBack undoes an unfinished run, or one that is done while its rollback
// window is open, starting from probes.
func (e *Engine) RollBack(ctx context.Context, run string, o Options) (*Run, error) { panic("todo") }

// CanRollBack says why a run cannot be rolled back; nil when it can.
func (e *Engine) CanRollBack(s Summary) *Problem { panic("todo") }

// Truth probes what is true of a run now.
func (e *Engine) Truth(ctx context.Context, run string) (Truth, error) { panic("todo") }

// Runs lists runs, newest first.
func (e *Engine) Runs(ctx context.Context, q RunQuery) ([]Summary, error) { panic("todo") }

// Events returns the journal of a run.
func (e *Engine) Events(ctx context.Context, run string) ([]Event, error) { panic("todo") }
