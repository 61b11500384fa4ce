package palette

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func dialog(t testing.TB, more ...Item) *Dialog {
	t.Helper()
	items := []Item{
		Action(ui.Binding{ID: "plan", Keys: []string{"enter", "p"}, Label: "plan", Help: "Show what a rotation would do. Changes nothing."}),
		Action(ui.Binding{ID: "rotate", Keys: []string{"o"}, Label: "rotate", Help: "Replace the credential by a new one.", Danger: true}),
		Action(ui.Binding{ID: "roll back", Keys: []string{"b"}, Label: "roll back", Help: "Undo the last run.", Danger: true, Reason: "no run of it is on record"}),
		Action(ui.Binding{ID: "unbound", Label: "unbound", Help: "An action whose keys were taken away."}),
		{Kind: "screen", Binding: ui.Binding{Label: "all runs", Help: "The runs of every credential."}, Wish: ui.OpenHistory{}},
		{Kind: "theme", Binding: ui.Binding{Label: "theme: dark", Help: "On a dark background."}, Wish: ui.SetTheme{Name: "dark"}},
	}
	for _, id := range []string{"orders-db", "payments-db", "planner-api", "名前-db"} {
		items = append(items, Item{
			Kind: "credential", Binding: ui.Binding{Label: id},
			Wish: ui.ShowCredential{ID: id}, Other: ui.OpenPlan{ID: id}, Beside: "shows its plan",
		})
	}
	return New(uitest.Context(t.Context(), enginetest.NewWorld(t).Engine()), append(items, more...))
}

func (d *Dialog) keys(names ...string) (last []tea.Msg) {
	for _, name := range names {
		last = nil
		if cmd := d.Update(uitest.Key(name)); name == "enter" || name == "esc" || name == "tab" || name == "ctrl+p" {
			last = uitest.Messages(cmd)
		}
	}
	return last
}

func (d *Dialog) labels() (labels []string) {
	for _, i := range d.shown {
		labels = append(labels, d.items[i].Binding.Label)
	}
	return labels
}

func TestFrames(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(d *Dialog){
		"all":        func(*Dialog) {},
		"search":     func(d *Dialog) { d.keys("d", "b") },
		"disabled":   func(d *Dialog) { d.keys("u", "n", "d", "o") },
		"nothing":    func(d *Dialog) { d.keys("x", "x", "x") },
		"just-typed": func(d *Dialog) { d.keys("r", "o", "t", "enter") },
	} {
		for _, size := range [][2]int{{60, 14}, {80, 21}, {140, 37}} {
			d := dialog(t)
			prepare(d)
			uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), d.View(size[0], size[1]))
		}
	}
	uitest.BoxSizes(t, dialog(t).View)
}

func TestRanking(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][]string{
		"plan":    {"plan", "planner-api"},
		"db":      {"orders-db", "payments-db", "名前-db"},
		"r b":     {"roll back", "orders-db"},
		"undo":    {"roll back"},
		"oDb":     {"orders-db"},
		"名":       {"名前-db"},
		"all run": {"all runs"},
		"zzz":     nil,
	} {
		d := dialog(t)
		for _, msg := range uitest.Type(query) {
			if msg.(tea.KeyPressMsg).Text == " " {
				msg = uitest.Key("space")
			}
			d.Update(msg)
		}
		got := d.labels()
		if !slices.Equal(got, want) {
			t.Errorf("%s finds %q, want %q", query, got, want)
		}
	}
}

func TestWhatIsTypedFirstStaysInOrder(t *testing.T) {
	t.Parallel()
	d := dialog(t)
	before := d.labels()
	d.keys("d", "backspace")
	if got := d.labels(); !slices.Equal(got, before) {
		t.Errorf("without a query it shows %q", got)
	}
}

