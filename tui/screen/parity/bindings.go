package parity

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Bindings lists the keys.
func (s *Screen) Bindings() []ui.Binding {
	if s.filter.Editing() {
		return []ui.Binding{
			{ID: "keep", Keys: []string{"enter"}, Label: "keep", Help: "Keep the filter and go back to the list.", Footer: true},
			{ID: "leave", Keys: []string{"esc"}, Label: "leave", Help: "Leave the line; esc again clears the filter.", Footer: true},
		}
	}
	none, again := "", ""
	if len(s.all) == 0 {
		none = "there is no difference to look at"
	}
	if s.looking {
		again = "the rights are being compared"
	}
	return []ui.Binding{
		{ID: "again", Keys: []string{"r"}, Label: "compare again", Help: "Compare the rights of both slots once more. Changes nothing.", Footer: true, Reason: again},
		{ID: "save", Keys: []string{"w"}, Label: "save fixes", Help: "Write every statement that evens a difference out to a script that only you can read, to look through and run.", Footer: true, Reason: s.unsaved()},
		{ID: "filter", Keys: []string{"/"}, Label: "filter", Help: "Narrow the list down: words that must be there, and with ! before them must not: public.orders !select.", Footer: true, Reason: none},
		{ID: "statement", Keys: []string{"tab", "enter"}, Label: "statement", Help: "Put the focus on the statement, where arrows scroll it, or back on the list.", Footer: true, Reason: none},
		{ID: "users", Keys: []string{"l"}, Label: "live users", Help: "Who uses the credential now.", Footer: true},
		{ID: "back", Keys: []string{"esc"}, Label: "back", Help: "Back to the list, clear the filter, or leave.", Footer: true},
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "The difference before."},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "The next difference."},
		{ID: "page", Keys: []string{"pgup", "pgdown"}, Label: "page", Help: "One page up or down."},
		{ID: "ends", Keys: []string{"home", "g", "end", "G"}, Label: "ends", Help: "To the first or the last difference."},
	}
}

// unsaved says why there is no script.
func (s *Screen) unsaved() string {
	switch {
	case !s.known:
		return "the rights are not compared yet"
	case s.parity.Missing != "":
		return "there is nothing to compare with yet"
	case len(s.all) == 0:
		return "both slots have the same rights"
	case s.remedies() == 0:
		return "no statement evens these differences out"
	}
	return ""
}

func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	if s.filter.Editing() {
		if s.filter.Update(msg) {
			s.narrow()
		}
		return nil
	}
	switch ui.Pressed(s.Bindings(), msg) {
	case "again":
		return s.Init()
	case "save":
		return s.save()
	case "filter":
		s.filter.Clear() // a new question, not more of the old one
		s.filter.Open()
		s.reading = false
		s.narrow()
	case "statement":
		s.reading = !s.reading
	case "users":
		return ui.Send(ui.OpenUsers{ID: s.credential.ID})
	case "back":
		return s.back()
	default:
		s.move(msg)
	}
	return nil
}

func (s *Screen) move(msg tea.KeyPressMsg) {
	if s.reading {
		s.scroll.Key(msg)
		return
	}
	if s.list.key(msg) {
		s.scroll = scroll.Scroll{}
	}
}

// back takes away one thing: the focus on the statement, the filter, or the
// screen.
func (s *Screen) back() tea.Cmd {
	switch {
	case s.reading:
		s.reading = false
	case s.filter.Active():
		s.filter.Clear()
		s.narrow()
	default:
		return ui.Send(ui.Back{})
	}
	return nil
}
