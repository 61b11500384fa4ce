package enginetest

import (
	"context"
	"sync"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// Journal is a journal in memory that can be made to fail, and whose holders can
// be made to look silent.
type Journal struct {
	*engine.MemoryJournal

	mu     sync.Mutex
	silent map[string]silence // by credential
	fail   error
}

// silence is how long a holder seems not to have been heard of.
type silence struct {
	holder engine.Holder
	span   time.Duration
}

var _ engine.Journal = (*Journal)(nil)

// NewJournal returns an empty journal.
func NewJournal() *Journal {
	return &Journal{MemoryJournal: engine.NewMemoryJournal(), silent: map[string]silence{}}
}

// Fail makes appends fail with err, until nil.
func (j *Journal) Fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.fail = err
}

// Append writes.
func (j *Journal) Append(ctx context.Context, fence engine.Fence, events ...engine.Event) error {
	j.mu.Lock()
	fail := j.fail
	j.mu.Unlock()
	if fail != nil && ctx.Err() == nil {
		return fail
	}
	return j.MemoryJournal.Append(ctx, fence, events...)
}

// Silence makes the holder of a credential's lock look silent for that long, as
// the freezing of its machine would. It ends when the lock changes hands.
func (j *Journal) Silence(credential string, span time.Duration) {
	sign, _, _ := j.MemoryJournal.Sign(context.Background(), credential)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.silent[credential] = silence{sign.Holder, span}
}

// Sign tells of the holder; it is silent for 0 but for Silence.
func (j *Journal) Sign(ctx context.Context, credential string) (engine.Sign, bool, error) {
	sign, held, err := j.MemoryJournal.Sign(ctx, credential)
	j.mu.Lock()
	defer j.mu.Unlock()
	if of := j.silent[credential]; held && of.holder == sign.Holder {
		sign.Silent = of.span
	}
	return sign, held, err
}

// TakeOver takes the lock from a holder that is silent for patience.
func (j *Journal) TakeOver(ctx context.Context, credential string, holder engine.Holder, patience time.Duration) (engine.Lease, error) {
	sign, _, _ := j.Sign(ctx, credential)
	if sign.Silent >= patience {
		patience = 0
	}
	return j.MemoryJournal.TakeOver(ctx, credential, holder, patience)
}
