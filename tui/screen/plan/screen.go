package plan

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/savefile"
	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Screen is the plan of one credential. Make one with New.
type Screen struct {
	context    *ui.Context
	credential engine.Credential
	folder     string // that plans are saved in
	barred     string // why the engine cannot rotate it; "" when it can
	looking    bool
	plan       engine.Plan
	err        error          // why there is no plan
	rehearsed  engine.Summary // the last rehearsal
	scroll     scroll.Scroll
}

var (
	_ ui.Screen  = (*Screen)(nil)
	_ ui.Starter = (*Screen)(nil)
	_ ui.Titled  = (*Screen)(nil)
	_ ui.Subject = (*Screen)(nil)
)

// New returns the screen without its plan, which Init asks for. Plans are
// saved in the current folder.
func New(c *ui.Context, id string) *Screen {
	s := &Screen{context: c, credential: engine.Credential{ID: id}, folder: "."}
	for _, credential := range c.Engine.Credentials() {
		if credential.ID == id {
			s.credential = credential
		}
	}
	if p := c.Engine.CanRotate(id); p != nil {
		s.barred = p.Text
	}
	return s
}

// planned delivers a plan.
type planned struct {
	screen *Screen
	plan   engine.Plan
	err    error

	rehearsed engine.Summary
}

// Init makes the plan.
func (s *Screen) Init() tea.Cmd {
	s.looking = true
	id := s.credential.ID
	return s.context.Work(func(ctx context.Context) tea.Msg {
		plan, err := s.context.Engine.Plan(ctx, id)
		msg := planned{screen: s, plan: plan, err: err}
		if rehearsals, err := s.context.Engine.Rehearsals(ctx, id); err == nil && len(rehearsals) > 0 {
			msg.rehearsed = rehearsals[0]
		}
		return msg
	})
}

// Credential is the one that the screen is about.
func (s *Screen) Credential() string { return s.credential.ID }

// Title names the screen.
func (s *Screen) Title() string { return "plan of " + s.credential.ID }

// Bindings lists the keys.
func (s *Screen) Bindings() []ui.Binding {
	reason := s.reason()
	unsaved := ""
	if s.looking || s.err != nil {
		unsaved = "there is no plan to save"
	}
	return []ui.Binding{
		{ID: "rotate", Keys: []string{"o"}, Label: "rotate", Help: "Begin. The engine asks before it changes anything, and again before each step that matters.", Danger: true, Footer: true, Reason: reason},
		{ID: "step", Keys: []string{"O"}, Label: "step by step", Help: "Begin, and be asked before every phase.", Danger: true, Footer: true, Reason: reason},
		{ID: "rehearse", Keys: []string{"e"}, Label: "rehearse", Help: "Rotate on a scratch target first, with faults if you like; what is made and removed is shown before.", Footer: true},
		{ID: "save", Keys: []string{"w"}, Label: "save", Help: "Write the plan to a file in the current folder that only you can read.", Footer: true, Reason: unsaved},
		{ID: "again", Keys: []string{"r"}, Label: "plan again", Help: "Look again at target, store and consumers.", Footer: true},
		{ID: "back", Keys: []string{"esc"}, Label: "back", Help: "To the inventory.", Footer: true},
		{ID: "rights", Keys: []string{"="}, Label: "rights", Help: "Compare the rights of both slots.", Footer: true},
		{ID: "users", Keys: []string{"l"}, Label: "live users", Help: "Who uses the credential now.", Footer: true},
		{ID: "command", Keys: []string{"C", "$"}, Label: "by hand", Help: "Show the commands by which a person does it by hand, step by step, forward and back, with what is true now. Changes nothing."},
		{ID: "history", Keys: []string{"h"}, Label: "history", Help: "The runs of this credential."},
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "Scroll up."},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "Scroll down."},
		{ID: "page up", Keys: []string{"pgup"}, Label: "page up", Help: "Scroll up by a page."},
		{ID: "page down", Keys: []string{"pgdown", "space"}, Label: "page down", Help: "Scroll down by a page."},
		{ID: "top", Keys: []string{"home", "g"}, Label: "top", Help: "To the first step."},
		{ID: "bottom", Keys: []string{"end", "G"}, Label: "bottom", Help: "To the last step."},
	}
}

// reason says why a rotation cannot begin from here.
func (s *Screen) reason() string {
	switch {
	case s.context.ReadOnly:
		return "the console is read-only"
	case s.looking:
		return "the plan is being made"
	case s.err != nil:
		return "there is no plan"
	case s.plan.Blocked != nil:
		return s.plan.Blocked.Text
	}
	return s.barred
}

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case planned:
		if msg.screen == s {
			s.looking, s.plan, s.err, s.rehearsed = false, msg.plan, msg.err, msg.rehearsed
		}
	case tea.MouseWheelMsg:
		s.scroll.Wheel(msg)
	case tea.KeyPressMsg:
		return s.press(msg)
	}
	return nil
}

func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	switch ui.Pressed(s.Bindings(), msg) {
	case "rotate":
		return s.rotate(engine.Options{})
	case "step":
		return s.rotate(engine.Options{Step: true})
	case "rehearse":
		return ui.Send(ui.OpenRehearsal{ID: s.credential.ID})
	case "save":
		return s.save()
	case "again":
		return s.Init()
	case "back":
		return ui.Send(ui.Back{})
	case "rights":
		return ui.Send(ui.OpenParity{ID: s.credential.ID})
	case "users":
		return ui.Send(ui.OpenUsers{ID: s.credential.ID})
	case "command":
		return ui.Send(ui.OpenRunbook{ID: s.credential.ID})
	case "history":
		return ui.Send(ui.OpenHistory{ID: s.credential.ID})
	default:
		s.scroll.Key(msg)
	}
	return nil
}

// saveWidth is the width of a plan on paper.
const saveWidth = 100

// save writes the plan to a file.
func (s *Screen) save() tea.Cmd {
	lines := append(s.head(saveWidth), s.steps(saveWidth)...)
	stamp := s.context.Now().UTC().Format("20060102T150405Z")
	path := savefile.Path(s.folder, ".txt", "rotadeck-plan", s.credential.ID, stamp)
	return savefile.Write(s.context, path, ansi.Strip(strings.Join(lines, "\n"))+"\n")
}

func (s *Screen) rotate(o engine.Options) tea.Cmd {
	id := s.credential.ID
	return s.context.Start(func(ctx context.Context) (*engine.Run, error) {
		return s.context.Engine.Rotate(ctx, id, o)
	})
}
