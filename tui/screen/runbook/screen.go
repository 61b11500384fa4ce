package runbook

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/savefile"
	"github.com/rotadeck/rotadeck/tui/plain"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Screen is the runbook of a run, or of a credential. Make one with New.
type Screen struct {
	context    *ui.Context
	credential engine.Credential
	name       string // what the runbook is asked for by
	folder     string // that runbooks are saved in

	asked   int // runbooks asked for: only the last one's answer counts
	looking bool
	known   bool // book holds an answer
	book    engine.Runbook
	err     error // of the last answer

	entries  []entry // commands and sentences, in order
	selected int
	top      int // line of the page that stands at the top
	follow   bool
	shown    page // as last laid out
	width    int
	height   int // of the page in the last frame
	pageTop  int // the line where it begins there
}

var (
	_ ui.Screen  = (*Screen)(nil)
	_ ui.Starter = (*Screen)(nil)
	_ ui.Titled  = (*Screen)(nil)
	_ ui.Subject = (*Screen)(nil)
)

// New returns the screen without its runbook, which Init asks for. Runbooks are
// saved in the current folder.
func New(c *ui.Context, wish ui.OpenRunbook) *Screen {
	s := &Screen{context: c, name: wish.Run, folder: ".", credential: engine.Credential{ID: wish.ID}}
	if s.name == "" {
		s.name = wish.ID
	}
	if credential, err := c.Engine.Credential(wish.ID); err == nil {
		s.credential = credential
	}
	return s
}

// written delivers a runbook.
type written struct {
	screen *Screen
	asked  int
	book   engine.Runbook
	err    error
}

// Init asks for the runbook.
func (s *Screen) Init() tea.Cmd {
	s.asked++
	s.looking = true
	asked, name, write := s.asked, s.name, s.context.Engine.Runbook
	return s.context.Work(func(ctx context.Context) tea.Msg {
		book, err := write(ctx, name)
		return written{s, asked, book, err}
	})
}

// Credential is the one that the screen is about.
func (s *Screen) Credential() string { return s.credential.ID }

// Title names the screen.
func (s *Screen) Title() string { return "runbook of " + ui.Clean(s.credential.ID) }

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case written:
		if msg.screen == s && msg.asked == s.asked {
			s.take(msg)
		}
	case tea.MouseWheelMsg:
		switch msg.Button {
		case tea.MouseWheelUp:
			s.scroll(-3)
		case tea.MouseWheelDown:
			s.scroll(3)
		}
	case tea.MouseClickMsg:
		s.click(msg.Y - s.pageTop)
	case tea.KeyPressMsg:
		return s.press(msg)
	}
	return nil
}

// take keeps what was known when it cannot be written again: it says how old it
// is. The first thing that is to be done is selected.
func (s *Screen) take(msg written) {
	s.looking, s.err = false, msg.err
	if msg.err != nil {
		return
	}
	first := !s.known
	s.known, s.book = true, msg.book
	s.entries = entriesOf(msg.book)
	s.shown = page{}
	if first {
		s.selected = nextEntry(msg.book, s.entries)
	}
	s.selected = max(0, min(s.selected, len(s.entries)-1))
}

// copying puts the selected command into the terminal's clipboard. There is no
// secret in it.
func (s *Screen) copying() tea.Cmd {
	command := strings.Join(ui.CleanLines(s.entries[s.selected].hand.Command), "\n")
	return tea.Batch(tea.SetClipboard(command), ui.Send(ui.Flash{Text: "copied, if the terminal allows it: " + firstLine(s.entries[s.selected].hand.What), Level: ui.LevelOK}))
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return ui.Clean(line)
}

// save writes the runbook to a file.
func (s *Screen) save() tea.Cmd {
	var text strings.Builder
	_ = plain.RunbookDocument(s.book).WriteMarkdown(&text) // a Builder does not fail
	stamp := s.book.At.UTC().Format("20060102T150405Z")
	return savefile.Write(s.context, savefile.Path(s.folder, ".md", "rotadeck-runbook", s.credential.ID, stamp), text.String())
}