func TestEnterAndTab(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys string
		want func(d *Dialog) tea.Msg
	}{
		"action":               {"enter", func(d *Dialog) tea.Msg { return ui.Perform{Dialog: d, ID: "plan"} }},
		"change, keys at rest": {"down enter", func(d *Dialog) tea.Msg { return ui.Perform{Dialog: d, ID: "rotate"} }},
		"disabled":             {"down down enter", nil},
		"without a key":        {"down down down enter", func(d *Dialog) tea.Msg { return ui.Perform{Dialog: d, ID: "unbound"} }},
		"screen":               {"a l l enter", func(d *Dialog) tea.Msg { return ui.Visit{Dialog: d, Wish: ui.OpenHistory{}} }},
		"credential":           {"p a y enter", func(d *Dialog) tea.Msg { return ui.Visit{Dialog: d, Wish: ui.ShowCredential{ID: "payments-db"}} }},
		"credential's plan":    {"p a y tab", func(d *Dialog) tea.Msg { return ui.Visit{Dialog: d, Wish: ui.OpenPlan{ID: "payments-db"}} }},
		"nothing":              {"x x x enter", nil},
		"close":                {"esc", func(d *Dialog) tea.Msg { return ui.CloseDialog{Dialog: d} }},
		"close again":          {"ctrl+p", func(d *Dialog) tea.Msg { return ui.CloseDialog{Dialog: d} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := dialog(t)
			got := d.keys(strings.Fields(c.keys)...)
			if c.want == nil && len(got) > 0 || c.want != nil && (len(got) != 1 || got[0] != c.want(d)) {
				t.Errorf("gives %v", got)
			}
		})
	}
}

// TestNoBurstChangesAnything types as a terminal without bracketed paste pastes: a
// text with an enter at its end.
func TestNoBurstChangesAnything(t *testing.T) {
	t.Parallel()
	d := dialog(t)
	for _, msg := range uitest.Type("rotate") {
		d.Update(msg)
	}
	for range 3 {
		cmd := d.Update(uitest.Key("enter"))
		if msg := cmd(); msg != nil {
			if _, rests := msg.(ui.Rested); !rests {
				t.Fatalf("a burst does %v", msg)
			}
		}
	}
	d.End()
	if cmd := d.Update(uitest.Key("enter")); cmd == nil || cmd() != (ui.Perform{Dialog: d, ID: "rotate"}) {
		t.Error("after a rest, enter does nothing")
	}
}

func TestPasteReleaseAndRepeatDoNothing(t *testing.T) {
	t.Parallel()
	repeat := uitest.Key("enter")
	repeat.IsRepeat = true
	for name, msg := range map[string]tea.Msg{
		"paste": tea.PasteMsg{Content: "plan\n"}, "release": tea.KeyReleaseMsg(uitest.Key("enter")), "repeat": repeat,
	} {
		d := dialog(t)
		for _, got := range uitest.Messages(d.Update(msg)) {
			if _, rests := got.(ui.Rested); !rests {
				t.Errorf("%s does %v", name, got)
			}
		}
	}
}

func TestMouseSelectsAndDoesNothing(t *testing.T) {
	t.Parallel()
	d := dialog(t)
	d.View(80, 21)
	if cmd := d.Update(tea.MouseClickMsg{X: 4, Y: listTop + 2}); cmd != nil || d.cursor != 2 {
		t.Errorf("a click selects %d", d.cursor)
	}
	if cmd := d.Update(tea.MouseWheelMsg{Button: tea.MouseWheelUp}); cmd != nil || d.cursor != 0 {
		t.Errorf("the wheel selects %d", d.cursor)
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := dialog(t, Item{Kind: "credential", Binding: ui.Binding{Label: text, Help: text}}, Action(ui.Binding{ID: "x", Label: text, Reason: text}))
			d.Update(tea.PasteMsg{Content: "payload"})
			uitest.Harmless(t, d.View(80, 21))
			d.keys("down", "down", "enter")
			uitest.Harmless(t, d.View(80, 21))
		})
	}
}

func TestKeyTable(t *testing.T) {
	t.Parallel()
	d := dialog(t)
	uitest.KeyTable(t, d.Bindings())
	d.keys("p", "a", "y")
	uitest.KeyTable(t, d.Bindings())
}
