package tui

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rotadeck/rotadeck/tui/keymap"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// TestTableOfKeys holds the table of all actions to the keys of every screen and
// dialog of every scene: what stands in console.toml is checked against it. An
// action that no scene shows stays in the table until someone takes it out.
func TestTableOfKeys(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	scene := map[string][]keymap.Action{}
	t.Run("scenes", func(t *testing.T) {
		eachScene(t, func(_ *testing.T, name string, d *deck) {
			d.frameAt(60, 16) // a narrow screen has other keys
			seen := actionsOf(d)
			d.frameAt(140, 40)
			seen = append(seen, actionsOf(d)...)
			mu.Lock()
			defer mu.Unlock()
			scene[name] = seen
		})
	})
	table := map[string]keymap.Action{}
	for _, a := range keymap.Table() {
		table[a.Path()] = a
	}
	worded := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(scene)) {
		for _, a := range scene[name] {
			known := table[a.Path()]
			a.Keys, a.Fixed = join(known.Keys, a.Keys), a.Fixed || known.Fixed
			if worded[a.Path()] {
				a.Label, a.Help = known.Label, known.Help
			}
			worded[a.Path()] = true
			table[a.Path()] = a
		}
	}
	actions := slices.SortedFunc(maps.Values(table), func(a, b keymap.Action) int {
		return cmp.Or(strings.Compare(a.Context, b.Context), strings.Compare(a.Name, b.Name))
	})
	uitest.File(t, "keymap/table.txt", keymap.Write(actions))
}

// actionsOf are those of every screen and dialog of a console.
func actionsOf(d *deck) []keymap.Action {
	var actions []keymap.Action
	add := func(context string, bindings []ui.Binding, fixed bool) {
		for _, b := range bindings {
			actions = append(actions, keymap.ActionOf(context, b, fixed))
		}
	}
	add(keymap.General, d.generalBindings(), false)
	add(keymap.Movement, keymap.Movements(), false)
	for _, p := range d.places() {
		c, captures := p.screen.(ui.Capturer)
		add(contextOf(p.screen), p.screen.Bindings(), captures && c.CapturesText())
		for _, dialog := range p.dialogs {
			add(contextOf(dialog), dialog.Bindings(), true)
		}
	}
	return actions
}

// join appends what is not there yet.
func join(keys, more []string) []string {
	for _, key := range more {
		if !slices.Contains(keys, key) {
			keys = append(keys[:len(keys):len(keys)], key)
		}
	}
	return keys
}

func remapped(t *testing.T, keys keymap.Overrides) (*deck, *probe) {
	t.Helper()
	d := newDeck(t, func(o *Options) { o.Keys = keys })
	front := &probe{}
	d.stack = append(d.stack, &place{screen: front})
	return d, front
}

func TestScreensKnowNothingOfOtherKeys(t *testing.T) {
	t.Parallel()
	keys := keymap.Overrides{"tui-probe.go": {"ctrl+g", "G"}, "tui-probe.stuck": {}, "general.help": {"H"}}
	for key, want := range map[string]string{"ctrl+g": "x", "G": "x", "x": "", "k": "k"} {
		d, front := remapped(t, keys)
		if d.press(key); strings.Join(front.pressed(), " ") != want {
			t.Errorf("%s presses %q, want %q", key, front.pressed(), want)
		}
	}
	d, _ := remapped(t, keys)
	if d.press("x"); !strings.Contains(d.news.Text, "its key is ctrl+g G now") {
		t.Errorf("a key that was taken away says %q", d.news.Text)
	}
	if d.press("H"); d.dialog() == nil {
		t.Fatal("the general key does nothing")
	}
	if got := uitest.Text(d.Frame(100, 40)); !strings.Contains(got, "ctrl+g G") || !strings.Contains(got, "–             stuck") {
		t.Errorf("the help shows\n%s", got)
	}
}

// TestMovementHasOtherKeys moves with keys of the operator's own on every screen
// alike: a screen knows them by those that it gave them.
func TestMovementHasOtherKeys(t *testing.T) {
	t.Parallel()
	keys := keymap.Overrides{"move.up": {"ctrl+k"}, "move.page-down": {"ctrl+d"}, "move.bottom": {"Z"}}
	for key, want := range map[string]string{"ctrl+k": "up", "ctrl+d": "pgdown", "Z": "end", "down": "down", "k": "", "G": ""} {
		d, _ := remapped(t, keys)
		front := &mover{}
		d.stack = append(d.stack, &place{screen: front})
		if d.press(key); strings.Join(front.pressed(), " ") != want {
			t.Errorf("%s presses %q, want %q", key, front.pressed(), want)
		}
	}
}

// mover is a probe with rows.
type mover struct{ probe }

func (m *mover) Bindings() []ui.Binding {
	return []ui.Binding{
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "Up."},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "Down."},
		{ID: "page", Keys: []string{"pgup", "pgdown"}, Label: "page", Help: "Page."},
		{ID: "ends", Keys: []string{"home", "g", "end", "G"}, Label: "ends", Help: "Ends."},
	}
}

func TestListsShowAndPressOtherKeys(t *testing.T) {
	t.Parallel()
	d, front := remapped(t, keymap.Overrides{"tui-probe.go": {}})
	d.press(":", "g", "o", "enter")
	d.until("the palette is closed", func() bool { return d.dialog() == nil })
	if got := front.pressed(); !slices.Equal(got, []string{"x"}) {
		t.Errorf("an action without keys presses %q", got)
	}
}

// TestQuestionsKeepTheirKeys presses keys that mean something else on the screen
// into a question.
func TestQuestionsKeepTheirKeys(t *testing.T) {
	t.Parallel()
	d, _ := remapped(t, keymap.Overrides{"tui-probe.go": {"n"}, "confirm.yes": {"x"}})
	dialog := question(d)
	d.deliver(ui.ShowDialog{Dialog: dialog})
	dialog.Arm()
	d.press("x")
	if d.dialog() == nil {
		t.Error("a question was answered by a key that is not its own")
	}
	dialog.Arm()
	d.press("n")
	d.until("it is answered", func() bool { return d.dialog() == nil })
}
