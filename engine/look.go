package engine

import "context"

// looked is a credential with its parts and what its store holds, for those who
// only look.
type looked struct {
	credential Credential
	parts      Parts
	holding    Holding
	redactor   redactor
}

// look opens a credential and loads its holding, which the caller closes. It
// takes no lock.
func (e *Engine) look(ctx context.Context, id string) (*looked, error) {
	credential, err := e.Credential(id)
	if err != nil {
		return nil, err
	}
	parts, err := e.config.Open(credential)
	if err != nil {
		return nil, err
	}
	if parts.Store == nil {
		return nil, NewProblem(nil, "name a store in the inventory", "%s has no store: there are no slots to look at", id)
	}
	l := &looked{credential: credential, parts: parts}
	if l.holding, err = loadHolding(ctx, credential, parts); err != nil {
		return nil, err
	}
	l.redactor.learnAll(l.holding)
	return l, nil
}

// identities names the users of the slots that the store holds.
func (l *looked) identities() map[Slot]string {
	names := map[Slot]string{}
	identifier, able := l.parts.Target.(Identifier)
	if !able {
		return names
	}
	for slot, version := range l.holding.Slots {
		if version.Material != nil {
			names[slot] = identifier.Identity(version.Material)
		}
	}
	return names
}
