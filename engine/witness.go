package engine

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// witness holds a run to what it promises: that the service has a credential that
// works at every moment, and that no secret is valid which the store lacks. It
// looks past the saboteur. Its methods may be called from several goroutines.
type witness struct {
	on     *scene
	key    string
	within time.Duration // for each look

	mu     sync.Mutex
	broken string // the first promise that was
}

// look is told of each change that was made.
func (w *witness) look(ctx context.Context, after string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.within)
	defer cancel()
	has := w.on.service.material()
	defer func() { _ = has.Close() }() // never fails
	w.works(ctx, has, "after "+after+" the service's credential")
	holding, err := w.on.store.Load(ctx, w.key)
	if err != nil {
		w.breaks("after %s the store cannot be read: %s", after, err)
		return
	}
	defer func() { _ = holding.Close() }() // never fails
	if published := holding.Current().Material; !published.Equal(has) {
		w.works(ctx, published, "after "+after+" what the store publishes")
	}
}

func (w *witness) works(ctx context.Context, m Material, what string) {
	proofs := w.on.Target.Prove(ctx, m)
	if !unanimous(proofs, Accepted) {
		w.breaks("%s is %s%s", what, orNobody(standingOf(proofs)), reasonOf(proofs))
	}
}

func orNobody(s Standing) Standing {
	if s == "" {
		return "shown to nobody"
	}
	return s
}

// stored is asked right before m becomes valid in slot.
func (w *witness) stored(ctx context.Context, slot Slot, m Material) {
	holding, err := w.on.store.Load(context.WithoutCancel(ctx), w.key)
	if err == nil {
		defer func() { _ = holding.Close() }() // never fails
	}
	if err != nil || !holding.Slots[slot].Material.Equal(m) {
		w.breaks("a new credential was about to become valid that the store does not hold")
	}
}

// settled looks once more at the end: one credential works, the service has it,
// and the other one is refused.
func (w *witness) settled(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, w.within)
	defer cancel()
	holding, err := w.on.store.Load(ctx, w.key)
	if err != nil {
		w.breaks("in the end the store cannot be read: %s", err)
		return
	}
	defer func() { _ = holding.Close() }() // never fails
	w.works(ctx, holding.Current().Material, "in the end the published credential")
	if usage, _ := w.on.service.Usage(ctx); usage.Version != holding.Current().ID {
		w.breaks("in the end the service has another version than the store publishes")
	}
	if spare, found := holding.Slots[holding.Active.Other()]; found {
		if proofs := w.on.Target.Prove(ctx, spare.Material); !unanimous(proofs, Refused) {
			w.breaks("in the end the other credential is %s", standingOf(proofs))
		}
	}
}

func (w *witness) breaks(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken == "" {
		w.broken = fmt.Sprintf(format, args...)
	}
}

// verdict is the first promise that was broken; "" while all are kept.
func (w *witness) verdict() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.broken
}
