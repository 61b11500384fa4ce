// Package help lists every key that works on a screen, with what it does and,
// for a disabled one, why it does not. Typing narrows the list down; enter does
// the selected entry.
//
//	dialog := help.New(c, "Inventory", screen.Bindings())
//	return ui.Send(ui.ShowDialog{Dialog: dialog})
package help

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/filter"
	"github.com/rotadeck/rotadeck/tui/component/trigger"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Dialog is the list on the screen. Make one with New.
type Dialog struct {
	context  *ui.Context
	title    string
	bindings []ui.Binding
	search   *filter.Filter
	shown    []ui.Binding
	cursor   int // in shown
	offset   int // of the first line in view
	page     int // entries that a page moves by
	tops     []int
	trigger  trigger.Trigger
}

var _ ui.Dialog = (*Dialog)(nil)

// New returns the help for a table of keys.
func New(c *ui.Context, title string, bindings []ui.Binding) *Dialog {
	d := &Dialog{context: c, title: title, bindings: bindings, search: filter.New(), page: 1}
	d.search.Open()
	d.narrow()
	return d
}

// Bindings lists the keys of the help itself.
func (d *Dialog) Bindings() []ui.Binding {
	return []ui.Binding{
		{ID: "do", Keys: []string{"enter"}, Label: "do it", Help: "Do what the selected key does.", Footer: true},
		{ID: "up", Keys: []string{"up"}, Label: "up", Help: "The entry before.", Footer: true},
		{ID: "down", Keys: []string{"down"}, Label: "down", Help: "The next entry.", Footer: true},
		{ID: "page up", Keys: []string{"pgup"}, Label: "page up", Help: "One page up."},
		{ID: "page down", Keys: []string{"pgdown"}, Label: "page down", Help: "One page down."},
		{ID: "close", Keys: []string{"esc", "f1"}, Label: "close", Help: "Close the help.", Footer: true},
	}
}

// Update handles keys; whatever moves nothing is searched for. A paste is more to
// search for, and does nothing.
func (d *Dialog) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.Rested:
		d.trigger.Over(msg)
	case tea.PasteMsg:
		return d.write(msg)
	case tea.MouseWheelMsg:
		switch msg.Button {
		case tea.MouseWheelUp:
			d.move(-1)
		case tea.MouseWheelDown:
			d.move(1)
		}
	case tea.MouseClickMsg:
		d.click(msg.Y)
	case tea.KeyPressMsg:
		return d.press(msg)
	}
	return nil
}

func (d *Dialog) press(msg tea.KeyPressMsg) tea.Cmd {
	switch ui.Pressed(d.Bindings(), msg) {
	case "do":
		return d.do(msg)
	case "close":
		return ui.Send(ui.CloseDialog{Dialog: d})
	case "up":
		d.move(-1)
	case "down":
		d.move(1)
	case "page up":
		d.move(-d.page)
	case "page down":
		d.move(d.page)
	default:
		switch first := !d.search.Active(); {
		case first && msg.String() == "?":
			return ui.Send(ui.CloseDialog{Dialog: d})
		case first && msg.String() == "/":
			return nil // whoever goes to a search by it is there already
		}
		return d.write(msg)
	}
	return nil
}

func (d *Dialog) write(msg tea.Msg) tea.Cmd {
	if d.search.Update(msg) {
		d.narrow()
	}
	return d.trigger.Typed()
}

// do asks the root to press the key of the selected entry.
func (d *Dialog) do(msg tea.KeyPressMsg) tea.Cmd {
	if len(d.shown) == 0 {
		return nil
	}
	b := d.shown[d.cursor]
	if b.Moves() && b.Enabled() {
		b.Reason = "press the key itself"
	}
	ready, cmd := d.trigger.Pull(msg, b)
	if !ready {
		return cmd
	}
	return ui.Send(ui.Perform{Dialog: d, ID: b.ID})
}

func (d *Dialog) move(n int) {
	d.cursor = max(0, min(d.cursor+n, len(d.shown)-1))
}

// narrow applies the search: a key that is named exactly comes first.
func (d *Dialog) narrow() {
	d.cursor, d.offset = 0, 0
	text := d.search.Text()
	d.shown = d.shown[:0]
	for _, b := range d.bindings {
		if slices.Contains(b.Keys, text) {
			d.shown = append(d.shown, b)
		}
	}
	for _, b := range d.bindings {
		if !slices.Contains(b.Keys, text) && matches(b, strings.ToLower(text)) {
			d.shown = append(d.shown, b)
		}
	}
}

func matches(b ui.Binding, text string) bool {
	return strings.Contains(strings.ToLower(strings.Join(b.Keys, " ")+" "+b.Label+" "+b.Help), text)
}

// End lets everything be done at once. Tests use it.
func (d *Dialog) End() { d.trigger.End() }
