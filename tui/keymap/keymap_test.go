package keymap_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/tui/keymap"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestTableCanBePressed(t *testing.T) {
	t.Parallel()
	if faults := keymap.Check(nil); len(faults) > 0 {
		t.Errorf("the keys that everyone has are wrong: %v", faults)
	}
	for _, a := range keymap.Table() {
		if len(a.Keys) == 0 || a.Label == "" || a.Help == "" || strings.Contains(a.Name, " ") {
			t.Errorf("%s lacks something: %+v", a.Path(), a)
		}
		for _, key := range a.Keys {
			if _, known := ui.Press(key); !known {
				t.Errorf("%s: nothing prints %q", a.Path(), key)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		overrides keymap.Overrides
		want      string // a text and its hint; "" for nothing wrong
	}{
		"other key":            {keymap.Overrides{"inventory.sort": {"Z", "ctrl+g"}}, ""},
		"no key":               {keymap.Overrides{"inventory.sort": {}}, ""},
		"swapped":              {keymap.Overrides{"inventory.sort": {"h"}, "inventory.history": {"s"}}, ""},
		"alternatives":         {keymap.Overrides{"inventory.plan": {"X"}, "inventory.watch": {"X"}}, ""},
		"other context":        {keymap.Overrides{"plan.save": {"S"}, "inventory.sort": {"S"}}, ""},
		"unknown":              {keymap.Overrides{"inventory.sorts": {"Z"}}, "there is no such action: did you mean inventory.sort?"},
		"unheard of":           {keymap.Overrides{"zz": {"Z"}}, "there is no such action: rotadeck keys lists the actions"},
		"moving":               {keymap.Overrides{"inventory.up": {"i"}}, "its keys are those of move: keys that move are changed for all screens at once, as move.up"},
		"question":             {keymap.Overrides{"confirm.yes": {"enter"}}, "its keys are fixed: take the line out: esc and the keys of questions are the same for everyone"},
		"conflict":             {keymap.Overrides{"inventory.sort": {"o"}}, `key "o" means inventory.rotate already: choose another key, or give inventory.rotate others`},
		"conflict with all":    {keymap.Overrides{"inventory.sort": {"?"}}, `key "?" means general.help already: choose another key, or give general.help others`},
		"all with a screen":    {keymap.Overrides{"general.mouse": {"T"}}, `key "T" means history.stamps already: choose another key, or give history.stamps others`},
		"conflict with moving": {keymap.Overrides{"inventory.sort": {"j"}}, `key "j" means move.down already: choose another key, or give move.down others`},
		"moving otherwise":     {keymap.Overrides{"move.up": {"i", "up"}, "move.down": {"m"}, "move.page-down": {"ctrl+d"}}, `key "i" means incident.incidents already: choose another key, or give incident.incidents others`},
		"moving with others":   {keymap.Overrides{"move.up": {"ctrl+k"}, "move.down": {"ctrl+j"}, "inventory.sort": {"j"}}, ""},
		"moving both ways":     {keymap.Overrides{"move.up": {"ctrl+k"}, "move.down": {"ctrl+k"}}, `key "ctrl+k" means move.down already: choose another key, or give move.down others`},
		"blank":                {keymap.Overrides{"inventory.sort": {" "}}, `key " " never matches: write "space"`},
		"empty":                {keymap.Overrides{"inventory.sort": {""}}, `key "" is empty: take it out; an empty list leaves the action without keys`},
		"twice":                {keymap.Overrides{"inventory.sort": {"Z", "Z"}}, `key "Z" is there twice: take one out`},
		"reserved":             {keymap.Overrides{"inventory.sort": {"ctrl+c"}}, `key "ctrl+c" is reserved for leaving: choose another key`},
		"way back":             {keymap.Overrides{"inventory.sort": {"esc"}}, `key "esc" is reserved for one level back: choose another key`},
		"as tab":               {keymap.Overrides{"inventory.sort": {"ctrl+i"}}, `key "ctrl+i" is sent as tab by most terminals: write "tab", or choose another key`},
		"shifted":              {keymap.Overrides{"inventory.sort": {"shift+s"}}, `key "shift+s" never matches: write "S"`},
		"order":                {keymap.Overrides{"inventory.sort": {"alt+ctrl+s"}}, `key "alt+ctrl+s" never matches: write "ctrl+alt+s"`},
		"case":                 {keymap.Overrides{"inventory.sort": {"Ctrl+S"}}, `key "Ctrl+S" never matches: write "ctrl+s"`},
		"misspelt":             {keymap.Overrides{"inventory.sort": {"pagedown"}}, `key "pagedown" never matches: write "pgdown"`},
		"nearly":               {keymap.Overrides{"inventory.sort": {"backspce"}}, `key "backspce" is no key: did you mean "backspace"?`},
		"dashed":               {keymap.Overrides{"inventory.sort": {"ctrl-s"}}, `key "ctrl-s" never matches: write "ctrl+s"`},
		"no such key":          {keymap.Overrides{"inventory.sort": {"hello"}}, `key "hello" is no key: keys are letters, signs, or names such as "space", "f5", "ctrl+r" and "pgdown"`},
		"danger on enter":      {keymap.Overrides{"run.end-grace": {"enter"}}, `key "enter" answers questions, so it must not open one: choose another key: this action changes things`},
		"danger on y":          {keymap.Overrides{"plan.rotate": {"y"}}, `key "y" answers questions, so it must not open one: choose another key: this action changes things`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := keymap.Check(c.overrides)
			if len(faults) == 0 && c.want != "" || len(faults) > 0 && faults[0].Text+": "+faults[0].Hint != c.want {
				t.Errorf("finds %q, want %q", faults, c.want)
			}
		})
	}
}

