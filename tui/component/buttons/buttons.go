// Package buttons draws a row of buttons, one of which has the focus.
//
//	row := buttons.Row(theme, []buttons.Button{{Key: "n", Label: "Stop"}, {Key: "y", Label: "Continue"}}, 0, 60)
package buttons

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Button is one button. The focused one stands in brackets, so that it shows
// without colour.
type Button struct {
	Key      string // shown beside the label; may be empty
	Label    string
	Danger   bool
	Disabled bool
}

// NoFocus is the focus of a row where no button has it.
const NoFocus = -1

// Row draws the buttons on one line of exactly width cells. When they do not
// fit, those at the end that has no focus are cut.
func Row(theme ui.Theme, buttons []Button, focus, width int) string {
	line, end := "", 0
	for i, b := range buttons {
		line += draw(theme, b, i == focus) + " "
		if i == focus {
			end = ansi.StringWidth(line)
		}
	}
	if end > width {
		line = ansi.TruncateLeft(line, end-width, "")
	}
	return ui.Fit(line, width)
}

// Rows draws the buttons on as many lines as they need.
func Rows(theme ui.Theme, buttons []Button, focus, width int) []string {
	lines := []string{""}
	for i, place := range places(theme, buttons, focus, width) {
		if place.line == len(lines) {
			lines = append(lines, "")
		}
		lines[place.line] += draw(theme, buttons[i], i == focus) + " "
	}
	for i, line := range lines {
		lines[i] = ui.Fit(line, width)
	}
	return lines
}

// At is the button that Rows draws at a cell, NoFocus for none.
func At(theme ui.Theme, buttons []Button, focus, width, x, line int) int {
	for i, place := range places(theme, buttons, focus, width) {
		if place.line == line && x >= place.from && x < place.to && x < width {
			return i
		}
	}
	return NoFocus
}

// place is where a button stands.
type place struct{ line, from, to int }

func places(theme ui.Theme, buttons []Button, focus, width int) []place {
	found := make([]place, len(buttons))
	line, at := 0, 0
	for i, b := range buttons {
		cells := ansi.StringWidth(draw(theme, b, i == focus))
		if at > 0 && at+cells+1 > width {
			line, at = line+1, 0
		}
		found[i] = place{line, at, at + cells}
		at += cells + 1
	}
	return found
}

func draw(theme ui.Theme, b Button, focused bool) string {
	style := theme.Text
	switch {
	case b.Disabled:
		style = theme.Muted
	case b.Danger:
		style = theme.Danger
	case focused:
		style = theme.Accent
	}
	label := ui.Clean(b.Label)
	if focused {
		if b.Key != "" {
			label += " " + b.Key
		}
		return style.Bold(true).Reverse(true).Render("[ " + label + " ]")
	}
	key := ""
	if b.Key != "" {
		key = theme.Muted.Render(" " + b.Key)
		if !b.Disabled {
			key = theme.Accent.Render(" " + b.Key)
		}
	}
	return "  " + style.Render(label) + key + "  "
}
