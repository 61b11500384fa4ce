package palette

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// What the box measures: its width, the rows that it shows at most, the widths
// of its columns, and the line of the box where the rows begin.
const (
	boxWidth  = 84
	mostRows  = 16
	kindWidth = 12
	keyWidth  = 9
	listTop   = 2
)

// View draws the palette as a box. It keeps its height while the list shrinks, so
// that nothing jumps under the eye.
func (d *Dialog) View(width, height int) string {
	theme := d.context.Theme
	width = min(width, boxWidth)
	inside := max(1, width-4)
	d.page = max(1, min(mostRows, len(d.items), height-4))
	d.offset = max(0, min(d.offset, len(d.shown)-d.page))
	d.offset = min(max(d.offset, d.cursor-d.page+1), d.cursor)
	lines := []string{ui.Spread(d.line.Line(theme, ": "), theme.Muted.Render(fmt.Sprintf("%d/%d", len(d.shown), len(d.items))), inside)}
	for row := range d.page {
		lines = append(lines, d.row(d.offset+row, inside))
	}
	lines = append(lines, d.foot(inside))
	return theme.Box("Palette: what to do, or where to go", lines, width, min(height, len(lines)+2), theme.Accent)
}

func (d *Dialog) row(place, width int) string {
	theme := d.context.Theme
	switch {
	case place == 0 && len(d.shown) == 0:
		return theme.Muted.Render("nothing is called so")
	case place >= len(d.shown):
		return ""
	}
	item := d.items[d.shown[place]]
	text, key := theme.Text, theme.Accent
	switch {
	case !item.Binding.Enabled():
		text, key = theme.Muted, theme.Muted
	case item.Binding.Danger:
		text = theme.Danger
	}
	line := theme.Muted.Render(ui.Fit(item.Kind, kindWidth)) + d.label(item, text, width-kindWidth-keyWidth-2) + d.key(item, key)
	if place == d.cursor {
		return theme.Select(ui.Fit(theme.Accent.Render("▌")+" "+line, width))
	}
	return "  " + line
}

// label is the name of an entry, with the reason behind it when it is off.
func (d *Dialog) label(item Item, style lipgloss.Style, width int) string {
	theme, label := d.context.Theme, item.Binding.Label
	if item.Binding.Enabled() {
		return ui.Fit(style.Render(label), width)
	}
	return ui.Fit(style.Render(label)+theme.Muted.Render(" – "+ui.Clean(item.Binding.Reason)), width)
}

func (d *Dialog) key(item Item, style lipgloss.Style) string {
	if len(item.Binding.Keys) == 0 {
		return strings.Repeat(" ", keyWidth)
	}
	return ui.FitRight(style.Render(ui.KeyName(item.Binding.Keys[0])), keyWidth)
}

// foot says what the selected entry does, or why it did not.
func (d *Dialog) foot(width int) string {
	theme, item := d.context.Theme, d.selected()
	switch {
	case d.trigger.Problem() != "":
		return ui.Fit(theme.Warn.Render(ui.Clean(d.trigger.Problem())), width)
	case len(d.shown) == 0:
		return theme.Muted.Render("backspace takes letters away · esc closes")
	case !item.Binding.Enabled():
		return ui.Fit(theme.Warn.Render("not now: "+ui.Clean(item.Binding.Reason)), width)
	case item.Other != nil:
		return ui.Fit(theme.Muted.Render("enter goes there · tab "+item.Beside), width)
	}
	return ui.Fit(theme.Muted.Render(ui.Clean(item.Binding.Help)), width)
}
