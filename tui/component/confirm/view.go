package confirm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/buttons"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The widths of the box and of its labels.
const (
	boxWidth   = 76
	labelWidth = 13
)

// View draws the dialog as a box. Its buttons are always in it: the text above
// them scrolls when there is no room.
func (d *Dialog) View(width, height int) string {
	theme := d.context.Theme
	width = min(width, boxWidth)
	inside := max(1, width-4)
	text, foot := d.text(inside), d.foot(inside)
	room := max(0, height-2-len(foot))
	if len(text) > room { // words before air
		text = slices.DeleteFunc(text, func(line string) bool { return line == "" })
	}
	shown, offset := ui.Window(text, d.offset, room)
	d.offset = offset
	lines := append([]string{}, shown...)
	if hidden := len(text) - offset - len(shown); hidden > 0 && len(lines) > 0 {
		lines[len(lines)-1] = ui.Spread(theme.Muted.Render(fmt.Sprintf("↓ %d more lines", hidden+1)), d.look(), inside)
	}
	d.inside, d.row = inside, 1+len(lines)+1
	if d.inField() {
		d.row++ // the line to type in stands before the buttons
	}
	lines = append(lines, foot...)
	border := theme.Accent
	if d.dangerous() {
		border = theme.Danger
	}
	return theme.Box(ui.Clean(d.question.Request.Title), lines, width, min(height, len(lines)+2), border)
}

// text is what the question says, above the buttons.
func (d *Dialog) text(width int) []string {
	theme, r := d.context.Theme, d.question.Request
	lines := []string{""}
	if d.question.Environment.Name != "" {
		lines = append(lines, theme.Environment(d.question.Environment)+theme.Muted.Render("  "+ui.Clean(d.question.Environment.Name)), "")
	}
	for _, field := range []struct{ label, text string }{
		{"what", r.What}, {"where", r.Where}, {"consequence", r.Consequence}, {"reversible", r.Reversible},
	} {
		lines = append(lines, d.field(field.label, field.text, width)...)
	}
	if len(r.Details) > 0 {
		lines = append(lines, "")
	}
	for _, detail := range r.Details {
		for _, line := range ui.WrapHanging(ui.Clean(detail), width) {
			lines = append(lines, theme.Muted.Render(line))
		}
	}
	return lines
}

func (d *Dialog) field(label, text string, width int) []string {
	if text == "" {
		return nil
	}
	theme := d.context.Theme
	var lines []string
	for i, line := range ui.Wrap(ui.Clean(text), max(1, width-labelWidth)) {
		head := ""
		if i == 0 {
			head = theme.Muted.Render(label)
		}
		lines = append(lines, ui.Fit(head, min(labelWidth, width))+theme.Text.Render(line))
	}
	return lines
}

// foot is what never scrolls away: the field to type in, the buttons, and a
// word on what keys do now.
func (d *Dialog) foot(width int) []string {
	theme, choice := d.context.Theme, d.choices[d.focus]
	hint := theme.Muted.Render("enter chooses · tab moves · esc puts aside")
	switch {
	case d.problem != "":
		hint = theme.Danger.Render(d.problem)
	case d.rest.Waiting():
		hint = theme.Warn.Render("arming… keys count once they rest")
	case d.wantsName() != nil && !d.inField():
		typed, how := d.wantsName(), ": type "
		if len(d.named()) > 1 {
			how = ": tab, then type "
		}
		hint = theme.Muted.Render("to "+ui.Clean(typed.Label)+how) + theme.Strong.Render(ui.Clean(typed.Typed)) + theme.Muted.Render(" and press enter")
	case d.inField():
		hint = theme.Muted.Render("type " + theme.Strong.Render(ui.Clean(choice.Typed)) + theme.Muted.Render(" and press enter · tab moves"))
	}
	lines := []string{""}
	if d.inField() {
		lines = append(lines, theme.Accent.Render("❯ ")+theme.Strong.Render(ui.Clean(d.typed))+theme.Accent.Render("▌"))
	}
	lines = append(lines, buttons.Rows(theme, d.buttons(), d.focus, width)...)
	return append(lines, ui.Fit(hint, width))
}

// look is the keys that show more, while letters and signs are not text.
func (d *Dialog) look() string {
	if d.inField() {
		return ""
	}
	theme := d.context.Theme
	var keys []string
	for _, l := range d.question.Looks {
		keys = append(keys, theme.Accent.Render(l.Key)+theme.Muted.Render(" "+l.Label))
	}
	return strings.Join(keys, theme.Muted.Render(" · "))
}

func (d *Dialog) buttons() []buttons.Button {
	keys := map[string]string{}
	for _, b := range d.Bindings() {
		keys[b.ID] = b.Keys[0]
	}
	row := make([]buttons.Button, len(d.choices))
	for i, c := range d.choices {
		row[i] = buttons.Button{Label: c.Label, Danger: c.Danger || c.Typed != "", Disabled: d.rest.Waiting()}
		switch {
		case i == 0:
			row[i].Key = keys["default"]
		case i == d.plainYes():
			row[i].Key = keys["yes"]
		case i == d.wayBack():
			row[i].Key = keys["way back"]
		}
	}
	return row
}

func (d *Dialog) dangerous() bool {
	for _, c := range d.choices {
		if c.ID != engine.ChoiceStop && (c.Danger || c.Typed != "") {
			return true
		}
	}
	return false
}
