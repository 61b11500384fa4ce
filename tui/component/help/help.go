// Package help lists every key that works on a screen, with what it does and,
// for a disabled one, why it does not. Typing narrows the list down.
//
//	dialog := help.New(c, "Inventory", screen.Bindings())
//	return ui.Send(ui.ShowDialog{Dialog: dialog})
package help

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/filter"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Dialog is the list on the screen. Make one with New.
type Dialog struct {
	context  *ui.Context
	title    string
	bindings []ui.Binding
	search   *filter.Filter
	offset   int
}

var _ ui.Dialog = (*Dialog)(nil)

// New returns the help for a table of keys.
func New(c *ui.Context, title string, bindings []ui.Binding) *Dialog {
	d := &Dialog{context: c, title: title, bindings: bindings, search: filter.New()}
	d.search.Open()
	return d
}

// Bindings lists the keys of the help itself.
func (d *Dialog) Bindings() []ui.Binding {
	return []ui.Binding{
		{ID: "close", Keys: []string{"esc", "enter"}, Label: "close", Help: "Close the help.", Footer: true},
		{ID: "up", Keys: []string{"up"}, Label: "up", Help: "Scroll up.", Footer: true},
		{ID: "down", Keys: []string{"down"}, Label: "down", Help: "Scroll down.", Footer: true},
		{ID: "page up", Keys: []string{"pgup"}, Label: "page up", Help: "Scroll up by a page."},
		{ID: "page down", Keys: []string{"pgdown"}, Label: "page down", Help: "Scroll down by a page."},
	}
}

// Update handles keys; whatever scrolls nothing is searched for.
func (d *Dialog) Update(msg tea.Msg) tea.Cmd {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch ui.Pressed(d.Bindings(), press) {
	case "close":
		return ui.Send(ui.CloseDialog{Dialog: d})
	case "up":
		d.offset--
	case "down":
		d.offset++
	case "page up":
		d.offset -= 10
	case "page down":
		d.offset += 10
	default:
		if press.String() == "?" && !d.search.Active() {
			return ui.Send(ui.CloseDialog{Dialog: d})
		}
		if d.search.Update(msg) {
			d.offset = 0
		}
	}
	return nil
}

// The widths of the box, of its two first columns, and what changes below one.
const (
	boxWidth   = 92
	keyWidth   = 14
	labelWidth = 18

	besideWidth  = 70 // inside, from which on the text stands beside its key
	narrowIndent = 4
)

// View draws the list as a box.
func (d *Dialog) View(width, height int) string {
	theme := d.context.Theme
	width = min(width, boxWidth)
	inside := width - 4
	var lines []string
	shown := 0
	for _, b := range d.bindings {
		if d.matches(b) {
			lines = append(lines, d.entry(b, inside)...)
			shown++
		}
	}
	room := max(0, height-4)
	window, offset := ui.Window(lines, d.offset, room)
	d.offset = offset
	body := append([]string{d.head(shown, len(lines) > room), ""}, window...)
	return theme.Box("Keys: "+d.title, body, width, min(height, len(body)+2), theme.Accent)
}

func (d *Dialog) head(shown int, scrolls bool) string {
	theme := d.context.Theme
	if d.search.Active() {
		return d.search.Chip(theme, shown, len(d.bindings), "")
	}
	hint := "type to search · esc closes"
	if scrolls {
		hint += " · ↑ ↓ scroll"
	}
	return theme.Accent.Render("/ ▌") + theme.Muted.Render(hint)
}

func (d *Dialog) entry(b ui.Binding, width int) []string {
	theme := d.context.Theme
	names := make([]string, len(b.Keys))
	for i, key := range b.Keys {
		names[i] = ui.KeyName(key)
	}
	keys, label, text := theme.Accent, theme.Strong, theme.Text
	help := ui.Clean(b.Help)
	if !b.Enabled() {
		keys, label, text = theme.Muted, theme.Muted, theme.Muted
		help += " Not now: " + ui.Clean(b.Reason) + "."
	}
	head := ui.Fit(keys.Render(strings.Join(names, " ")), keyWidth-1) + " " + ui.Fit(label.Render(b.Label), labelWidth)
	indent := keyWidth + labelWidth
	var lines []string
	if width < besideWidth { // the text stands below, not in a column too narrow to read
		lines, head, indent = []string{head}, "", narrowIndent
	}
	for i, line := range ui.Wrap(help, max(12, width-indent)) {
		if i > 0 || head == "" {
			head = strings.Repeat(" ", indent)
		}
		lines = append(lines, head+text.Render(line))
	}
	return lines
}

func (d *Dialog) matches(b ui.Binding) bool {
	text := strings.ToLower(strings.Join(b.Keys, " ") + " " + b.Label + " " + b.Help)
	return strings.Contains(text, strings.ToLower(d.search.Text()))
}
