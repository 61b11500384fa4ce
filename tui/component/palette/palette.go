// Package palette is one list of everything that can be done from where the
// operator is: keys of the screen, other screens, credentials. Typing ranks it;
// enter does the entry, and the entry shows the key that does it next time.
//
//	dialog := palette.New(c, items)
//	return ui.Send(ui.ShowDialog{Dialog: dialog})
//
// The palette does nothing itself. It asks the root to press the key of an
// action, with all that protects the key, or for another screen.
package palette

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/filter"
	"github.com/rotadeck/rotadeck/tui/component/trigger"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Item is an entry: an action when its binding has an id, else a wish.
type Item struct {
	Kind    string // what it is, in a word: "action"
	Binding ui.Binding
	Wish    any    // the message that stands for it
	Other   any    // what tab asks for in its place; nil for nothing
	Beside  string // what tab does, in a few words
}

// Action is the item of a binding; one that begins to change something is called
// so.
func Action(b ui.Binding) Item {
	if b.Danger {
		return Item{Kind: "change", Binding: b}
	}
	return Item{Kind: "action", Binding: b}
}

// Dialog is the palette on the screen. Make one with New.
type Dialog struct {
	context *ui.Context
	items   []Item
	texts   []string // of items, as they are searched
	helps   []string // of actions
	line    *filter.Filter
	shown   []int // of items, the best first
	cursor  int   // in shown
	offset  int   // of the first row in view
	page    int   // rows in view in the last frame
	trigger trigger.Trigger
}

var _ ui.Dialog = (*Dialog)(nil)

// New returns the palette over items, in the order in which they show until
// something is typed.
func New(c *ui.Context, items []Item) *Dialog {
	d := &Dialog{context: c, items: items, line: filter.New(), texts: make([]string, len(items)), helps: make([]string, len(items)), page: 1}
	for i := range items {
		items[i].Binding.Label = ui.Clean(items[i].Binding.Label)
		d.texts[i] = strings.ToLower(items[i].Binding.Label)
		if items[i].Binding.ID != "" {
			d.helps[i] = strings.ToLower(items[i].Binding.Help)
		}
	}
	d.line.Open()
	d.rank()
	return d
}

// Bindings lists the keys of the palette itself.
func (d *Dialog) Bindings() []ui.Binding {
	bindings := []ui.Binding{
		{ID: "do", Keys: []string{"enter"}, Label: "do", Help: "Do the selected entry, or go there.", Footer: true},
		{ID: "up", Keys: []string{"up"}, Label: "up", Help: "The entry before.", Footer: true},
		{ID: "down", Keys: []string{"down"}, Label: "down", Help: "The next entry.", Footer: true},
		{ID: "page up", Keys: []string{"pgup"}, Label: "page up", Help: "One page up."},
		{ID: "page down", Keys: []string{"pgdown"}, Label: "page down", Help: "One page down."},
		{ID: "close", Keys: []string{"esc", "ctrl+p"}, Label: "close", Help: "Close the palette; nothing is done.", Footer: true},
	}
	if item := d.selected(); item.Other != nil {
		bindings = append(bindings, ui.Binding{ID: "beside", Keys: []string{"tab"}, Label: item.Beside, Help: "Go further with the selected entry: " + item.Beside + ".", Footer: true})
	}
	return bindings
}

// Update handles keys. A paste is more to search for, and does nothing.
func (d *Dialog) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.Rested:
		d.trigger.Over(msg)
	case tea.PasteMsg:
		return d.write(msg)
	case tea.MouseWheelMsg:
		switch msg.Button {
		case tea.MouseWheelUp:
			d.move(-3)
		case tea.MouseWheelDown:
			d.move(3)
		}
	case tea.MouseClickMsg:
		d.click(msg.Y - listTop)
	case tea.KeyPressMsg:
		return d.press(msg)
	}
	return nil
}

func (d *Dialog) press(msg tea.KeyPressMsg) tea.Cmd {
	switch ui.Pressed(d.Bindings(), msg) {
	case "do":
		return d.do(msg)
	case "beside":
		if msg.IsRepeat {
			return nil
		}
		return ui.Send(ui.Visit{Dialog: d, Wish: d.selected().Other})
	case "close":
		return ui.Send(ui.CloseDialog{Dialog: d})
	case "up":
		d.move(-1)
	case "down":
		d.move(1)
	case "page up":
		d.move(-max(1, d.page-1))
	case "page down":
		d.move(max(1, d.page-1))
	default:
		return d.write(msg)
	}
	return nil
}

func (d *Dialog) write(msg tea.Msg) tea.Cmd {
	if d.line.Update(msg) {
		d.rank()
	}
	return d.trigger.Typed()
}

// click selects a row; enter does it.
func (d *Dialog) click(y int) {
	if place := d.offset + y; y >= 0 && y < d.page && place < len(d.shown) {
		d.cursor = place
	}
}

func (d *Dialog) do(msg tea.KeyPressMsg) tea.Cmd {
	if len(d.shown) == 0 {
		return nil
	}
	item := d.selected()
	ready, cmd := d.trigger.Pull(msg, item.Binding)
	switch {
	case !ready:
		return cmd
	case item.Wish != nil:
		return ui.Send(ui.Visit{Dialog: d, Wish: item.Wish})
	}
	return ui.Send(ui.Perform{Dialog: d, ID: item.Binding.ID})
}

// rank puts the best answers first; of equals, those that stood first.
func (d *Dialog) rank() {
	d.cursor, d.offset = 0, 0
	d.shown = d.shown[:0]
	query := newNeedle(d.line.Text())
	if query.text == "" {
		for i := range d.items {
			d.shown = append(d.shown, i)
		}
		return
	}
	var found [tiers][]int
	for i, text := range d.texts {
		if t := query.rank(text, d.helps[i]); t < tiers {
			found[t] = append(found[t], i)
		}
	}
	for _, same := range found {
		d.shown = append(d.shown, same...)
	}
}

func (d *Dialog) move(n int) {
	d.cursor = max(0, min(d.cursor+n, len(d.shown)-1))
}

// selected is the entry under the cursor; the zero Item when there is none.
func (d *Dialog) selected() Item {
	if len(d.shown) == 0 {
		return Item{}
	}
	return d.items[d.shown[d.cursor]]
}

// End lets everything be done at once. Tests use it.
func (d *Dialog) End() { d.trigger.End() }
