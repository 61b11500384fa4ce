package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/component/help"
	"github.com/rotadeck/rotadeck/tui/component/palette"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestPaletteOpensFromEverywhere(t *testing.T) {
	t.Parallel()
	for _, key := range []string{":", "ctrl+p"} {
		for name, captures := range map[string]bool{"screen": false, "input": true} {
			d := newDeck(t)
			d.stack = append(d.stack, &place{screen: &probe{captures: captures}})
			d.press(key)
			_, open := d.dialog().(*palette.Dialog)
			if want := key == "ctrl+p" || !captures; open != want {
				t.Errorf("%s on a %s opens it: %t, want %t", key, name, open, want)
			}
		}
	}
}

// TestPaletteNamesScreensOnce: a screen that has a key is one entry with it.
func TestPaletteNamesScreensOnce(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	seen := map[string]int{}
	for _, item := range d.choices() {
		seen[item.Binding.Label]++
	}
	for _, screen := range d.screens() {
		if n := seen[screen.Binding.Label]; n != 1 {
			t.Errorf("%q is there %d times", screen.Binding.Label, n)
		}
	}
}

func TestHelpOpensWhileTyping(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.stack = append(d.stack, &place{screen: &probe{captures: true}})
	d.press("f1")
	if _, open := d.dialog().(*help.Dialog); !open {
		t.Error("f1 in an input does not open the help")
	}
}

// TestListsPressTheKey does an action from the palette and from the help: the
// screen gets the press of its key.
func TestListsPressTheKey(t *testing.T) {
	t.Parallel()
	for _, open := range []string{":", "?"} {
		d := newDeck(t)
		front := &probe{}
		d.stack = append(d.stack, &place{screen: front})
		d.press(open, "g", "o", "enter")
		d.until("the list is closed", func() bool { return d.dialog() == nil })
		if got := strings.Join(front.pressed(), " "); got != "x" {
			t.Errorf("%s presses %q", open, got)
		}
	}
}

func TestListsRefuseWhatIsDisabled(t *testing.T) {
	t.Parallel()
	for _, open := range []string{":", "?"} {
		d := newDeck(t)
		front := &probe{}
		d.stack = append(d.stack, &place{screen: front})
		d.press(open, "s", "t", "u", "c", "k", "enter")
		if got := uitest.Text(d.Frame(80, 24)); d.dialog() == nil || !strings.Contains(got, "it is frozen") || len(front.pressed()) > 0 {
			t.Errorf("%s gives %v:\n%s", open, front.pressed(), got)
		}
	}
}

// TestListsDoNothingBehindAQuestion lets a question come in front between the
// enter in a list and its effect.
func TestListsDoNothingBehindAQuestion(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	front := &probe{}
	d.stack = append(d.stack, &place{screen: front})
	d.press(":")
	list := d.dialog()
	d.deliver(ui.ShowDialog{Dialog: question(d)}, ui.Perform{Dialog: list, ID: "go"}, ui.Visit{Dialog: list, Wish: ui.OpenHistory{}})
	if _, asked := d.dialog().(*confirm.Dialog); !asked || len(front.pressed()) > 0 || len(d.stack) != 2 {
		t.Errorf("behind a question, the screen got %v", front.pressed())
	}
}

// TestDangerFromAListRests keeps what is dangerous from being done from a list
// while the keys of screens are to rest.
func TestDangerFromAListRests(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.begin(d.Init())
	d.shows("✓ ok")
	_ = d.rest.Begin()
	d.deliver(ui.Perform{ID: "rotate"})
	if len(d.stack) > 1 || !strings.Contains(d.news.Text, "once they rest") {
		t.Errorf("it is done while keys are to rest: %q", d.news.Text)
	}
	d.rest.End()
	d.deliver(ui.Perform{ID: "rotate"})
	d.until("the plan shows", func() bool { return len(d.stack) > 1 })
}

func TestPaletteGoesToACredential(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.deliver(ui.OpenHistory{})
	d.press(":")
	d.deliver(tea.PasteMsg{Content: enginetest.ID + "\n"})
	if _, open := d.dialog().(*palette.Dialog); !open {
		t.Fatal("a paste does something")
	}
	d.press("enter")
	d.until("the list shows", func() bool { return len(d.stack) == 1 && d.dialog() == nil })
	d.press(":")
	d.deliver(tea.PasteMsg{Content: enginetest.ID})
	d.press("tab")
	d.until("the plan shows", func() bool { return d.title() == "plan of "+enginetest.ID })
}

func TestPaletteChangesTheTheme(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	for name, want := range map[string]ui.Look{
		"light":              {},
		"high-contrast":      {Dark: true, Scheme: ui.SchemeHighContrast},
		"colour-blind-light": {Scheme: ui.SchemeColourBlind},
		"terminal":           {Dark: true, Scheme: ui.SchemeTerminal},
		"mono":               {Dark: true, Mono: true},
		"no such theme":      {Dark: true},
	} {
		if d.deliver(ui.SetTheme{Name: name}); d.context.Theme.Look != want {
			t.Errorf("%s looks like %+v, want %+v", name, d.context.Theme.Look, want)
		}
	}
}

func TestNoColourWinsOverEveryTheme(t *testing.T) {
	t.Parallel()
	d := newDeck(t, func(o *Options) { o.NoColor = true })
	for _, name := range ui.ThemeNames() {
		if d.deliver(ui.SetTheme{Name: name}); !d.context.Theme.Mono {
			t.Errorf("%s has colours", name)
		}
	}
}

func TestSixteenColoursAreTheTerminalsOwn(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.deliver(tea.ColorProfileMsg{Profile: colorprofile.ANSI}, ui.SetTheme{Name: "high-contrast"})
	if d.context.Theme.Scheme != ui.SchemeTerminal {
		t.Errorf("on sixteen colours the scheme is %q", d.context.Theme.Scheme)
	}
	if d.deliver(tea.ColorProfileMsg{Profile: colorprofile.TrueColor}); d.context.Theme.Scheme != ui.SchemeHighContrast {
		t.Errorf("on all colours the scheme is %q", d.context.Theme.Scheme)
	}
}
