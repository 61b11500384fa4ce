package tui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
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
