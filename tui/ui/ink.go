package ui

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Ink is a style for many short pieces of text. It renders what the style does,
// at the cost of joining strings: a log may grow by ten thousand lines a second. Of
// nothing it makes nothing.
type Ink struct{ open, end string }

// InkOf is the ink of a style that has neither size, border nor margin.
func InkOf(style lipgloss.Style) Ink {
	open, end, _ := strings.Cut(style.Render("x"), "x")
	return Ink{open, end}
}

// Render styles a text of one line.
func (i Ink) Render(text string) string {
	if text == "" {
		return ""
	}
	return i.open + text + i.end
}
