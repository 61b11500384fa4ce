package inventory

import "github.com/rotadeck/rotadeck/engine"

// common is what a credential may leave to [defaults].
type common struct {
	owner       string
	environment environment
	store       engine.Part
	consumers   []engine.Part
	notifiers   []engine.Part
}

// defaults are the common part and the policy of [defaults].
type defaults struct {
	common
	policy         layer
	hasEnvironment bool // even a wrong one, which has been reported once
}

func (t *table) defaults(w *world) defaults {
	v, found := t.take("defaults")
	if !found {
		return defaults{}
	}
	entry, ok := v.table()
	if !ok {
		return defaults{}
	}
	d := defaults{common: entry.common(w), policy: entry.policy()}
	_, d.hasEnvironment = entry.look("environment")
	entry.rest()
	return d
}

// common reads what [defaults] and [[credentials]] share. A key that is there
// replaces the default, also when it is empty.
func (t *table) common(w *world) common {
	c := w.defaults.common
	if v, found := t.take("owner"); found {
		c.owner, _ = v.text()
	}
	if v, found := t.take("environment"); found {
		c.environment, _ = find(v, "an environment", w.environments)
	}
	if v, found := t.take("store"); found {
		c.store, _ = find(v, "a store", w.stores)
	}
	if v, found := t.take("consumers"); found {
		c.consumers = findAll(v, "a consumer", w.consumers)
	}
	if v, found := t.take("notifiers"); found {
		c.notifiers = findAll(v, "a notifier", w.notifiers)
	}
	return c
}
