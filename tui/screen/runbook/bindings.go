package runbook

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Bindings lists the keys.
func (s *Screen) Bindings() []ui.Binding {
	unsaved, uncopied, again := "", "", ""
	if !s.known {
		unsaved, uncopied = "there is no runbook yet", "there is no runbook yet"
	} else if len(s.entries) == 0 || s.entries[s.selected].hand.Command == "" {
		uncopied = "what is selected is no command"
	}
	if s.looking {
		again = "it is being written"
	}
	return []ui.Binding{
		{ID: "copy", Keys: []string{"y"}, Label: "copy", Help: "Put the selected command into the clipboard, through the terminal: it works over SSH too, where the terminal allows it. There is no secret in it.", Footer: true, Reason: uncopied},
		{ID: "save", Keys: []string{"w"}, Label: "save", Help: "Write the runbook, as Markdown, to a file in the current folder that only you can read: for when the console is not there.", Footer: true, Reason: unsaved},
		{ID: "next", Keys: []string{"down", "j", "tab"}, Label: "next", Help: "The next command; what is longer than the window scrolls by.", Footer: true},
		{ID: "previous", Keys: []string{"up", "k", "shift+tab"}, Label: "before", Help: "The command before."},
		{ID: "section", Keys: []string{"right", "left"}, Label: "step", Help: "The first command of the next step, or of the one before.", Footer: true},
		{ID: "again", Keys: []string{"r"}, Label: "look again", Help: "Probe once more what is true, and write the runbook anew. Changes nothing.", Footer: true, Reason: again},
		{ID: "back", Keys: []string{"esc"}, Label: "back", Help: "Go back.", Footer: true},
		{ID: "users", Keys: []string{"l"}, Label: "live users", Help: "Who uses the credential now."},
		{ID: "page", Keys: []string{"pgup", "pgdown", "space"}, Label: "page", Help: "Scroll by a page."},
		{ID: "ends", Keys: []string{"home", "g", "end", "G"}, Label: "ends", Help: "To the first or the last line."},
	}
}

func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	switch ui.Pressed(s.Bindings(), msg) {
	case "copy":
		return s.copying()
	case "save":
		return s.save()
	case "next":
		s.move(1)
	case "previous":
		s.move(-1)
	case "section":
		s.leap(map[bool]int{true: 1, false: -1}[msg.String() == "right"])
	case "again":
		return s.Init()
	case "back":
		return ui.Send(ui.Back{})
	case "users":
		return ui.Send(ui.OpenUsers{ID: s.credential.ID})
	case "page", "ends":
		s.turn(msg.String())
	}
	return nil
}

// move selects another command. One that is not in view comes into it first, and
// one that is taller than the window is scrolled through.
func (s *Screen) move(by int) {
	if len(s.entries) == 0 {
		s.scroll(by)
		return
	}
	if span, known := s.shown.spans[s.selected]; known && s.height > 0 {
		if span.end <= s.top || span.start >= s.top+s.height {
			s.follow = true
			return
		}
		beyond := by > 0 && span.end > s.top+s.height || by < 0 && span.start < s.top
		if beyond && span.end-span.start > s.height {
			s.scroll(by * max(1, s.height/2))
			return
		}
	}
	s.choose(s.selected + by)
}

func (s *Screen) choose(i int) {
	s.selected = max(0, min(i, len(s.entries)-1))
	s.follow = true
}

// click selects what stands on a line of the page, which stays where it is.
func (s *Screen) click(y int) {
	at := s.top + y
	if y < 0 || y >= s.height || at >= len(s.shown.lines) || s.shown.lines[at].entry < 0 {
		return
	}
	s.selected, s.follow = s.shown.lines[at].entry, false
}

// leap goes to the first command of another step.
func (s *Screen) leap(by int) {
	if len(s.entries) == 0 {
		return
	}
	at := s.entries[s.selected]
	i := s.selected
	for i >= 0 && i < len(s.entries) && s.entries[i].way == at.way && s.entries[i].step.Number == at.step.Number {
		i += by
	}
	if i < 0 || i >= len(s.entries) {
		return
	}
	for i > 0 && s.entries[i-1].way == s.entries[i].way && s.entries[i-1].step.Number == s.entries[i].step.Number {
		i--
	}
	s.choose(i)
}

// turn scrolls without a change of what is selected, unless to the ends.
func (s *Screen) turn(key string) {
	switch key {
	case "pgup":
		s.scroll(-max(1, s.height-1))
	case "pgdown", "space":
		s.scroll(max(1, s.height-1))
	case "home", "g":
		s.choose(0)
		s.top, s.follow = 0, false
	default:
		s.choose(len(s.entries) - 1)
		s.top, s.follow = len(s.shown.lines), false
	}
}

func (s *Screen) scroll(by int) { s.top, s.follow = max(0, s.top+by), false }
