package parity

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/filter"
	"github.com/rotadeck/rotadeck/tui/component/savefile"
	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Screen compares the rights of one credential's slots. Make one with New.
type Screen struct {
	context    *ui.Context
	credential engine.Credential
	folder     string // that scripts are saved in

	asked   int // comparisons begun: only the last one's answer counts
	looking bool
	known   bool // parity holds an answer
	parity  engine.Parity
	err     error // of the last comparison

	all     []difference
	filter  *filter.Filter
	list    list
	listTop int  // line of the last frame where the list begins
	reading bool // the statement has the focus
	scroll  scroll.Scroll
}

var (
	_ ui.Screen   = (*Screen)(nil)
	_ ui.Starter  = (*Screen)(nil)
	_ ui.Titled   = (*Screen)(nil)
	_ ui.Subject  = (*Screen)(nil)
	_ ui.Capturer = (*Screen)(nil)
)

// New returns the screen without its comparison, which Init asks for. Scripts
// are saved in the current folder.
func New(c *ui.Context, id string) *Screen {
	s := &Screen{context: c, credential: engine.Credential{ID: id}, folder: ".", filter: filter.New(), list: list{cursor: -1}}
	if credential, err := c.Engine.Credential(id); err == nil {
		s.credential = credential
	}
	return s
}

// compared delivers a comparison.
type compared struct {
	screen *Screen
	asked  int
	parity engine.Parity
	err    error
}

// Init compares.
func (s *Screen) Init() tea.Cmd {
	s.asked++
	s.looking = true
	asked, id, compare := s.asked, s.credential.ID, s.context.Engine.Parity
	return s.context.Work(func(ctx context.Context) tea.Msg {
		parity, err := compare(ctx, id)
		return compared{s, asked, parity, err}
	})
}

// Credential is the one that the screen is about.
func (s *Screen) Credential() string { return s.credential.ID }

// Title names the screen.
func (s *Screen) Title() string { return "rights of " + ui.Clean(s.credential.ID) }

// CapturesText says whether the filter is being typed.
func (s *Screen) CapturesText() bool { return s.filter.Editing() }

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case compared:
		if msg.screen == s && msg.asked == s.asked {
			s.take(msg)
		}
	case tea.PasteMsg:
		if s.filter.Editing() && s.filter.Update(msg) {
			s.narrow()
		}
	case tea.MouseWheelMsg:
		s.wheel(msg)
	case tea.MouseClickMsg:
		s.list.click(msg.Y - s.listTop)
		s.scroll = scroll.Scroll{}
	case tea.KeyPressMsg:
		return s.press(msg)
	}
	return nil
}

// take keeps what was known when a comparison fails: it says how old it is.
func (s *Screen) take(msg compared) {
	s.looking, s.err = false, msg.err
	if msg.err != nil {
		return
	}
	s.known, s.parity = true, msg.parity
	s.all = differences(msg.parity)
	s.narrow()
}

// narrow applies the filter.
func (s *Screen) narrow() {
	var shown []difference
	for _, d := range s.all {
		if d.matches(s.filter.Text()) {
			shown = append(shown, d)
		}
	}
	s.list.show(groupsOf(shown))
	s.scroll = scroll.Scroll{}
}

func (s *Screen) wheel(msg tea.MouseWheelMsg) {
	switch {
	case s.reading:
		s.scroll.Wheel(msg)
	case msg.Button == tea.MouseWheelUp:
		s.list.move(-3)
	default:
		s.list.move(3)
	}
}

// remedies counts the differences that a statement evens out.
func (s *Screen) remedies() int {
	n := 0
	for _, d := range s.all {
		if d.Remedy != "" {
			n++
		}
	}
	return n
}

// save writes the script of all fixes to a file.
func (s *Screen) save() tea.Cmd {
	stamp := s.parity.At.UTC().Format("20060102T150405Z")
	path := savefile.Path(s.folder, ".sql", "rotadeck-rights", s.credential.ID, stamp)
	return savefile.Write(s.context, path, script(s.parity))
}
