package incident

import (
	"fmt"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Bindings lists the keys for what is in focus.
func (s *Screen) Bindings() []ui.Binding {
	switch {
	case s.filter.Editing():
		return []ui.Binding{
			{ID: "keep", Keys: []string{"enter"}, Label: "keep", Help: "Keep the filter and go back to the list.", Footer: true},
			{ID: "leave", Keys: []string{"esc"}, Label: "leave", Help: "Leave the line; esc again clears the filter.", Footer: true},
		}
	case s.terms.editing:
		return []ui.Binding{
			{ID: "keep", Keys: []string{"enter"}, Label: "take it", Help: "Take this moment.", Footer: true},
			{ID: "leave", Keys: []string{"esc"}, Label: "leave", Help: "Leave it as it was.", Footer: true},
		}
	case s.focus == onField:
		return s.fieldBindings()
	}
	return append(s.rowBindings(), s.commonBindings()...)
}

// fieldBindings are the keys while a secret is entered: every other one is part
// of it.
func (s *Screen) fieldBindings() []ui.Binding {
	enter := s.beginBinding()
	if s.chosen.empty() && !s.found.asking || !s.field.Empty() {
		enter = ui.Binding{ID: "identify", Keys: []string{"enter"}, Label: "identify", Help: "Compare it, in memory, with what every store holds and held. It is wiped then.", Footer: true, Reason: s.identifyReason()}
	}
	back := ui.Binding{ID: "back", Keys: []string{"esc"}, Label: "back", Help: "Go back; nothing has begun.", Footer: true}
	if !s.field.Empty() {
		back = ui.Binding{ID: "clear", Keys: []string{"esc", "ctrl+u"}, Label: "wipe", Help: "Wipe what was entered.", Footer: true}
	}
	return []ui.Binding{
		enter,
		{ID: "next", Keys: []string{"tab", "down"}, Label: "choose instead", Help: "To the list of credentials.", Footer: true},
		{ID: "previous", Keys: []string{"shift+tab", "up"}, Label: "to what is chosen", Help: "To what is chosen, or to the list."},
		back,
	}
}

func (s *Screen) identifyReason() string {
	switch {
	case s.found.asking:
		return "the last one is being compared"
	case s.field.Empty():
		return "paste or type what leaked first; tab chooses instead"
	}
	return ""
}

func (s *Screen) beginBinding() ui.Binding {
	return ui.Binding{ID: "begin", Keys: []string{"enter"}, Label: "revoke…", Help: "Open the incident. You are asked once, with everything that will happen, before anything does.", Danger: true, Footer: true, Reason: s.beginReason()}
}

// rowBindings are the keys of the list, or of what is chosen.
func (s *Screen) rowBindings() []ui.Binding {
	if s.focus == onScope {
		return []ui.Binding{
			s.beginBinding(),
			{ID: "leave-out", Keys: []string{"space"}, Label: "leave out", Help: "Leave the selected credential out.", Footer: true},
		}
	}
	none := ""
	if s.list.Selected() == "" {
		none = "no credential is selected"
	}
	choose := "choose"
	if s.chosen.has(s.list.Selected()) {
		choose = "leave out"
	}
	all := "no filter is set: " + s.context.Key("incident.filter", "/") + " narrows the list down first"
	if s.filter.Active() {
		all = none
	}
	return []ui.Binding{
		s.beginBinding(),
		{ID: "choose", Keys: []string{"space"}, Label: choose, Help: "Choose the selected credential, or leave it out.", Footer: true, Reason: none},
		{ID: "filter", Keys: []string{"/"}, Label: "filter", Help: "Narrow the list down: plain text, and terms such as tag:web owner:jane env:prod store:apps kind:tls, each with ! before it for the opposite.", Footer: true},
		{ID: "all", Keys: []string{"a"}, Label: "all shown", Help: "Choose every credential that the filter lets through.", Footer: s.filter.Active(), Reason: all},
	}
}

func (s *Screen) commonBindings() []ui.Binding {
	near := ""
	if len(s.nearby) == 0 && len(s.addedNear()) == 0 {
		near = "nothing that is not chosen shares a store, a target or a consumer with what is"
	}
	esc := ui.Binding{ID: "back", Keys: []string{"esc"}, Label: "back", Help: "Go back; nothing has begun.", Footer: true}
	if s.filter.Active() && s.focus == onList {
		esc = ui.Binding{ID: "unfilter", Keys: []string{"esc"}, Label: "clear filter", Help: "Clear the filter; esc again goes back.", Footer: true}
	}
	return []ui.Binding{
		{ID: "near", Keys: []string{"n"}, Label: s.nearLabel(), Help: "Choose all that share a store, a target or a consumer with what is chosen; once more leaves them out again.", Footer: near == "", Reason: near},
		{ID: "since", Keys: []string{"t"}, Label: "out since", Help: "Since when the secret is out: now, an hour, a day or a week ago.", Footer: true},
		{ID: "grace", Keys: []string{"g"}, Label: "grace", Help: "How long the leaked one stays valid once services have the new one: none, or a few minutes.", Footer: true},
		{ID: "next", Keys: []string{"tab"}, Label: "focus", Help: "Move the focus: secret, list, what is chosen.", Footer: true},
		esc,
		{ID: "moment", Keys: []string{"T"}, Label: "type since when", Help: "Type the moment since which it is out: 2h, 14:05, or 2026-03-14 14:05."},
		{ID: "incidents", Keys: []string{"i"}, Label: "incidents", Help: "List incidents on record: their boards and reports, and those to resume."},
		{ID: "previous", Keys: []string{"shift+tab"}, Label: "focus back", Help: "Move the focus back."},
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "One row up."},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "One row down."},
		{ID: "page", Keys: []string{"pgup", "pgdown"}, Label: "page", Help: "One page up or down."},
		{ID: "ends", Keys: []string{"home", "end", "G"}, Label: "ends", Help: "To the first or the last row."},
	}
}

func (s *Screen) nearLabel() string {
	if n := len(s.addedNear()); n > 0 {
		return fmt.Sprintf("leave out %d near", n)
	}
	if n := len(s.nearby); n > 0 {
		return fmt.Sprintf("add %d near", n)
	}
	return "add near"
}
