package inventory

import (
	"maps"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/nearest"
)

// credentials reads [[credentials]].
func (t *table) credentials(w *world) []engine.Credential {
	v, found := t.take("credentials")
	if !found {
		return nil
	}
	ids, keys := map[string]value{}, map[string]value{}
	entries := v.tables("id")
	all := make([]engine.Credential, 0, len(entries))
	for _, entry := range entries {
		all = append(all, entry.credential(w, ids, keys))
	}
	return all
}

func (t *table) credential(w *world, ids, keys map[string]value) engine.Credential {
	var c engine.Credential
	if v, found := t.need("id", "a unique name of letters, digits, and . _ -"); found {
		if id, ok := v.name(); ok && v.unique(id, ids) {
			c.ID = id
		}
	}
	if v, found := t.take("kind"); found {
		c.Kind, _ = v.kind()
	} else {
		t.missing("kind", "must be "+list(kinds()))
	}
	common := t.common(w)
	c.Owner, c.Environment, c.Store = common.owner, common.environment.Environment, common.store
	c.Consumers, c.Notifiers = common.consumers, common.notifiers
	t.needEnvironment(c, w)
	if v, found := t.take("tags"); found {
		c.Tags, _ = v.texts()
	}
	if v, found := t.take("runbook"); found {
		c.Runbook, _ = v.text()
	}
	if v, found := t.take("privileged"); found {
		c.Privileged, _ = v.flag()
	}
	if v, found := t.take("exposed"); found {
		c.Exposed, _ = v.flag()
	}
	c.StoreKey = t.storeKey(c, keys)
	c.Target = t.target(c.ID)
	layers := []layer{w.defaults.policy, w.kinds[c.Kind], common.environment.policy, t.policy()}
	c.Policy = resolve(c.Kind, layers...)
	if c.Kind != "" {
		contradictions(c.Kind, layers...)
	}
	t.rest()
	return c
}

// needEnvironment insists on an environment where the inventory knows some: one
// forgotten would leave a production credential unprotected.
func (t *table) needEnvironment(c engine.Credential, w *world) {
	v, found := t.look("environment")
	switch {
	case c.Environment.Name != "" || len(w.environments) == 0:
	case !found && w.defaults.hasEnvironment:
	case !found:
		t.missing("environment", "must be "+list(slices.Sorted(maps.Keys(w.environments))))
	case v.data == "":
		v.fail("", "must not be empty")
	}
}

func kinds() []string {
	var names []string
	for _, kind := range engine.Kinds() {
		names = append(names, string(kind))
	}
	return names
}

func (v value) kind() (engine.Kind, bool) {
	text, ok := v.text()
	if ok && !slices.Contains(engine.Kinds(), engine.Kind(text)) {
		v.fail(nearest.To(text, kinds()), "must be %s", list(kinds()))
		return "", false
	}
	return engine.Kind(text), ok
}

// target reads the table target: a provider and its settings.
func (t *table) target(id string) engine.Part {
	part := engine.Part{Name: id}
	v, found := t.need("target", "the system that the credential opens, with its provider")
	if !found {
		return part
	}
	v.secret = true // an address with a password, maybe
	if entry, ok := v.table(); ok {
		part.Provider, part.Settings = entry.provider(engine.RoleTarget)
	}
	return part
}

// storeKey reads where in its store the credential is kept. Two credentials on
// one key would overwrite each other.
func (t *table) storeKey(c engine.Credential, keys map[string]value) string {
	v, found := t.take("store_key")
	key, ok := c.ID, c.ID != ""
	if found {
		key, ok = v.storeKey()
	} else {
		v, _ = t.look("id")
	}
	if !ok || c.Store.Name == "" {
		return ""
	}
	first, taken := keys[c.Store.Name+"/"+key]
	if taken {
		at := v.reader.source.error(first.valueAt, "", "")
		v.fail("", "is kept under the same key of store %s as the credential in line %d", c.Store.Name, at.Line)
		return ""
	}
	keys[c.Store.Name+"/"+key] = v
	return key
}

// storeKey returns names separated by slashes.
func (v value) storeKey() (string, bool) {
	text, ok := v.text()
	if !ok {
		return "", false
	}
	for part := range strings.SplitSeq(text, "/") {
		if problem := nameProblem(part); problem != "" {
			v.fail("", "must be names separated by slashes, and each %s", problem)
			return "", false
		}
	}
	return text, true
}
