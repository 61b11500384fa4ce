// Package board is the screen of an incident: since when the secret is out, and for
// each credential how far its revocation has come, until it is refused everywhere.
// Leaving the screen leaves the incident going on.
package board

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/component/filter"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Source is an incident that is carried out here.
type Source interface {
	Board() engine.Board
	Answer(a engine.Answer) error
	Run(credential string) *engine.Run
}

var _ Source = (*engine.Incident)(nil)

// Screen is the board of one incident. Make one with New.
type Screen struct {
	context  *ui.Context
	incident *engine.Incident // behind source and feed; nil in a test of the screen alone
	source   Source           // nil for an incident on record
	feed     *engine.Feed
	folder   string // that reports are saved in
	read     func(ctx context.Context, id string) (engine.IncidentReport, error)

	board   engine.Board
	rows    map[string]engine.Member
	table   *table.Table
	listTop int // where the list begins in the last frame
	cursor  int // in the feed
	ended   bool
	newer   bool // the board is of the record, which has gone on since source ended

	note   *filter.Filter // while one is written
	noting string         // the credential that it is for

	begun   bool            // a question of it was answered with yes, now or before
	request *engine.Request // open, before anything begins or goes on
	counted time.Time       // when it was asked, and sessions had just been counted
	dialog  *confirm.Dialog // of it
	asked   string          // the request that was shown here
}

var (
	_ ui.Screen  = (*Screen)(nil)
	_ ui.Starter = (*Screen)(nil)
	_ ui.Titled  = (*Screen)(nil)
	_ ui.Resumer = (*Screen)(nil)

	_ ui.Capturer = (*Screen)(nil)
)

// New returns the board of an incident, or with a nil one that of an incident on
// record. Reports are saved in the current folder.
func New(c *ui.Context, incident *engine.Incident, record engine.Board) *Screen {
	if incident == nil {
		return newScreen(c, nil, nil, record)
	}
	s := newScreen(c, incident, incident.Feed(), incident.Board())
	s.incident = incident
	return s
}

func newScreen(c *ui.Context, source Source, feed *engine.Feed, b engine.Board) *Screen {
	s := &Screen{context: c, source: source, feed: feed, folder: ".", read: c.Engine.IncidentReport, table: table.New(nil), note: filter.New(), ended: source == nil}
	s.show(b)
	return s
}

// show takes a board.
func (s *Screen) show(b engine.Board) {
	s.board = b
	s.rows = make(map[string]engine.Member, len(b.Members))
	ids := make([]string, len(b.Members))
	for i, m := range b.Members {
		s.rows[m.Credential], ids[i] = m, m.Credential
	}
	s.table.SetRows(ids)
}

// Init begins to follow the incident.
func (s *Screen) Init() tea.Cmd {
	if s.source == nil {
		return nil
	}
	return s.pump()
}

// Resume brings the board up to date.
func (s *Screen) Resume() tea.Cmd {
	s.refresh()
	return nil
}

func (s *Screen) refresh() {
	if s.source != nil && !s.newer {
		s.show(s.source.Board())
	}
}

// Title names the screen.
func (s *Screen) Title() string { return "incident" }

// pumpEvery is the least time between two looks: members change state by the
// dozen, and a frame is drawn for each message.
const pumpEvery = 100 * time.Millisecond

// news brings what has happened in the incident.
type news struct {
	to     *Screen
	events []engine.Event
	next   int
	ended  bool
}

// pump waits for events beyond the cursor, or until the run of a member comes
// forward, which is no event of the incident.
func (s *Screen) pump() tea.Cmd {
	cursor, feed := s.cursor, s.feed
	return s.context.Work(func(ctx context.Context) tea.Msg {
		if cursor > 0 && !wait(ctx, time.After(pumpEvery)) {
			return nil
		}
		events, next, more, ended := feed.Since(cursor)
		if len(events) == 0 && !ended {
			if !wait(ctx, more) {
				return nil
			}
			events, next, _, ended = feed.Since(cursor)
		}
		return news{s, events, next, ended}
	})
}

func wait[T any](ctx context.Context, c <-chan T) bool {
	select {
	case <-c:
		return true
	case <-ctx.Done():
		return false
	}
}

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case news:
		if msg.to == s {
			return s.receive(msg)
		}
	case ticked:
		if msg.to == s {
			return s.tickedOff(msg)
		}
	case ui.Tick:
		if msg.Front == ui.Screen(s) && !s.ended {
			s.refresh() // phases of runs go on without an event of the incident
		}
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			s.table.Move(-3)
		} else {
			s.table.Move(3)
		}
	case tea.MouseClickMsg:
		if !s.note.Editing() {
			s.table.Click(msg.Y - s.listTop)
		}
	case tea.PasteMsg:
		if s.note.Editing() {
			s.note.Update(msg)
		}
	case tea.KeyPressMsg:
		return s.press(msg)
	}
	return nil
}

func (s *Screen) receive(n news) tea.Cmd {
	var commands []tea.Cmd
	for _, e := range n.events {
		switch e.Type {
		case engine.EventRequest:
			s.request, s.counted = e.Request, e.At
		case engine.EventAnswer:
			commands = append(commands, s.answered(e))
		case engine.EventRunStopped, engine.EventRunEnded:
			s.request = nil
		}
	}
	s.cursor, s.ended = n.next, n.ended
	s.refresh()
	commands = append(commands, s.ask())
	if !n.ended {
		commands = append(commands, s.pump())
	}
	return tea.Batch(commands...)
}

// answered follows the answer that was given here: the board stands alone once the
// incident has begun, and gives way when it does not.
func (s *Screen) answered(e engine.Event) tea.Cmd {
	s.request = nil
	before := s.begun
	s.begun = before || e.Answer != nil && e.Answer.Choice == engine.ChoiceContinue
	if e.Answer == nil || e.Answer.Request != s.asked || s.incident == nil {
		return nil
	}
	if e.Answer.Choice == engine.ChoiceStop {
		text := "nothing was changed"
		if before {
			text = "it is left as it stands: nothing more was changed"
		}
		return tea.Batch(ui.Send(ui.Back{}), ui.Send(ui.Flash{Text: text}))
	}
	return ui.Send(ui.StandAlone{Screen: s})
}

// ask shows the open request, once.
func (s *Screen) ask() tea.Cmd {
	if s.request == nil || s.asked == s.request.ID {
		return nil
	}
	return s.askAgain()
}

func (s *Screen) askAgain() tea.Cmd {
	s.asked = s.request.ID
	request := *s.request
	if !s.begun && !s.counted.IsZero() { // whoever comes back to it later must not take the counts for those of now
		at := s.counted.In(s.context.Now().Location()).Format("15:04:05")
		request.Details = append([]string{"sessions as counted at " + at}, request.Details...)
	}
	s.dialog = confirm.New(s.context, confirm.Question{Request: request, Environment: s.environment(), Answer: s.source.Answer})
	return ui.Send(ui.ShowDialog{Dialog: s.dialog, Owner: s})
}

// environment is the gravest one that the incident touches.
func (s *Screen) environment() engine.Environment {
	var gravest engine.Environment
	for _, m := range s.board.Members {
		c, found := s.context.Engine.Find(m.Credential)
		if found && (gravest.Name == "" || c.Environment.Protected && !gravest.Protected) {
			gravest = c.Environment
		}
	}
	return gravest
}
