package help

import (
	"strings"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// The widths of the box, of its two first columns, and what changes below one;
// and the line of the box where the entries begin.
const (
	boxWidth   = 92
	keyWidth   = 14
	labelWidth = 18

	besideWidth  = 70 // inside, from which on the text stands beside its key
	narrowIndent = 4
	listTop      = 3
)

// View draws the list as a box.
func (d *Dialog) View(width, height int) string {
	theme := d.context.Theme
	width = min(width, boxWidth)
	inside := width - 4
	room := max(0, height-4)
	lines := d.entries(inside)
	d.follow(len(lines), room)
	window, offset := ui.Window(lines, d.offset, room)
	d.offset = offset
	if len(d.shown) == 0 {
		window = []string{theme.Muted.Render("no key of this screen does that: backspace takes letters away")}
	}
	body := append([]string{d.head(inside), d.news()}, window...)
	return theme.Box("Keys: "+d.title, body, width, min(height, len(body)+2), theme.Accent)
}

// entries draws every entry, and notes at which line each begins.
func (d *Dialog) entries(width int) []string {
	var lines []string
	d.tops = d.tops[:0]
	for i, b := range d.shown {
		d.tops = append(d.tops, len(lines))
		for _, line := range d.entry(b, width-2) {
			if i == d.cursor {
				lines = append(lines, d.context.Theme.Select(ui.Fit(d.context.Theme.Accent.Render("▌")+" "+line, width)))
			} else {
				lines = append(lines, "  "+line)
			}
		}
	}
	d.tops = append(d.tops, len(lines))
	return lines
}

// follow keeps the selected entry in view, and its first line above all.
func (d *Dialog) follow(lines, room int) {
	d.page = max(1, room/2)
	if len(d.shown) == 0 || lines <= room {
		d.offset = 0
		return
	}
	top, bottom := d.tops[d.cursor], d.tops[d.cursor+1]
	d.offset = min(max(d.offset, bottom-room), top)
}

// click selects the entry at a line of the box; enter does it.
func (d *Dialog) click(y int) {
	line := d.offset + y - listTop
	for i := range d.shown {
		if y >= listTop && line >= d.tops[i] && line < d.tops[i+1] {
			d.cursor = i
		}
	}
}

func (d *Dialog) head(width int) string {
	theme := d.context.Theme
	if d.search.Active() {
		return d.search.Chip(theme, len(d.shown), len(d.bindings), "")
	}
	hint := "type to search · enter does it · esc closes"
	if width >= besideWidth {
		hint += " · ↑ ↓ select"
	}
	return theme.Accent.Render("/ ▌") + theme.Muted.Render(hint)
}

// news is why the last enter did nothing.
func (d *Dialog) news() string {
	return d.context.Theme.Warn.Render(ui.Clean(d.trigger.Problem()))
}

func (d *Dialog) entry(b ui.Binding, width int) []string {
	theme := d.context.Theme
	keys, label, text := theme.Accent, theme.Strong, theme.Text
	help := ui.Clean(b.Help)
	if !b.Enabled() {
		keys, label, text = theme.Muted, theme.Muted, theme.Muted
		help += " Not now: " + ui.Clean(b.Reason) + "."
	}
	head := ui.Fit(keys.Render(b.KeyNames()), keyWidth-1) + " " + ui.Fit(label.Render(b.Label), labelWidth)
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
