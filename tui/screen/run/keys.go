package run

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The ids of bindings that are not buttons.
const (
	keyNext     = "next"
	keyPrevious = "previous"
	keyPress    = "press"
	keyLeft     = "left"
	keyRight    = "right"
	keyScroll   = "scroll"
	keyStamps   = "stamps"
	keyWrap     = "wrap"
	keyTruth    = "truth"
	keyProbe    = "probe"
	keyUsers    = "users"
	keyRights   = "rights"
	keyCommand  = "command"
	keySave     = "save"
	keyDismiss  = "dismiss"
	keyBack     = "back"
)

// Bindings lists the keys of the screen.
func (s *Screen) Bindings() []ui.Binding {
	bindings := s.buttons()
	press := ui.Binding{ID: keyPress, Keys: []string{"enter"}, Label: "press", Danger: true, Help: "Press the button in focus."}
	if s.focus.at != paneButtons {
		press.Reason = "no button is in focus: " + s.ctx.Key("run.next", "tab") + " goes there"
	}
	dismiss := ui.Binding{ID: keyDismiss, Keys: []string{"a"}, Label: "dismiss", Help: "Take note of the problem and unpin it."}
	if s.model.Problem == nil {
		dismiss.Reason = "no problem is pinned"
	}
	probe := ui.Binding{ID: keyProbe, Keys: []string{"r"}, Label: "probe again", Help: "Probe once more what is true, for the panel in the evidence. Changes nothing."}
	switch {
	case s.onlyReal() != "":
		probe.Reason = s.onlyReal()
	case !s.truthWanted():
		probe.Reason = "the run tells what it sees: " + s.ctx.Key("run.truth", "t") + " probes all the same"
	case s.truth.Looking():
		probe.Reason = "it is being probed"
	}
	pan := s.focus.shown == paneLog && s.log.Cut()
	return append(bindings,
		ui.Binding{ID: keyNext, Keys: []string{"tab"}, Label: "focus", Footer: true, Help: "Move the focus: log, evidence, phases, buttons."},
		ui.Binding{ID: keyPrevious, Keys: []string{"shift+tab"}, Label: "focus back", Help: "Move the focus back."},
		press,
		ui.Binding{ID: keyLeft, Keys: []string{"left"}, Label: "left", Help: "Pan the log to the left, or go to the button before."},
		ui.Binding{ID: keyRight, Keys: []string{"right"}, Label: "pan", Footer: pan, Help: "Pan the log to the right, or go to the next button."},
		ui.Binding{
			ID: keyScroll, Keys: []string{"up", "down", "k", "j", "pgup", "pgdown", "home", "end", "g", "G"}, Label: "scroll", Footer: true,
			Help: "Scroll the pane in focus. The log stands still when scrolled up and follows again from its end.",
		},
		ui.Binding{ID: keyTruth, Keys: []string{"t"}, Label: "truth", Footer: s.truthWanted(), Reason: s.onlyReal(), Help: "What is true now: does the old credential work, does the new one, what does the store hold, who uses what, and the one safe next step."},
		ui.Binding{ID: keyUsers, Keys: []string{"l"}, Label: "live users", Footer: s.onlyReal() == "", Reason: s.onlyReal(), Help: "Sessions of both credentials, counted each second, and the version that each consumer has."},
		ui.Binding{ID: keyRights, Keys: []string{"="}, Label: "rights", Footer: s.asksParity(), Reason: s.onlyReal(), Help: "Compare the rights of both slots: what only one has, and the statement that evens it out."},
		ui.Binding{ID: keyCommand, Keys: []string{"C", "$"}, Label: "by hand", Reason: s.onlyReal(), Help: "Show the commands by which a person does it by hand, step by step, forward and back, with what is true now. Changes nothing."},
		probe,
		ui.Binding{ID: keyWrap, Keys: []string{"space"}, Label: "wrap", Footer: pan, Help: "Show long lines of the log in full, or cut."},
		ui.Binding{ID: keyStamps, Keys: []string{"T"}, Label: "times", Help: "Show or hide the times in the log."},
		ui.Binding{ID: keySave, Keys: []string{"w"}, Label: "save log", Footer: true, Help: "Write the whole log to a file that only you can read."},
		dismiss,
		ui.Binding{ID: keyBack, Keys: []string{"esc"}, Label: "back", Footer: true, Help: "Go back. The run goes on."},
	)
}

// press handles a key. Why a disabled one does nothing, the root says.
func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	id := ui.Pressed(s.Bindings(), msg)
	panning := id == keyLeft || id == keyRight
	if id == keyScroll || panning && s.focus.at != paneButtons {
		s.scrollBy(msg)
		return nil
	}
	return s.act(id)
}

func (s *Screen) scrollBy(msg tea.KeyPressMsg) {
	if s.focus.shown == paneLog {
		s.log.Key(msg)
		return
	}
	s.scroll.Key(msg)
}

func (s *Screen) act(id string) tea.Cmd {
	switch id {
	case keyNext, keyPrevious:
		s.focus.next(map[string]int{keyNext: 1, keyPrevious: -1}[id])
		s.scroll = scroll.Scroll{}
	case keyLeft, keyRight:
		n := len(s.buttons())
		s.focus.button = (s.focus.button + map[string]int{keyLeft: n - 1, keyRight: 1}[id]) % n
	case keyPress:
		return s.pressButton()
	case keyTruth:
		return ui.Send(ui.OpenTruth{Run: s.model.Summary})
	case keyProbe:
		return s.truth.Look(s.model.Summary)
	case keyUsers:
		return ui.Send(ui.OpenUsers{ID: s.credential.ID, Run: s.run})
	case keyRights:
		return ui.Send(ui.OpenParity{ID: s.credential.ID})
	case keyCommand:
		return ui.Send(ui.OpenRunbook{ID: s.credential.ID, Run: s.id})
	case keyWrap:
		s.log.ToggleWrap()
	case keyStamps:
		s.log.ToggleStamps()
	case keySave:
		return SaveLog(s.ctx, s.folder, s.credential.ID, s.id, s.model)
	case keyDismiss:
		s.model.Acknowledge()
	case keyBack:
		return ui.Send(ui.Back{})
	default:
		return s.command(id)
	}
	return nil
}

// pressButton acts on the button in focus, or says why it does nothing.
func (s *Screen) pressButton() tea.Cmd {
	b := s.buttons()[s.focus.button]
	if !b.Enabled() {
		return ui.Send(ui.Flash{Text: fmt.Sprintf("%s: %s", b.Label, b.Reason), Level: ui.LevelWarn})
	}
	return s.command(b.ID)
}
