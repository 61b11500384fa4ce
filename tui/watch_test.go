package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestARunElsewhereIsWatchedOnce(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.begin(d.Init())
	d.shows("✓ ok")
	d.elsewhere()
	first := d.front().run
	if !first.Watched() || len(d.launcher.active()) != 0 {
		t.Fatal("the run counts as one of this console")
	}
	d.deliver(ui.Back{})
	d.deliver(ui.Tick{})
	d.shows("running elsewhere (sam on ops-1)")
	d.press("enter")
	d.until("the run is in front", func() bool { return d.front().run != nil })
	if d.front().run != first || len(d.runs) != 1 {
		t.Error("the same run is watched twice")
	}
	if d.press("q"); d.guard != nil {
		t.Error("leaving asks about a run of another")
	}
}

func TestTheConsoleWaitsForARunThatItTookOver(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.begin(d.Init())
	d.shows("✓ ok")
	former := d.elsewhere()
	d.world.Journal.Silence(enginetest.ID, time.Minute)
	d.deliver(ui.Tick{})
	d.shows("c takes over")
	if d.dialog() != nil {
		t.Fatal("the question hides the run before anybody asked for it")
	}
	d.press("c")
	d.until("it asks whether to take over", func() bool { return d.dialog() != nil })
	dialog := d.dialog().(*confirm.Dialog)
	dialog.Arm()
	if d.press("y"); d.dialog() == nil {
		t.Fatal("a plain yes takes the run over")
	}
	dialog.Arm()
	d.press("esc")
	d.until("it is put aside", func() bool { return d.dialog() == nil })
	d.until("keys count again", func() bool { return !d.rest.Waiting() })
	d.press("c")
	d.until("it asks again", func() bool { return d.dialog() != nil })
	d.dialog().(*confirm.Dialog).Arm()
	d.press("tab")
	for _, letter := range enginetest.ID {
		d.press(string(letter))
	}
	d.press("enter")
	d.until("the run goes on here", func() bool { return len(d.launcher.active()) == 1 && d.front().run == d.launcher.active()[0] })
	d.until("it asks how to go on", func() bool { return strings.HasPrefix(d.requestTitle(), "Go on with the rotation") })
	if len(d.watcher.views) != 0 || len(d.runs) != 1 {
		t.Error("the view of the run stays beside the run")
	}
	if s := former.Wait(); s.Status == engine.StatusDone {
		t.Errorf("the former holder is %s", s.Status)
	}
}

// requestTitle is what the dialog in front asks; "" for none.
func (d *deck) requestTitle() string {
	if d.dialog() == nil || d.front().run == nil {
		return ""
	}
	return openQuestion(d.front().run).Title
}

func TestARunThatCannotBeWatchedSaysWhy(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.begin(d.context.Watch("no-such"))
	d.shows("the journal knows no run no-such")
}

func TestLongRefusalsAreReadWhole(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.deliver(ui.Flash{Text: "roll back: ann carries the run out on ops-1: this is a view of it, ask them, or take the run over once they are gone"})
	if got := uitest.Text(d.Frame(60, 16)); !strings.Contains(strings.Join(strings.Fields(got), " "), "once they are gone") {
		t.Errorf("the refusal is cut:\n%s", got)
	}
}
