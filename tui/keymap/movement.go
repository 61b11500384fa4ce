package keymap

import (
	"slices"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Movement is the context of the keys that move: each moves on every screen, so it
// is given other keys once for all of them.
const Movement = "move"

// Movements are the ways to move, with the key by which screens know each first.
func Movements() []ui.Binding {
	return []ui.Binding{
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "One row or line up, on every screen."},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "One row or line down, on every screen."},
		{ID: "left", Keys: []string{"left"}, Label: "left", Help: "To the left, on every screen."},
		{ID: "right", Keys: []string{"right"}, Label: "right", Help: "To the right, on every screen."},
		{ID: "page up", Keys: []string{"pgup"}, Label: "page up", Help: "One page up, on every screen."},
		{ID: "page down", Keys: []string{"pgdown"}, Label: "page down", Help: "One page down, on every screen."},
		{ID: "top", Keys: []string{"home", "g"}, Label: "top", Help: "To the first row or line, on every screen."},
		{ID: "bottom", Keys: []string{"end", "G"}, Label: "bottom", Help: "To the last row or line, on every screen."},
	}
}

// movementOf is the path of the movement that a key comes with; "" for other keys.
func movementOf(key string) string {
	for _, b := range Movements() {
		if slices.Contains(b.Keys, key) {
			return Movement + "." + NameOf(b)
		}
	}
	return ""
}

// movementsOf are the paths of the movements that keys come with, each once.
func movementsOf(keys []string) []string {
	var paths []string
	for _, key := range keys {
		if path := movementOf(key); path != "" && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// moved are the keys of something that moves, with those that the operator wishes
// for each movement among them.
func (o Overrides) moved(keys []string) []string {
	var all []string
	for _, key := range keys {
		wished, changed := o[movementOf(key)]
		if !changed {
			wished = []string{key}
		}
		for _, w := range wished {
			if !slices.Contains(all, w) {
				all = append(all, w)
			}
		}
	}
	return all
}

// Move is the key by which screens know the movement that a key was given to; ""
// for a key that was given to none.
func (m Map) Move(key string) string {
	for _, b := range Movements() {
		if slices.Contains(m.overrides[Movement+"."+NameOf(b)], key) {
			return b.Canonical()
		}
	}
	return ""
}
