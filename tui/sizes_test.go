package tui

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// TestEveryFrameHasItsSize draws every screen and overlay at widths from 1 to 200
// and heights from 1 to 60: exactly so many lines of so many cells. All scenes
// together meet each of them.
// Screens and components are held to the same each on its own; here, header,
// footer and dialogs stand around and over them.
func TestEveryFrameHasItsSize(t *testing.T) {
	t.Parallel()
	eachScene(t, func(t *testing.T, name string, d *deck) {
		for width := 1 + len(name)%4; width <= 200; width += 4 { // each scene meets other widths, at other heights
			height := ui.LeastHeight + (13*width+7*len(name))%45
			hasItsSize(t, d.Frame(width, height), width, height)
		}
		for height := 1 + len(name)%3; height <= 60; height += 3 {
			width := ui.LeastWidth + 37*height%141
			hasItsSize(t, d.Frame(width, height), width, height)
		}
	})
}

// scenes lead from the inventory to each screen and overlay.
func scenes() map[string]func(d *deck) {
	all := screenScenes()
	for _, more := range []map[string]func(d *deck){runScenes(), worldScenes()} {
		maps.Copy(all, more)
	}
	return all
}

func screenScenes() map[string]func(d *deck) {
	return map[string]func(d *deck){
		"inventory":      func(*deck) {},
		"details":        func(d *deck) { d.press("tab") },
		"filter":         func(d *deck) { d.press("/", "e", "x", "p", "i", "r", "e", "s", "<", "x") },
		"help":           func(d *deck) { d.press("?"); d.shows("type to search") },
		"palette":        func(d *deck) { d.press(":"); d.shows("what to do, or where") },
		"palette-search": func(d *deck) { d.underWay(); d.press("ctrl+p"); d.press("d", "b") },
		"problem": func(d *deck) {
			d.deliver(ui.ShowProblem{Title: "The run did not begin", Problem: &engine.Problem{
				Text: "another run holds the credential", Hint: "wait for it", Cause: strings.Repeat("cause ", 30),
			}})
		},
		"plan":           func(d *deck) { d.press("o"); d.shows("preflight") },
		"history":        func(d *deck) { d.underWay(); d.deliver(ui.OpenHistory{}); d.shows("1 waiting") },
		"history-filter": func(d *deck) { d.stopped(); d.press("H"); d.shows("1 run"); d.press("/", "o") },
		"journal":        func(d *deck) { d.underWay(); d.deliver(ui.OpenHistory{}); d.shows("1 waiting"); d.press("enter") },
		"question":       func(d *deck) { d.rotate() },
		"run":            func(d *deck) { d.underWay() },
		"leaving":        func(d *deck) { d.rotate(); d.press("ctrl+c") },
		"rights":         func(d *deck) { d.press("="); d.shows("both slots have the same rights") },
		"users":          func(d *deck) { d.press("l"); d.shows("nobody uses it") },
		"runbook":        func(d *deck) { d.press("C"); d.shows("next: rotadeck rotate") },
		"by-hand":        func(d *deck) { d.rotate(); d.dialog().(*confirm.Dialog).Arm(); d.press("$"); d.shows("how to end run") },
		"truth":          func(d *deck) { d.stopped(); d.press("t"); d.shows("probes again") },
		"audit":          func(d *deck) { d.press("A"); d.shows("as of 09:26") },
		"audited": func(d *deck) {
			d.press("A")
			d.shows("as of 09:26")
			d.press("tab", "tab", "tab", "enter")
			d.shows("filter: kind=")
		},
		"watched": func(d *deck) { d.elsewhere(); d.shows("you watch, read-only") },
		"take-over": func(d *deck) {
			d.elsewhere()
			d.world.Journal.Silence(enginetest.ID, time.Minute)
			d.deliver(ui.Tick{})
			d.shows("takes over")
			d.press("c")
			d.shows("safe next step")
		},
		"loose-ends":        func(d *deck) { d.stopped(); d.press("L"); d.shows("half-done run") },
		"all-tidy":          func(d *deck) { d.press("L"); d.shows("look again") },
		"unfinished":        func(d *deck) { d.stopped(); d.press("U"); d.shows("safe next step") },
		"incident":          func(d *deck) { d.press("!"); d.shows("nothing is chosen yet") },
		"incident-found":    func(d *deck) { d.leak() },
		"incident-choosing": func(d *deck) { d.leak(); d.press("tab") },
		"incident-scope":    func(d *deck) { d.leak(); d.press("tab", "tab") },
		"incidents":         func(d *deck) { d.press("!"); d.shows("nothing is chosen yet"); d.press("tab", "i") },
		"incident-question": func(d *deck) { d.leak(); d.press("enter"); d.shows("reversible") },
		"board": func(d *deck) {
			d.leak()
			d.revoke()
			d.shows("1 of 1 revoked")
		},
		"unfinished-incident": func(d *deck) {
			d.world.Target.Differ(engine.Difference{Slot: engine.SlotA, What: "SELECT on orders"})
			d.leak()
			d.revoke()
			d.shows("◆ asks you")
			d.until("the board stands alone", func() bool { return len(d.stack) == 2 })
			d.launcher.stopIncidents()
			d.launcher.stop(d.launcher.active()[0])
			d.until("it has stopped", func() bool { return len(d.launcher.incidents()) == 0 })
			d.deliver(ui.Back{}, ui.Tick{})
			d.shows("unfinished ·")
			d.press("U")
		},
		"news":      func(d *deck) { d.deliver(ui.Flash{Text: "the plan is in plan.txt", Level: ui.LevelOK}) },
		"rehearsal": func(d *deck) { d.press("e"); d.shows("a rehearsal makes") },
		"rehearsal-question": func(d *deck) {
			d.press("e")
			d.shows("a rehearsal makes")
			d.press("f")
			d.shows("Rehearse the rotation")
		},
		"rehearsing": func(d *deck) { d.rehearse(); d.shows("the rehearsal passed") },
		"rehearsed":  func(d *deck) { d.rehearse(); d.deliver(ui.OpenRehearsal{ID: enginetest.ID}); d.shows("by sam: passed") },
	}
}

