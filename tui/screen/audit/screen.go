package audit

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Screen is the audit. Make one with New.
type Screen struct {
	context *ui.Context
	folder  string // that reports are saved in
	digest  digest
	asked   time.Time // when the inventory was asked last
	adding  bool      // an audit is being added up
	panes   []*pane
	focus   int      // the pane that has the keys
	second  int      // the one beside the first where two are shown
	month   string   // whose days the calendar shows
	places  []placed // of the last frame
}

var (
	_ ui.Screen  = (*Screen)(nil)
	_ ui.Starter = (*Screen)(nil)
	_ ui.Titled  = (*Screen)(nil)
	_ ui.Resumer = (*Screen)(nil)
)

// New returns the screen, which asks the inventory what it has seen. Reports are
// saved in the current folder.
func New(c *ui.Context) *Screen {
	s := &Screen{context: c, folder: ".", second: 1}
	s.panes = []*pane{s.heat(), s.ages(), s.calendar(), s.totals(), s.trend()}
	s.take(digest{})
	return s
}

// Title names the screen in the header.
func (s *Screen) Title() string { return "audit" }

// Init asks for what the inventory has seen.
func (s *Screen) Init() tea.Cmd { return s.ask() }

// Resume asks again.
func (s *Screen) Resume() tea.Cmd { return s.ask() }

// askEvery is how often the inventory is asked once it has seen everything: it
// probes all the time, and an audit of many credentials takes a moment.
const askEvery = 15 * time.Second

func (s *Screen) ask() tea.Cmd {
	s.asked = s.context.Now()
	return ui.Send(ui.AskSeen{})
}

// digested delivers an audit.
type digested struct {
	screen *Screen
	digest digest
}

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.Seen:
		return s.add(msg)
	case digested:
		if msg.screen == s {
			s.adding = false
			s.take(msg.digest)
		}
	case ui.Tick:
		due := !s.digest.whole || s.context.Now().Sub(s.asked) >= askEvery
		if msg.Front == ui.Screen(s) && due && !s.adding {
			return s.ask()
		}
	case tea.KeyPressMsg:
		return s.press(msg)
	case tea.MouseWheelMsg:
		s.wheel(msg)
	case tea.MouseClickMsg:
		s.click(msg)
	}
	return nil
}

// add makes an audit of what was seen.
func (s *Screen) add(seen ui.Seen) tea.Cmd {
	if s.adding {
		return nil
	}
	s.adding = true
	now := s.context.Now()
	credentials := s.context.Engine.Credentials()
	return s.context.Work(func(context.Context) tea.Msg {
		d := newDigest(engine.NewAudit(credentials, seen.Observations, seen.Runs, now))
		d.unseen = len(credentials) - len(seen.Observations)
		d.whole = d.unseen == 0
		return digested{s, d}
	})
}

// take shows an audit.
func (s *Screen) take(d digest) {
	s.digest = d
	for _, p := range s.panes {
		p.table.SetRows(p.rows())
	}
}

func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	p := s.panes[s.focus]
	switch ui.Pressed(s.Bindings(), msg) {
	case "open":
		text, _ := p.query(p.table.Selected())
		return ui.Send(ui.OpenInventory{Query: text, Return: ui.OpenAudit{Screen: s}})
	case "next":
		s.turnTo(s.focus + 1)
	case "before":
		s.turnTo(s.focus + len(s.panes) - 1)
	case "view":
		s.turn(p, 1)
	case "view before":
		s.turn(p, len(p.views)-1)
	case "save":
		return s.save()
	case "probe":
		return s.ask()
	case "back":
		if p.view != 0 && p.nested {
			s.turn(p, len(p.views)-p.view)
			return nil
		}
		return ui.Send(ui.Back{})
	default:
		p.table.Key(msg)
	}
	return nil
}

// turnTo gives the focus to a pane.
func (s *Screen) turnTo(i int) {
	s.focus = i % len(s.panes)
	if s.focus > 0 {
		s.second = s.focus
	}
}

// turn shows another view of a pane.
func (s *Screen) turn(p *pane, by int) {
	if len(p.views) > 1 {
		if p.leaving != nil {
			p.leaving(p.table.Selected())
		}
		p.view = (p.view + by) % len(p.views)
		p.table.SetRows(p.rows())
		p.table.Move(-p.table.Len())
		p.table.Select(s.month) // of the calendar, when it comes back from days
	}
}
