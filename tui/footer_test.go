package tui

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// TestNewsHidesNoKeyOfAQuestion lets news come in while a question is open: the
// keys that answer it stay, and so does the whole question.
func TestNewsHidesNoKeyOfAQuestion(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 16}, {80, 24}, {140, 40}} {
		d := newDeck(t)
		d.width, d.height = size[0], size[1]
		d.deliver(ui.ShowDialog{Dialog: question(d)})
		before := strings.Split(uitest.Text(d.Frame(size[0], size[1])), "\n")
		d.deliver(ui.Flash{Text: strings.Repeat("something else went wrong meanwhile, and this is what ", 3)})
		after := strings.Split(uitest.Text(d.Frame(size[0], size[1])), "\n")
		if keys := before[size[1]-1]; after[size[1]-1] != keys || !strings.Contains(keys, "esc") {
			t.Errorf("%v: the last line was %q and is %q", size, keys, after[size[1]-1])
		}
		text := strings.Join(after, "\n")
		for _, part := range []string{"something else went wrong", "Publish the new credential?", "stop here", "continue", "until retired"} {
			if !strings.Contains(text, part) {
				t.Errorf("%v: there is no %q in\n%s", size, part, text)
			}
		}
	}
}

// TestFooterOffersOnlyWhatWorks holds it on the screen that has most keys off.
func TestFooterOffersOnlyWhatWorks(t *testing.T) {
	t.Parallel()
	d := newDeck(t, func(o *Options) { o.ReadOnly = true })
	d.begin(d.Init())
	d.shows("✓ ok")
	footer := strings.Join(d.footer(200), "")
	off := 0
	for _, b := range d.bindings() {
		if b.Footer && !b.Enabled() {
			off++
			if strings.Contains(uitest.Text(footer), ui.KeyName(b.Keys[0])+" "+b.Label) {
				t.Errorf("the footer offers %q, though %s", b.Label, b.Reason)
			}
		}
	}
	if off == 0 {
		t.Error("nothing is off on a read-only console")
	}
}
