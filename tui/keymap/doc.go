// Package keymap knows every action of the console with its keys, and gives
// actions other keys as the operator wishes.
//
//	faults := keymap.Check(overrides) // before anything is drawn
//	bindings = keymap.New(overrides).Apply("inventory", screen.Bindings())
//
// Keys are changed in one place, between the terminal and the screens: a screen
// goes on to know its actions by the keys that it gave them, see
// ui.Binding.Canonical.
package keymap
