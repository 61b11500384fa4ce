package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// clickOn clicks on the last text of its kind in the frame.
func (d *deck) clickOn(text string) {
	d.t.Helper()
	d.Frame(d.width, d.height) // what keys there are depends on what the last frame had room for
	for y, line := range slices.Backward(strings.Split(ansi.Strip(d.Frame(d.width, d.height)), "\n")) {
		if at := strings.LastIndex(line, text); at >= 0 {
			d.deliver(tea.MouseClickMsg{X: ansi.StringWidth(line[:at]), Y: y, Button: tea.MouseLeft})
			return
		}
	}
	d.t.Fatalf("there is no %s in\n%s", text, uitest.Text(d.Frame(d.width, d.height)))
}

func TestClickOnTheFooterPressesItsKey(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.begin(d.Init())
	d.shows("✓ ok")
	d.clickOn("? help")
	if d.dialog() == nil {
		t.Fatalf("a click on the help opens nothing:\n%s", uitest.Text(d.Frame(d.width, d.height)))
	}
	d.clickOn("esc close")
	d.until("the help closes", func() bool { return d.dialog() == nil })
	d.clickOn("o plan, then rotate")
	if len(d.stack) > 1 || !strings.Contains(d.news.Text, "no click does it") {
		t.Errorf("a click begins a change, or says only %q", d.news.Text)
	}
}

// TestNoClickConfirms clicks twice on everything of a question, and on its keys in
// the footer, as fast as one can.
func TestNoClickConfirms(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	dialog := question(d)
	d.deliver(ui.ShowDialog{Dialog: dialog})
	dialog.Arm()
	for y := range d.height {
		for x := 0; x < d.width; x += 3 {
			for range 2 {
				d.deliver(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
			}
		}
	}
	if d.dialog() == nil {
		t.Error("clicks answer a question")
	}
}

func TestMouseReachesNothingBelowAQuestion(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	front := &probe{}
	d.stack = append(d.stack, &place{screen: front, dialogs: nil})
	d.front().dialogs = append(d.front().dialogs, question(d))
	front.got = nil
	d.deliver(tea.MouseClickMsg{X: 1, Y: 3, Button: tea.MouseLeft}, tea.MouseWheelMsg{X: 1, Y: 3, Button: tea.MouseWheelDown})
	for _, msg := range front.got {
		if _, isMouse := msg.(tea.MouseMsg); isMouse {
			t.Errorf("the screen below got %v", msg)
		}
	}
}

func TestClickWaitsForRest(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	front := &probe{}
	d.stack = append(d.stack, &place{screen: front})
	_ = d.rest.Begin()
	d.deliver(tea.MouseClickMsg{X: 1, Y: 4, Button: tea.MouseLeft})
	if len(front.got) > 0 {
		t.Errorf("while keys are to rest, the screen got %v", front.got)
	}
}

func TestClickInARunBeginsNothing(t *testing.T) {
	t.Parallel()
	d, run := publishing(t)
	d.front().dialogs = nil
	d.rest.End()
	for range 3 {
		d.clickOn("stop after phase")
	}
	if s := run.Summary(); s.Status == engine.StatusStopped {
		t.Error("clicks stop a run")
	}
	if got := uitest.Text(d.Frame(d.width, d.height)); d.news.Text == "" && !strings.Contains(got, "[") {
		t.Errorf("a click does not even focus:\n%s", got)
	}
}

// bars are the lines of a frame on which a row is marked as selected, by the column of
// the mark; first is the column of the first one, -1 for none.
func bars(frame string) (lines map[int]int, first int) {
	lines, first = map[int]int{}, -1
	for y, line := range strings.Split(uitest.Text(frame), "\n") {
		for at := range line {
			if strings.HasPrefix(line[at:], "▌") {
				x := ansi.StringWidth(line[:at])
				lines[x] = y
				if first < 0 {
					first = x
				}
			}
		}
	}
	return lines, first
}

// TestMouseOnEveryList holds all lists to the same: a click selects the row under
// the pointer, the wheel scrolls, and neither does anything behind a question.
func TestMouseOnEveryList(t *testing.T) {
	t.Parallel()
	all := worldScenes()
	const groups = "rights" // rows stand below the objects that they are about
	for name, open := range map[string]func(d *deck){
		"inventory": all["five-hundred"],
		"audit":     func(d *deck) { all["five-hundred"](d); d.press("A"); d.shows("as of ") },
		groups:      all["rights-differ"],
		"all runs": func(d *deck) {
			d.finished(enginetest.Prefer(engine.ChoiceRollBack, engine.ChoiceContinue))
			d.finished(enginetest.Yes)
			d.deliver(ui.OpenHistory{})
			d.shows("2 runs")
		},
	} {
		for _, size := range [][2]int{{60, 16}, {80, 24}, {140, 40}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				play(t, func(*enginetest.World) {}, open, func(t *testing.T, d *deck) {
					d.mouses(t, size[0], size[1], map[bool]int{true: 2, false: 1}[name == groups])
				})
			})
		}
	}
}

// mouses clicks and scrolls on the list of a console, whose second row is so many
// lines below the first.
func (d *deck) mouses(t *testing.T, width, height, below int) {
	t.Helper()
	d.rest.End()
	lines, x := bars(d.frameAt(width, height))
	y, found := lines[x]
	if !found {
		t.Fatalf("there is no list in\n%s", uitest.Text(d.Frame(width, height)))
	}
	d.deliver(tea.MouseClickMsg{X: x + 4, Y: y + below, Button: tea.MouseLeft})
	if now, _ := bars(d.frameAt(width, height)); now[x] != y+below {
		t.Errorf("a click on line %d selects line %d in\n%s", y+below, now[x], uitest.Text(d.Frame(width, height)))
	}
	d.deliver(tea.MouseClickMsg{X: x + 4, Y: y, Button: tea.MouseLeft})
	before := d.frameAt(width, height)
	d.deliver(tea.MouseWheelMsg{X: x + 4, Y: y, Button: tea.MouseWheelDown})
	if d.frameAt(width, height) == before {
		t.Errorf("the wheel scrolls nothing in\n%s", uitest.Text(before))
	}
	d.deliver(ui.ShowDialog{Dialog: question(d)})
	behind := d.front().screen.View(width, height)
	for line := range height - 1 {
		d.deliver(tea.MouseClickMsg{X: x + 4, Y: line, Button: tea.MouseLeft}, tea.MouseWheelMsg{X: x + 4, Y: line, Button: tea.MouseWheelUp})
	}
	if d.front().screen.View(width, height) != behind || d.dialog() == nil {
		t.Errorf("the mouse reaches behind a question in\n%s", uitest.Text(d.Frame(width, height)))
	}
}
