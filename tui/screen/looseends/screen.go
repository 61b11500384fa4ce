package looseends

import (
	"context"
	"slices"
	"strconv"
	"sync"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Screen lists loose ends. Make one with New.
type Screen struct {
	context *ui.Context
	table   *table.Table
	found   engine.LooseEnds
	ends    map[string]engine.LooseEnd // by id of the row
	look    *look                      // the one under way, or the last
	looking bool
	reading bool // the keys scroll the details
	scroll  scroll.Scroll
	listTop int // where the list begins in the last frame
}

var (
	_ ui.Screen  = (*Screen)(nil)
	_ ui.Starter = (*Screen)(nil)
	_ ui.Titled  = (*Screen)(nil)
	_ ui.Subject = (*Screen)(nil)
)

// look collects what is found while it goes on. The screen takes it each second.
type look struct {
	mu    sync.Mutex
	fresh []engine.LooseLook
	all   int // credentials
}

// looked says that a look has ended.
type looked struct{ look *look }

// New returns the screen, nothing looked at yet.
func New(c *ui.Context) *Screen {
	return &Screen{context: c, table: table.New(columns()), ends: map[string]engine.LooseEnd{}}
}

// Title names the screen in the header.
func (s *Screen) Title() string { return "loose ends" }

// Credential is the one that the selected row is about.
func (s *Screen) Credential() string {
	if end, found := s.selected(); found && known(end) {
		return end.Credential
	}
	return ""
}

// known says that a loose end is that of a credential.
func known(end engine.LooseEnd) bool {
	return end.Kind != engine.LooseRecord && end.Credential != theJournal
}

// theJournal stands in place of a credential; no credential has a space.
const theJournal = "the journal"

// Init looks at every credential.
func (s *Screen) Init() tea.Cmd {
	if s.looking {
		return nil
	}
	l := &look{all: len(s.context.Engine.Credentials())}
	s.look, s.looking, s.found = l, true, engine.LooseEnds{}
	seek := s.context.Engine.SeekLooseEnds
	return s.context.Work(func(ctx context.Context) tea.Msg {
		for found := range seek(ctx) {
			l.mu.Lock()
			l.fresh = append(l.fresh, found)
			l.mu.Unlock()
		}
		return looked{l}
	})
}

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.Tick:
		if s.looking {
			s.take()
		}
	case looked:
		if msg.look == s.look {
			s.take()
			s.looking, s.found.At = false, s.context.Now()
			s.arrange()
		}
	case tea.MouseWheelMsg:
		s.wheel(msg)
	case tea.MouseClickMsg:
		if s.table.Click(msg.Y - s.listTop) {
			s.scroll = scroll.Scroll{}
		}
	case tea.KeyPressMsg:
		return s.press(msg)
	}
	return nil
}

// take adds what was found since. The rows of the look before stay until this one
// has ended, so that the selected one does not jump about.
func (s *Screen) take() {
	s.look.mu.Lock()
	fresh := s.look.fresh
	s.look.fresh = nil
	s.look.mu.Unlock()
	s.found.Add(fresh...)
	if len(s.ends) < len(s.found.Found)+len(s.found.Unseen) {
		s.arrange()
	}
}

// arrange makes a row of each loose end.
func (s *Screen) arrange() {
	rows := slices.Clone(s.found.Found)
	for _, p := range s.found.Unseen {
		rows = append(rows, unseen(p))
	}
	ids := make([]string, len(rows))
	s.ends = make(map[string]engine.LooseEnd, len(ids))
	for i, end := range rows {
		id := end.Credential + "\x00" + string(end.Kind) + "\x00" + string(end.Slot) + "\x00" + end.Run
		for n := 2; ; n++ {
			if _, taken := s.ends[id]; !taken {
				break
			}
			id += "\x00" + strconv.Itoa(n)
		}
		ids[i], s.ends[id] = id, end
	}
	s.table.SetRows(ids)
}

// kindUnseen is the kind of a row about what could not be looked at.
const kindUnseen engine.LooseKind = "not looked at"

// unseen makes a row of what could not be looked at: it may be loose.
func unseen(p engine.UnseenProblem) engine.LooseEnd {
	end := engine.LooseEnd{
		Credential: p.Credential, Kind: kindUnseen, What: p.Error(), Why: "something may be loose there",
		Ending: engine.Ending{Action: engine.EndByHand, Words: "mend that, then look again"},
	}
	if p.Credential == "" {
		end.Credential = theJournal
	}
	if p.Hint != "" {
		end.Ending.Words = p.Hint + "; then look again"
	}
	return end
}

func (s *Screen) selected() (end engine.LooseEnd, found bool) {
	end, found = s.ends[s.table.Selected()]
	return end, found
}

func (s *Screen) wheel(msg tea.MouseWheelMsg) {
	switch {
	case s.reading:
		s.scroll.Wheel(msg)
	case msg.Button == tea.MouseWheelUp:
		s.move(-3)
	case msg.Button == tea.MouseWheelDown:
		s.move(3)
	}
}

func (s *Screen) move(n int) {
	s.table.Move(n)
	s.scroll = scroll.Scroll{}
}
