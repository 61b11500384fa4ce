package keymap

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine/nearest"
)

// Fault is something wrong with an override.
type Fault struct {
	Path string // of the action
	Text string
	Hint string // what to do
}

// Check finds all that is wrong with overrides, in the order of their paths.
func Check(o Overrides) []Fault {
	c := checker{table: Table(), overrides: o}
	for _, path := range slices.Sorted(maps.Keys(o)) {
		if a, found := c.action(path); found {
			c.keys(a)
		}
	}
	for _, context := range contextsOf(c.table) {
		if context != General { // its keys stand beside those of each
			c.conflicts(context)
		}
	}
	return c.faults
}

type checker struct {
	table     []Action
	overrides Overrides
	faults    []Fault
}

func (c *checker) fault(path, hint, format string, args ...any) {
	found := Fault{Path: path, Text: fmt.Sprintf(format, args...), Hint: hint}
	if !slices.Contains(c.faults, found) {
		c.faults = append(c.faults, found)
	}
}

// action finds the action of a path, which may be changed; else it is a fault.
func (c *checker) action(path string) (a Action, found bool) {
	i := slices.IndexFunc(c.table, func(a Action) bool { return a.Path() == path })
	if i < 0 {
		c.fault(path, c.meant(path), "there is no such action")
		return Action{}, false
	}
	switch a = c.table[i]; {
	case a.moves():
		c.fault(path, "keys that move are changed for all screens at once, as "+movementOf(a.Keys[0]), "its keys are those of "+Movement)
		return Action{}, false
	case a.Fixed:
		c.fault(path, "take the line out: esc and the keys of questions are the same for everyone", "its keys are fixed")
		return Action{}, false
	}
	return a, true
}

// meant says which action was probably meant: one of the same context, if there is
// that context.
func (c *checker) meant(path string) string {
	context, name, _ := strings.Cut(path, ".")
	names := map[string][]string{}
	for _, a := range c.table {
		if !a.Fixed {
			names[a.Context] = append(names[a.Context], a.Name)
		}
	}
	if names[context] == nil {
		context = nearest.To(context, slices.Sorted(maps.Keys(names)))
	}
	if near := nearest.To(name, names[context]); near != "" {
		return "did you mean " + context + "." + near + "?"
	}
	if slices.Contains(names[context], name) {
		return "did you mean " + context + "." + name + "?"
	}
	return "rotadeck keys lists the actions"
}

// keys holds the keys of an action to what can be pressed, and to what keeps a
// slip of the hand from changing anything.
func (c *checker) keys(a Action) {
	keys := c.overrides[a.Path()]
	for i, key := range keys {
		text, hint := unusable(key)
		switch {
		case text != "":
		case slices.Contains(keys[:i], key):
			text, hint = "is there twice", "take one out"
		case a.Danger && answers(key):
			text, hint = "answers questions, so it must not open one", "choose another key: this action changes things"
		}
		if text != "" {
			c.fault(a.Path(), hint, "key %q %s", key, text)
		}
	}
}

// answers says whether a key gives answers in questions.
func answers(key string) bool {
	return slices.Contains([]string{"enter", "y", "n", "tab", "space"}, key)
}

// conflicts finds keys that would do two things in a context. Actions that share
// a key from the start are never there together: enter watches a run that is under
// way, and shows the plan where there is none.
func (c *checker) conflicts(context string) {
	var actions []Action
	for _, a := range c.table {
		if a.Context == context || a.Context == General {
			actions = append(actions, a)
		}
	}
	for i, a := range actions {
		for _, b := range actions[:i] {
			if overlap(a.Keys, b.Keys) != "" || a.moves() && b.moves() { // those are checked as movements
				continue
			}
			if key := overlap(c.effective(a), c.effective(b)); key != "" {
				c.conflict(a, b, key)
			}
		}
	}
}

// conflict blames the action whose keys were changed.
func (c *checker) conflict(a, b Action, key string) {
	if _, changed := c.overrides[c.path(a, key)]; !changed {
		a, b = b, a
	}
	path, other := c.path(a, key), c.path(b, key)
	c.fault(path, fmt.Sprintf("choose another key, or give %s others", other), "key %q means %s already", key, other)
}

// path is what gives an action a key: for one that moves, the movement.
func (c *checker) path(a Action, key string) string {
	if move := (Map{c.overrides}).Move(key); a.moves() && move != "" {
		return movementOf(move)
	}
	if move := movementOf(key); a.moves() && move != "" {
		return move
	}
	return a.Path()
}

// effective are the keys of an action that can be used.
func (c *checker) effective(a Action) []string {
	keys, changed := c.overrides[a.Path()]
	switch {
	case a.moves():
		keys = c.overrides.moved(a.Keys)
	case !changed || a.Fixed:
		return a.Keys
	}
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { text, _ := unusable(key); return text != "" })
}

// overlap is the first key that both have; "" when there is none.
func overlap(a, b []string) string {
	for _, key := range a {
		if slices.Contains(b, key) {
			return key
		}
	}
	return ""
}
