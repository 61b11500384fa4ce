package engine

import "context"

// faultyTarget is a target behind the saboteur. It has every ability that a run
// asks for, and answers as nothing where the target lacks it; but for Census and
// Spoiler, whose lack a run must see: faultyCensus has the one, and whatever is
// rehearsable has the other.
type faultyTarget struct {
	inner    Target
	saboteur *saboteur
}

var (
	_ Target        = faultyTarget{}
	_ Rotatable     = faultyTarget{}
	_ Retirable     = faultyTarget{}
	_ Finalizer     = faultyTarget{}
	_ BornValid     = faultyTarget{}
	_ Preflighter   = faultyTarget{}
	_ Spoiler       = faultyTarget{}
	_ Identifier    = faultyTarget{}
	_ Comparer      = faultyTarget{}
	_ Leveller      = faultyTarget{}
	_ Fingerprinter = faultyTarget{}
	_ Census        = faultyCensus{}
)

// Where names the target.
func (t faultyTarget) Where() string { return t.inner.Where() }

// Prove asks, unless the target is cut.
func (t faultyTarget) Prove(ctx context.Context, m Material) []Proof {
	if t.cut() {
		return []Proof{{Endpoint: t.Where(), Standing: Unreachable, Detail: errFault.Error()}}
	}
	return t.inner.Prove(ctx, m)
}

func (t faultyTarget) cut() bool { return t.saboteur.hits(FaultTarget) }

// Generate makes material.
func (t faultyTarget) Generate(ctx context.Context, slot Slot, current Material) (Material, error) {
	if t.cut() {
		return nil, errFault
	}
	return t.inner.(Rotatable).Generate(ctx, slot, current)
}

// lister is how a target lists changes.
type lister func(context.Context, Slot, Material) ([]Change, error)

// list lists changes that the saboteur stands behind.
func (t faultyTarget) list(ctx context.Context, list lister, slot Slot, m Material) ([]Change, error) {
	if t.cut() {
		return nil, errFault
	}
	changes, err := list(ctx, slot, m)
	return t.behind(changes), err
}

func (t faultyTarget) behind(changes []Change) []Change {
	for i, change := range changes {
		if change.Apply != nil {
			changes[i].Apply = func(ctx context.Context) error { return t.saboteur.apply(ctx, change, FaultTarget) }
		}
	}
	return changes
}

// Create lists the target's changes, and has the witness see that the store has
// what they make valid.
func (t faultyTarget) Create(ctx context.Context, slot Slot, m Material) ([]Change, error) {
	changes, err := t.list(ctx, t.inner.(Rotatable).Create, slot, m)
	for i, change := range changes {
		if change.Apply != nil {
			changes[i].Apply = func(ctx context.Context) error {
				t.saboteur.witness.stored(ctx, slot, m)
				return change.Apply(ctx)
			}
		}
	}
	return changes, err
}

// Withdraw lists the target's changes.
func (t faultyTarget) Withdraw(ctx context.Context, slot Slot, m Material) ([]Change, error) {
	return t.list(ctx, t.inner.(Rotatable).Withdraw, slot, m)
}

// Retire lists the target's changes.
func (t faultyTarget) Retire(ctx context.Context, slot Slot, m Material) ([]Change, error) {
	return t.list(ctx, t.inner.(Retirable).Retire, slot, m)
}

// Reinstate lists the target's changes.
func (t faultyTarget) Reinstate(ctx context.Context, slot Slot, m Material) ([]Change, error) {
	return t.list(ctx, t.inner.(Retirable).Reinstate, slot, m)
}

// Finalize lists the target's changes.
func (t faultyTarget) Finalize(ctx context.Context, slot Slot, m Material) ([]Change, error) {
	finalizer, able := t.inner.(Finalizer)
	if !able {
		return nil, nil
	}
	return t.list(ctx, finalizer.Finalize, slot, m)
}

// BornValid is what the target says.
func (t faultyTarget) BornValid() bool {
	born, able := t.inner.(BornValid)
	return able && born.BornValid()
}

// Preflight is what the target finds.
func (t faultyTarget) Preflight(ctx context.Context, next Slot) []Check {
	preflighter, able := t.inner.(Preflighter)
	switch {
	case t.cut():
		return []Check{{Name: "target", Detail: errFault.Error()}}
	case !able:
		return nil
	}
	return preflighter.Preflight(ctx, next)
}

// Spoil makes material that must be refused.
func (t faultyTarget) Spoil(m Material) (Material, error) { return t.inner.(Spoiler).Spoil(m) }

// Identity is what the target says.
func (t faultyTarget) Identity(m Material) string {
	identifier, able := t.inner.(Identifier)
	if !able {
		return ""
	}
	return identifier.Identity(m)
}

// SlotOf is what the target says.
func (t faultyTarget) SlotOf(m Material) (Slot, bool) {
	identifier, able := t.inner.(Identifier)
	if !able {
		return "", false
	}
	return identifier.SlotOf(m)
}

// Compare is what the target finds.
func (t faultyTarget) Compare(ctx context.Context, old, next Slot) ([]Difference, error) {
	comparer, able := t.inner.(Comparer)
	switch {
	case t.cut():
		return nil, errFault
	case !able:
		return nil, nil
	}
	return comparer.Compare(ctx, old, next)
}

// Level lists the target's changes.
func (t faultyTarget) Level(ctx context.Context, old, next Slot) ([]Change, error) {
	leveller, able := t.inner.(Leveller)
	switch {
	case t.cut():
		return nil, errFault
	case !able:
		return nil, nil
	}
	changes, err := leveller.Level(ctx, old, next)
	return t.behind(changes), err
}

// Fingerprint is what the target says.
func (t faultyTarget) Fingerprint(m Material) string {
	fingerprinter, able := t.inner.(Fingerprinter)
	if !able {
		return ""
	}
	return fingerprinter.Fingerprint(m)
}

// faultyCensus is a faultyTarget that can count sessions.
type faultyCensus struct {
	faultyTarget
	census Census
}

// Sessions counts, unless the target is cut.
func (t faultyCensus) Sessions(ctx context.Context) ([]Session, error) {
	if t.cut() {
		return nil, errFault
	}
	return t.census.Sessions(ctx)
}