// leak pastes a leaked password into incident mode.
func (d *deck) leak() {
	d.t.Helper()
	d.press("!")
	d.shows("nothing is chosen yet")
	d.deliver(tea.PasteMsg{Content: enginetest.OldPassword})
	d.press("enter")
	d.shows("will be cut")
}

// revoke opens the incident and answers its question with yes.
func (d *deck) revoke() {
	d.t.Helper()
	d.press("enter")
	d.until("it asks", func() bool { return d.dialog() != nil })
	d.dialog().(*confirm.Dialog).Arm()
	d.press("tab", "r", "e", "v", "o", "k", "e", "enter")
}

// underWay begins a run and puts its first question aside.
func (d *deck) underWay() {
	d.rotate()
	d.deliver(ui.CloseDialog{Dialog: d.dialog()})
}

// rehearse carries a rehearsal out, on the screen.
func (d *deck) rehearse() {
	d.t.Helper()
	d.press("e")
	d.shows("a rehearsal makes")
	d.press("o")
	d.shows("Rehearse the rotation")
	d.answer()
	d.shows("esc goes back; ")
}

// answer says yes to the question in view, once it takes keys.
func (d *deck) answer() {
	d.t.Helper()
	question := d.dialog()
	d.until("it takes keys", func() bool { return !strings.Contains(uitest.Text(d.Frame(140, 60)), "arming") })
	d.press("y")
	d.until("it is answered", func() bool { return d.dialog() != question })
}

// elsewhere shows a run that another process carries out.
func (d *deck) elsewhere() *engine.Run {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	run, err := d.world.Engine().Rotate(ctx, enginetest.ID, engine.Options{})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { cancel(); run.Wait() })
	d.until("its first question is open", func() bool {
		if openQuestion(run).ID == "" {
			d.deliver(ui.Tick{})
			return false
		}
		return true
	})
	d.begin(d.context.Watch(run.ID()))
	d.shows("is asked: ")
	return run
}

// stopped leaves a run behind that was stopped in the middle.
func (d *deck) stopped() {
	d.t.Helper()
	d.rotate()
	d.choose(engine.ChoiceContinue)
	d.choose(engine.ChoiceStop)
	d.until("the run has stopped", func() bool { return len(d.launcher.active()) == 0 })
	d.deliver(ui.Back{}, ui.Tick{})
	d.shows("unfinished ·")
}

func hasItsSize(t *testing.T, frame string, width, height int) {
	t.Helper()
	lines := strings.Split(frame, "\n")
	if len(lines) != height {
		t.Fatalf("%dx%d: %d lines", width, height, len(lines))
	}
	for i, line := range lines {
		if cells := ansi.StringWidth(line); cells != width {
			t.Fatalf("%dx%d: line %d has %d cells:\n%s", width, height, i+1, cells, uitest.Text(frame))
		}
	}
}
