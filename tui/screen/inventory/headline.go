package inventory

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// headline is one part of the banner: what there is, the key that leads to it,
// and whom it is about.
type headline struct {
	theme     ui.Theme
	sign      string
	style     lipgloss.Style
	words     string
	short     string // the words where there is no room for all; "" for the count and the words
	count     int    // of what has no names beside it, where short is ""
	key, does string
	names     []string
}

// The forms of a headline, each shorter than the one before.
const (
	formWhole   = iota
	formOne     // the first name stands for all
	formUnnamed // no names
	formShort   // nor what the key does
)

// draw draws a headline. The key stands before the names, which may be too long
// for the line.
func (h headline) draw(form int) string {
	words, hint := h.words, " · "+h.key+" "+h.does
	if form >= formUnnamed && h.short == "" {
		words = fmt.Sprintf("%d %s", h.count, h.words)
	}
	if form == formShort {
		hint = " · " + h.key
		if h.short != "" {
			words = h.short
		}
	}
	names := ""
	switch {
	case form == formWhole:
		names = strings.Join(h.names, "; ")
	case form == formOne && len(h.names) > 1:
		names = fmt.Sprintf("%s; %d more", h.names[0], max(h.count, len(h.names))-1)
	case form == formOne && len(h.names) == 1:
		names = h.names[0]
	}
	if names != "" {
		hint += ": "
	}
	return h.sign + " " + h.style.Render(words) + h.theme.Muted.Render(hint) + h.theme.Text.Render(names)
}

// fitted draws headlines in one line. Where there is no room, they get shorter, the
// last ones first: whom the most urgent one is about stays the longest.
func fitted(all []headline, width int) string {
	if len(all) == 0 {
		return ""
	}
	form := make([]int, len(all))
	line := func() string {
		text := ""
		for i, h := range all {
			text += "  " + h.draw(form[i])
		}
		return text
	}
	for i := len(all) - 1; i >= 0; i-- {
		for ansi.StringWidth(line()) > width && form[i] < formShort {
			form[i]++
		}
	}
	return line()
}
