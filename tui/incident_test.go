package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/screen/board"
	"github.com/rotadeck/rotadeck/tui/screen/incident"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// mostKeys is how many keys it may take from the inventory to the leaked password
// being refused, beside the paste.
const mostKeys = 12

// reporter counts keys, and looks at every frame for what must not be seen.
type reporter struct {
	*deck
	keys int
}

func (t *reporter) press(keys ...string) {
	t.t.Helper()
	for _, key := range keys {
		t.keys++
		t.deck.press(key)
		t.look()
	}
}

func (t *reporter) look() {
	t.t.Helper()
	if view := t.View(); strings.Contains(view.Content+view.WindowTitle, "canary") {
		t.t.Errorf("the frame shows the secret:\n%s", uitest.Text(view.Content))
	}
}

func (t *reporter) until(what string, condition func() bool) {
	t.t.Helper()
	t.deck.until(what, func() bool { t.look(); return condition() })
}

// revoke goes from the inventory through the question of an incident.
func (t *reporter) revoke(leaked string) {
	t.t.Helper()
	t.press("!")
	t.until("incident mode is open", func() bool { _, open := t.front().screen.(*incident.Screen); return open })
	t.deliver(tea.PasteMsg{Content: leaked})
	t.look()
	t.press("enter", "enter")
	t.until("it asks", func() bool { _, asks := t.dialog().(*confirm.Dialog); return asks })
	t.dialog().(*confirm.Dialog).Arm() // a rest, which costs no key
	t.press("tab", "r", "e", "v", "o", "k", "e", "enter")
}

func newReporter(t *testing.T) *reporter {
	t.Helper()
	d := newDeck(t)
	d.begin(d.Init())
	d.shows("✓ ok")
	return &reporter{deck: d}
}

func TestFromPasteToRefused(t *testing.T) {
	t.Parallel()
	d := newReporter(t)
	d.revoke(enginetest.OldPassword)
	d.until("what leaked is refused", func() bool { return !d.world.Target.Works(engine.SlotA) })
	if d.keys > mostKeys {
		t.Errorf("it takes %d keys beside the paste, want at most %d", d.keys, mostKeys)
	}
	t.Logf("%d keys beside the paste", d.keys)
	d.shows("1 of 1 revoked")
	d.until("the board stands over the inventory alone", func() bool {
		_, shown := d.front().screen.(*board.Screen)
		return shown && len(d.stack) == 2
	})
	d.until("the incident is over", func() bool { return len(d.launcher.incidents()) == 0 })
	if !d.world.Target.Works(engine.SlotB) {
		t.Error("nothing works any more")
	}
}

// asking makes an incident stand at a question of its member.
func asking(t *testing.T) *reporter {
	t.Helper()
	d := newReporter(t)
	d.world.Target.Differ(engine.Difference{Slot: engine.SlotA, What: "SELECT on orders"})
	d.revoke(enginetest.OldPassword)
	d.shows("◆ asks you")
	d.until("the board stands alone", func() bool { return len(d.stack) == 2 })
	return d
}

func TestTheQuestionOfAMemberIsAnsweredInItsRun(t *testing.T) {
	t.Parallel()
	d := asking(t)
	d.press("enter")
	d.until("its run asks", func() bool { return d.front().run != nil && d.dialog() != nil })
	d.dialog().(*confirm.Dialog).Arm()
	d.press("esc")
	d.until("the question is put aside", func() bool { return d.dialog() == nil })
	d.press("esc")
	d.until("the board is back", func() bool { _, shown := d.front().screen.(*board.Screen); return shown })
	d.press("esc")
	d.shows("incident, 0 of 1 revoked, 1 asks you")
	d.press("!")
	d.until("the key shows the board", func() bool { _, shown := d.front().screen.(*board.Screen); return shown })
}

func TestLeavingDuringAnIncident(t *testing.T) {
	t.Parallel()
	d := asking(t)
	d.deck.until("keys count again", func() bool { return !d.rest.Waiting() })
	d.press("q")
	d.shows("Leave while an incident is under way?")
	d.dialog().(*confirm.Dialog).Arm()
	d.press("tab", "enter")
	d.deck.until("the console ends", func() bool { return d.quit })
	if left := d.launcher.unrevoked(); len(left) != 1 || left[0].Status != engine.StatusStopped {
		t.Errorf("it leaves behind %+v, want the stopped incident", left)
	}
}

func TestAnIncidentThatIsNotBegunHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	d := newReporter(t)
	d.press("!")
	d.shows("what leaked")
	d.deliver(tea.PasteMsg{Content: enginetest.OldPassword})
	d.press("enter", "enter")
	d.until("it asks", func() bool { return d.dialog() != nil })
	d.dialog().(*confirm.Dialog).Arm()
	d.press("enter") // the default
	d.until("it gives way", func() bool { _, open := d.front().screen.(*incident.Screen); return open })
	d.shows("orders-db") // and all is as it was put together
	d.deck.until("it is over", func() bool { return len(d.launcher.incidents()) == 0 })
	if !d.world.Target.Works(engine.SlotA) {
		t.Error("it revoked all the same")
	}
	d.press("esc")
	if d.press("q"); !d.quit && d.guard != nil {
		t.Error("leaving asks")
	}
}

func TestTheKeySuggestsWhatIsLookedAt(t *testing.T) {
	t.Parallel()
	d := newReporter(t)
	d.deliver(ui.OpenPlan{ID: enginetest.ID})
	d.press("!")
	d.shows("1 credential ·")
	d.deliver(ui.Back{}, ui.Back{})
	d.press("space", "!")
	d.shows("1 credential ·")
}

// TestAnUnfinishedIncidentIsOffered: a console that comes later finds it in the
// journal.
func TestAnUnfinishedIncidentIsOffered(t *testing.T) {
	t.Parallel()
	first := asking(t)
	first.launcher.stopIncidents()
	first.launcher.stop(first.launcher.active()[0])
	first.deck.until("it has stopped", func() bool { return len(first.launcher.incidents()) == 0 })
	later := &reporter{deck: newDeck(t, func(o *Options) { o.Engine = first.world.Engine() })}
	later.begin(later.Init())
	later.shows("incident not finished, 0 of 1 revoked")
	later.press("!")
	later.shows("1 incident not finished")
	later.press("tab", "i")
	later.until("the list is open", func() bool { return later.dialog() != nil })
	first.world.Target.Differ()
	later.press("u")
	later.shows("Go on revoking 1 of 1 credential?")
	later.dialog().(*confirm.Dialog).Arm()
	later.press("tab", "r", "e", "v", "o", "k", "e", "enter")
	later.shows("1 of 1 revoked")
	if first.world.Target.Works(engine.SlotA) {
		t.Error("it is not revoked")
	}
}
