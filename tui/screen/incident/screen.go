// Package incident is the screen on which an incident begins: what has leaked, by
// its secret or by choice, what else that reaches, and what revoking it will cut.
// Nothing is changed here: the engine asks before it begins.
package incident

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/filter"
	"github.com/rotadeck/rotadeck/tui/component/masked"
	"github.com/rotadeck/rotadeck/tui/component/query"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// focus is the part of the screen that keys are for.
type focus int

const (
	onField focus = iota // a secret is pasted or typed
	onList               // credentials are chosen
	onScope              // what was chosen
	focuses
)

// Screen is incident mode. Make one with New.
type Screen struct {
	context *ui.Context
	focus   focus
	field   *masked.Field
	found   found
	chosen  choice
	scoping scoping
	terms   terms
	past    []engine.Board // on record, newest first

	credentials []engine.Credential // by name
	list        *table.Table
	filter      *filter.Filter
	query       query.Query
	problem     string // what is wrong with the query
	scope       *table.Table
	rows        map[string]row              // of scope
	cost        ui.Cost                     // of all rows
	nearby      []engine.Neighbour          // what shares something with the chosen ones and is not chosen
	near        map[string]engine.Neighbour // nearby, by credential

	added  map[string]string // those that were near when they were chosen, and why
	widths widths            // of the list

	wide    bool // the last frame had room for list and scope
	eager   bool // begin once it is known what will be cut
	opening bool // the engine was told
}

var (
	_ ui.Screen   = (*Screen)(nil)
	_ ui.Starter  = (*Screen)(nil)
	_ ui.Titled   = (*Screen)(nil)
	_ ui.Capturer = (*Screen)(nil)
	_ ui.Resumer  = (*Screen)(nil)
	_ ui.Closer   = (*Screen)(nil)
)

// New returns the screen with the field of the secret in focus, and credentials
// chosen that were marked elsewhere.
func New(c *ui.Context, marked []string) *Screen {
	s := &Screen{
		context: c, field: masked.New(), filter: filter.New(), list: table.New(nil), scope: table.New(nil),
		credentials: byName(c.Engine.Credentials()), terms: newTerms(),
	}
	for _, id := range marked {
		s.chosen.add(engine.Suspect{Credential: id, Why: "chosen"})
	}
	s.arrange()
	s.order()
	return s
}

// Init asks what the marked ones come to, and which incidents are on record.
func (s *Screen) Init() tea.Cmd { return tea.Batch(s.rescope(), s.readPast()) }

// Resume asks again: a board was looked at meanwhile.
func (s *Screen) Resume() tea.Cmd {
	s.opening = false
	return tea.Batch(s.rescope(), s.readPast())
}

// Close wipes what was typed.
func (s *Screen) Close() { s.field.Clear() }

// CapturesText says whether keys are text.
func (s *Screen) CapturesText() bool {
	return s.focus == onField || s.filter.Editing() || s.terms.editing
}

// Title names the screen.
func (s *Screen) Title() string { return "incident mode" }

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case identified:
		if msg.screen == s {
			return s.identify(msg)
		}
	case scoped:
		if msg.screen == s {
			return s.take(msg)
		}
	case opened:
		if msg.screen == s {
			s.opening = false
		}
	case pastRead:
		if msg.screen == s {
			s.past = msg.boards
		}
	case tea.PasteMsg:
		s.paste(msg)
	case tea.MouseWheelMsg:
		s.wheel(msg)
	case tea.KeyPressMsg:
		return s.press(msg)
	}
	return nil
}

// paste goes to the line in focus. A paste outside of any is taken for what
// leaked: a secret must not end up anywhere else.
func (s *Screen) paste(msg tea.PasteMsg) {
	switch {
	case s.filter.Editing():
		s.filter.Update(msg)
		s.narrow()
	case s.terms.editing:
		s.terms.input.Update(msg)
	default:
		s.focus = onField
		s.field.Update(msg)
	}
}

func (s *Screen) wheel(msg tea.MouseWheelMsg) {
	n := 3
	if msg.Button == tea.MouseWheelUp {
		n = -3
	}
	if s.showsScope() && !s.wide || s.focus == onScope {
		s.scope.Move(n)
		return
	}
	s.list.Move(n)
}

func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case s.filter.Editing():
		if s.filter.Update(msg) {
			s.narrow()
		}
		return nil
	case s.terms.editing:
		s.terms.press(msg, s.context.Now())
		return nil
	}
	id := ui.Pressed(s.Bindings(), msg)
	if id == "" && s.focus == onField {
		if reason := s.Bindings()[0].Reason; msg.String() == "enter" && reason != "" {
			return ui.Send(ui.Flash{Text: reason})
		}
		s.field.Update(msg)
		return nil
	}
	return s.act(id, msg)
}

func (s *Screen) act(id string, msg tea.KeyPressMsg) tea.Cmd {
	switch id {
	case "identify":
		return s.compare()
	case "begin":
		return s.begin()
	case "next":
		s.move(1)
	case "previous":
		s.move(-1)
	case "choose":
		return s.toggle(s.list)
	case "leave-out":
		return s.toggle(s.scope)
	case "all":
		return s.chooseAll()
	case "near":
		return s.toggleNearby()
	case "filter":
		s.filter.Clear()
		s.filter.Open()
		s.narrow()
	case "since":
		s.terms.nextSince()
	case "moment":
		s.terms.open()
	case "grace":
		s.terms.nextGrace()
	case "incidents":
		return ui.Send(ui.ShowDialog{Dialog: newPast(s.context, s.past), Owner: s})
	case "clear":
		s.field.Clear()
	case "unfilter":
		s.filter.Clear()
		s.narrow()
	case "back":
		s.field.Clear()
		return ui.Send(ui.Back{})
	default:
		s.scroll(msg)
	}
	return nil
}

func (s *Screen) scroll(msg tea.KeyPressMsg) {
	if s.focus == onScope {
		s.scope.Key(msg)
		return
	}
	s.list.Key(msg)
}

// move moves the focus; where nothing is chosen, there is no scope to go to.
func (s *Screen) move(n int) {
	s.focus = (s.focus + focus(n) + focuses) % focuses
	if s.focus == onScope && s.chosen.empty() {
		s.focus = (s.focus + focus(n) + focuses) % focuses
	}
}

// showsScope says that a narrow screen shows what was chosen, not the list to
// choose from.
func (s *Screen) showsScope() bool {
	return s.focus == onScope || s.focus == onField && !s.chosen.empty()
}
