package tui

import (
	"reflect"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/keymap"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// contextOf is what a screen or dialog is called in the table of keys: by its
// package, and by its type where that is not the only one: "inventory",
// "inventory-unfinished".
func contextOf(value any) string {
	kind := reflect.TypeOf(value).Elem()
	name := kind.PkgPath()[strings.LastIndexByte(kind.PkgPath(), '/')+1:]
	if kind.Name() == "Screen" || kind.Name() == "Dialog" {
		return name
	}
	return name + "-" + strings.ToLower(kind.Name())
}

// bindings are the keys of the screen in front and the general ones, as the
// operator wishes them.
func (m *Model) bindings() []ui.Binding {
	screen := m.front().screen
	own := screen.Bindings()
	if !m.capturing() {
		own = m.keys.Apply(contextOf(screen), own)
	}
	return append(own[:len(own):len(own)], m.keys.Apply(keymap.General, m.generalBindings())...)
}

// find returns the binding of a key, and the press by which the screen knows it.
// A key that was taken from an action says nothing to the screen any more.
func (m *Model) find(msg tea.KeyPressMsg) (b ui.Binding, found bool, press tea.KeyPressMsg) {
	b, found = ui.Find(m.bindings(), msg)
	if found {
		known := b.Press
		if b.Moves() { // of several ways to move, that of this key
			known = m.keys.Move(msg.String())
		}
		if known != "" {
			canonical, _ := ui.Press(known)
			canonical.IsRepeat = msg.IsRepeat
			return b, true, canonical
		}
		return b, true, msg
	}
	for _, own := range append(m.front().screen.Bindings(), m.generalBindings()...) {
		if _, taken := ui.Find([]ui.Binding{own}, msg); taken && !msg.IsRepeat {
			return m.moved(own), true, msg
		}
	}
	return ui.Binding{}, false, msg
}

// moved is a binding whose keys are others now, with the reason why its old ones do
// nothing.
func (m *Model) moved(b ui.Binding) ui.Binding {
	b.Reason = "it has no key any more; the palette does it"
	for _, now := range m.bindings() {
		if now.ID == b.ID && len(now.Keys) > 0 {
			b.Reason = "its key is " + now.KeyNames() + " now"
		}
	}
	return b
}
