package inventory

import (
	"github.com/rotadeck/rotadeck/engine"
)

// world is what credentials refer to by name.
type world struct {
	environments map[string]environment
	stores       map[string]engine.Part
	consumers    map[string]engine.Part
	notifiers    map[string]engine.Part
	kinds        map[engine.Kind]layer
	defaults     defaults
}

// document reads the whole file.
func (r *reader) document(root *node) *Inventory {
	top := &table{value: value{node: root, reader: r}}
	inv := &Inventory{}
	inv.Journal, inv.JournalPassword = top.journal()
	w := &world{kinds: top.kindPolicies()}
	w.environments, inv.Environments = top.environments()
	w.stores = top.parts("stores", engine.RoleStore)
	w.consumers = top.parts("consumers", engine.RoleConsumer)
	w.notifiers = top.parts("notifiers", engine.RoleNotifier)
	w.defaults = top.defaults(w)
	inv.Stores = w.stores
	inv.Credentials = top.credentials(w)
	top.rest()
	r.checkReferences(w.stores)
	inv.References = r.references
	return inv
}
