package uitest

import (
	"testing"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// KeyTable checks a table of keys: no key stands twice, none is written " "
// (which never matches), and each binding says what it does.
func KeyTable(t *testing.T, bindings []ui.Binding) {
	t.Helper()
	keys, ids := map[string]string{}, map[string]bool{}
	for _, b := range bindings {
		if b.ID == "" || b.Label == "" || b.Help == "" || len(b.Keys) == 0 {
			t.Errorf("binding %q lacks its id, keys, label or help", b.ID)
		}
		if ids[b.ID] {
			t.Errorf("binding %q is there twice", b.ID)
		}
		ids[b.ID] = true
		for _, key := range b.Keys {
			if key == " " || key == "" {
				t.Errorf("binding %q has the key %q, which never matches", b.ID, key)
			}
			if other := keys[key]; other != "" {
				t.Errorf("key %q means %s and %s", key, other, b.ID)
			}
			keys[key] = b.ID
		}
	}
}
