package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// screen of one key that begins something.
type hazard struct{ probe }

func (h *hazard) Bindings() []ui.Binding {
	return []ui.Binding{
		{ID: "stop", Keys: []string{"s"}, Label: "stop", Help: "Stop.", Danger: true},
		{ID: "times", Keys: []string{"t"}, Label: "times", Help: "Show times."},
	}
}

func TestDangerousKeysRestAfterAQuestion(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	front := &hazard{}
	d.stack = append(d.stack, &place{screen: front})
	dialog := question(d)
	d.deliver(ui.ShowDialog{Dialog: dialog})
	d.deliver(ui.CloseDialog{Dialog: dialog})
	d.press("t", "s")
	if got := front.pressed(); len(got) != 1 || got[0] != "t" {
		t.Errorf("the screen got %v of a word that was typed on", got)
	}
	d.until("keys count again", func() bool { return !d.rest.Waiting() })
	if d.press("s"); len(front.pressed()) != 2 {
		t.Error("the key does not count after a rest")
	}
}

func TestQuestionsArmWhenTheyAreSeen(t *testing.T) {
	t.Parallel()
	owner := &probe{}
	for name, come := range map[string]func(d *deck, dialog *confirm.Dialog){
		"opened": func(d *deck, dialog *confirm.Dialog) { d.deliver(ui.ShowDialog{Dialog: dialog}) },
		"enlarged": func(d *deck, dialog *confirm.Dialog) {
			d.deliver(ui.ShowDialog{Dialog: dialog}, tea.WindowSizeMsg{Width: 59, Height: 24})
			dialog.Arm()
			d.deliver(tea.WindowSizeMsg{Width: 60, Height: 24})
		},
		"with its screen": func(d *deck, dialog *confirm.Dialog) {
			d.stack = append(d.stack, &place{screen: owner}, &place{screen: &probe{}})
			d.deliver(ui.ShowDialog{Dialog: dialog, Owner: owner})
			dialog.Arm()
			d.deliver(ui.Back{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t)
			dialog := question(d)
			come(d, dialog)
			if d.dialog() != ui.Dialog(dialog) {
				t.Fatal("the dialog is not in front")
			}
			if cmd := d.input(uitest.Key("n")); cmd == nil || uitest.Messages(cmd)[0] == (ui.CloseDialog{Dialog: dialog}) {
				t.Error("a key answers in the moment in which the question is seen")
			}
		})
	}
}

func TestSuspendWaitsForRuns(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.underWay()
	d.until("keys count again", func() bool { return !d.rest.Waiting() })
	d.press("ctrl+z")
	if got := uitest.Text(d.Frame(80, 24)); !strings.Contains(got, "suspend: a run is under way") {
		t.Errorf("the console may stand still during a run:\n%s", got)
	}
}

func TestRunsStayInANarrowHeader(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.underWay()
	if got := uitest.Text(d.Frame(60, 24)); !strings.Contains(got, "▸ 1 running") {
		t.Errorf("the header forgets the run:\n%s", got)
	}
}