// TestNoKeyMeansTwoThings gives actions keys at random. Where Check finds nothing
// wrong, no key of any context leads to two actions that are not alternatives.
func TestNoKeyMeansTwoThings(t *testing.T) {
	t.Parallel()
	var paths []string
	screens := map[string]bool{}
	for _, a := range keymap.Table() {
		if !a.Fixed {
			paths, screens[a.Context] = append(paths, a.Path()), true
		}
	}
	before := keymap.Table()
	key := rapid.SampledFrom([]string{"a", "b", "c", "o", "s", "x", "Z", "Q", "W", "f5", "f6", "ctrl+g", "ctrl+l", "?", "q", "M"})
	rapid.Check(t, func(r *rapid.T) {
		o := keymap.Overrides(rapid.MapOfN(rapid.SampledFrom(paths), rapid.SliceOfNDistinct(key, 0, 2, rapid.ID), 1, 4).Draw(r, "overrides"))
		if len(keymap.Check(o)) > 0 {
			return
		}
		after := keymap.New(o).Actions()
		for i, a := range after {
			for j, b := range after[:i] {
				together := a.Context == b.Context || a.Context == keymap.General || b.Context == keymap.General
				if !together || !screens[a.Context] || !screens[b.Context] || share(before[i].Keys, before[j].Keys) {
					continue
				}
				if share(a.Keys, b.Keys) {
					r.Fatalf("%s and %s share a key with %v", a.Path(), b.Path(), o)
				}
			}
		}
	})
}

func share(a, b []string) bool {
	return slices.ContainsFunc(a, func(key string) bool { return slices.Contains(b, key) })
}

func TestApply(t *testing.T) {
	t.Parallel()
	m := keymap.New(keymap.Overrides{"inventory.roll-back": {"Z", "f5"}, "inventory.sort": {}, "move.up": {"i"}, "move.top": {}})
	bindings := []ui.Binding{
		{ID: "roll back", Keys: []string{"b"}, Label: "roll back", Help: "Undo."},
		{ID: "sort", Keys: []string{"s"}, Label: "sort", Help: "Sort."},
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "Up."},
		{ID: "ends", Keys: []string{"home", "g", "end", "G"}, Label: "ends", Help: "Ends."},
	}
	got := m.Apply("inventory", bindings)
	for i, want := range []struct{ keys, press string }{{"Z f5", "b"}, {"", "s"}, {"i", "up"}, {"end G", "home"}} {
		if keys := strings.Join(got[i].Keys, " "); keys != want.keys || got[i].Canonical() != want.press {
			t.Errorf("%s has %q and stands for %q, want %+v", got[i].ID, keys, got[i].Canonical(), want)
		}
	}
	if bindings[0].Keys[0] != "b" {
		t.Error("the screen's own table was changed")
	}
	if got := ui.Pressed(got, uitest.Key("b")); got != "" {
		t.Errorf("a key that was taken away still means %s", got)
	}
}
