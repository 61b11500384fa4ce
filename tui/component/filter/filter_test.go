package filter

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestFilter(t *testing.T) {
	t.Parallel()
	f := New()
	f.Open()
	for _, msg := range uitest.Type("env:prod") {
		if !f.Update(msg) {
			t.Fatal("typing changes the text")
		}
	}
	if f.Update(uitest.Key("esc")) || f.Editing() || f.Text() != "env:prod" {
		t.Errorf("esc leaves the line and keeps %q", f.Text())
	}
	if got := uitest.Text(f.Chip(ui.NewTheme(ui.Look{}), 3, 42, "")); got != "filter: env:prod (3/42)\n" {
		t.Errorf("chip %q", got)
	}
	f.Open()
	f.Update(uitest.Key("left"))
	if got := uitest.Text(f.Chip(ui.NewTheme(ui.Look{}), 3, 42, "no such field")); got != "/ env:pro▌d (3/42)  no such field\n" {
		t.Errorf("chip %q", got)
	}
	f.Clear()
	if f.Active() || f.Editing() {
		t.Error("cleared, and still there")
	}
}

func TestPaste(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := New()
			f.Open()
			f.Update(tea.PasteMsg{Content: text})
			chip := f.Chip(ui.NewTheme(ui.Look{Dark: true}), 0, 0, text)
			uitest.Harmless(t, chip)
			if strings.Contains(chip, "\n") {
				t.Errorf("the chip has a line end: %q", chip)
			}
		})
	}
}
