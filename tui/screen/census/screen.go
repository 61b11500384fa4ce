package census

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/component/sessions"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// calmEvery is how often users are counted where nothing is to move by itself.
const calmEvery = 5 * time.Second

// Screen counts the users of one credential. Make one with New.
type Screen struct {
	context    *ui.Context
	credential engine.Credential
	course     course

	asking  bool // the next count begins only once this one has answered
	askedAt time.Time
	paused  bool
	users   engine.Users // the last answer; At is zero before the first
	err     error        // of the last count
	trend   trend
	leaving engine.Slot // whose trend it is
	scroll  scroll.Scroll
}

var (
	_ ui.Screen  = (*Screen)(nil)
	_ ui.Starter = (*Screen)(nil)
	_ ui.Titled  = (*Screen)(nil)
	_ ui.Subject = (*Screen)(nil)
	_ ui.Resumer = (*Screen)(nil)
)

// New returns the screen of a credential's users, nothing counted yet. The sides
// bear the names that run gives them; with a nil run, one that is under way in
// this console does.
func New(c *ui.Context, id string, run *engine.Run) *Screen {
	s := &Screen{context: c, credential: engine.Credential{ID: id}, course: course{run: run}}
	if credential, err := c.Engine.Credential(id); err == nil {
		s.credential = credential
	}
	s.join()
	return s
}

// counts delivers an answer.
type counts struct {
	screen *Screen
	users  engine.Users
	err    error
}

// Init counts.
func (s *Screen) Init() tea.Cmd { return s.count() }

// Resume counts again at once: what is shown may be old.
func (s *Screen) Resume() tea.Cmd {
	if s.paused {
		return nil
	}
	return s.count()
}

// Credential is the one that the screen is about.
func (s *Screen) Credential() string { return s.credential.ID }

// Title names the screen in the header.
func (s *Screen) Title() string { return "users of " + ui.Clean(s.credential.ID) }

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case counts:
		if msg.screen == s {
			s.take(msg)
		}
	case ui.Tick:
		s.join()
		if msg.Front == ui.Screen(s) && !s.paused && s.due() {
			return s.count()
		}
	case tea.MouseWheelMsg:
		s.scroll.Wheel(msg)
	case tea.KeyPressMsg:
		return s.press(msg)
	}
	return nil
}

// join finds the run that is under way, and reads how far it has come.
func (s *Screen) join() {
	for _, run := range s.context.Active() {
		if run.Credential().ID == s.credential.ID && (s.course.run == nil || s.course.run.ID() != run.ID() || s.course.run.Watched()) {
			s.course = course{run: run}
		}
	}
	s.course.follow()
}

// due says whether it is time to count again.
func (s *Screen) due() bool {
	return s.context.Animation || s.context.Now().Sub(s.askedAt) >= calmEvery
}

func (s *Screen) count() tea.Cmd {
	if s.asking {
		return nil
	}
	s.asking, s.askedAt = true, s.context.Now()
	id, count := s.credential.ID, s.context.Engine.Users
	return s.context.Work(func(ctx context.Context) tea.Msg {
		users, err := count(ctx, id)
		return counts{s, users, err}
	})
}

// take keeps the last answer when a count fails: it says how old it is.
func (s *Screen) take(msg counts) {
	s.asking, s.err = false, msg.err
	if msg.err != nil {
		s.trend.lose()
		return
	}
	s.users = msg.users
	leaving := s.course.leaving(s.users.Active)
	if leaving != s.leaving {
		s.leaving, s.trend = leaving, trend{}
	}
	if !s.users.Counted {
		s.trend.lose()
		return
	}
	s.trend.add(s.users.At, len(sessions.Of(s.users.Sessions, leaving)))
}

// Bindings lists the keys.
func (s *Screen) Bindings() []ui.Binding {
	again := ""
	if s.asking {
		again = "the users are being counted"
	}
	pause := ui.Binding{ID: "pause", Keys: []string{"space", "p"}, Label: "pause", Help: "Let the picture stand still, or go on.", Footer: true}
	if s.paused {
		pause.Label = "go on"
	}
	return []ui.Binding{
		pause,
		{ID: "again", Keys: []string{"r"}, Label: "count now", Help: "Count once more, also while paused. Changes nothing.", Footer: true, Reason: again},
		{ID: "rights", Keys: []string{"="}, Label: "rights", Help: "Compare the rights of both slots.", Footer: true},
		{ID: "back", Keys: []string{"esc"}, Label: "back", Help: "Go back.", Footer: true},
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "Scroll up."},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "Scroll down."},
		{ID: "page", Keys: []string{"pgup", "pgdown"}, Label: "page", Help: "Scroll by a page."},
		{ID: "ends", Keys: []string{"home", "g", "end", "G"}, Label: "ends", Help: "To the first or the last line."},
	}
}

func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	switch ui.Pressed(s.Bindings(), msg) {
	case "pause":
		s.paused = !s.paused
		if !s.paused {
			return s.count()
		}
	case "again":
		return s.count()
	case "rights":
		return ui.Send(ui.OpenParity{ID: s.credential.ID})
	case "back":
		return ui.Send(ui.Back{})
	default:
		s.scroll.Key(msg)
	}
	return nil
}
