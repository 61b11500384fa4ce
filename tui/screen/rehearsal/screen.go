package rehearsal

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Screen is about the rehearsals of one credential. Make one with New.
type Screen struct {
	context    *ui.Context
	credential engine.Credential
	barred     string // why the engine cannot rehearse it; "" when it can

	looking bool
	plan    engine.RehearsalPlan
	err     error // why there is no plan
	last    engine.Summary
	trials  []engine.Trial // of the last one
	scroll  scroll.Scroll

	faults    bool // as was asked for
	confirmed bool
}

var (
	_ ui.Screen  = (*Screen)(nil)
	_ ui.Starter = (*Screen)(nil)
	_ ui.Titled  = (*Screen)(nil)
	_ ui.Subject = (*Screen)(nil)
	_ ui.Resumer = (*Screen)(nil)
)

// New returns the screen, which looks once Init is called.
func New(c *ui.Context, id string) *Screen {
	s := &Screen{context: c, credential: engine.Credential{ID: id}}
	for _, credential := range c.Engine.Credentials() {
		if credential.ID == id {
			s.credential = credential
		}
	}
	if p := c.Engine.CanRehearse(id); p != nil {
		s.barred = p.Text
	}
	return s
}

// looked delivers what was seen.
type looked struct {
	screen *Screen
	plan   engine.RehearsalPlan
	last   engine.Summary
	trials []engine.Trial
	err    error
}

// Init looks at the target, and at the journal for the last rehearsal.
func (s *Screen) Init() tea.Cmd {
	s.looking = true
	id, e := s.credential.ID, s.context.Engine
	return s.context.Work(func(ctx context.Context) tea.Msg {
		msg := looked{screen: s}
		msg.plan, msg.err = e.PlanRehearsal(ctx, id)
		runs, err := e.Rehearsals(ctx, id)
		if err == nil && len(runs) > 0 {
			msg.last = runs[0]
			var events []engine.Event
			events, err = e.Events(ctx, runs[0].Run)
			msg.trials = engine.Trials(events)
		}
		msg.err = errors.Join(msg.err, err)
		return msg
	})
}

// Resume looks again.
func (s *Screen) Resume() tea.Cmd { return s.Init() }

// Credential is the one that the screen is about.
func (s *Screen) Credential() string { return s.credential.ID }

// Title names the screen.
func (s *Screen) Title() string { return "rehearsals of " + ui.Clean(s.credential.ID) }

// Bindings lists the keys.
func (s *Screen) Bindings() []ui.Binding {
	reason, unseen := s.reason(), ""
	if s.last.Run == "" {
		unseen = "it was never rehearsed"
	}
	return []ui.Binding{
		{ID: "rehearse", Keys: []string{"o"}, Label: "rehearse", Help: "Rotate on a scratch target, from the first phase to the last. Asked first; nothing real is touched.", Danger: true, Footer: true, Reason: reason},
		{ID: "faults", Keys: []string{"f"}, Label: "with faults", Help: "Rehearse, then once more with each fault at each boundary between two steps: the process stops, the journal, the store or the target fails.", Danger: true, Footer: true, Reason: reason},
		{ID: "run", Keys: []string{"enter"}, Label: "last run", Help: "What happened in the last rehearsal, line by line.", Footer: true, Reason: unseen},
		{ID: "again", Keys: []string{"r"}, Label: "look again", Help: "Look again at the target and the journal.", Footer: true},
		{ID: "back", Keys: []string{"esc"}, Label: "back", Help: "To the screen before.", Footer: true},
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "Scroll up."},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "Scroll down."},
		{ID: "page up", Keys: []string{"pgup"}, Label: "page up", Help: "Scroll up by a page."},
		{ID: "page down", Keys: []string{"pgdown", "space"}, Label: "page down", Help: "Scroll down by a page."},
		{ID: "top", Keys: []string{"home", "g"}, Label: "top", Help: "To the first line."},
		{ID: "bottom", Keys: []string{"end", "G"}, Label: "bottom", Help: "To the last line."},
	}
}

// reason says why nothing can be rehearsed from here now.
func (s *Screen) reason() string {
	switch {
	case s.context.ReadOnly:
		return "the console is read-only"
	case s.barred != "":
		return s.barred
	case s.underWay() != nil:
		return "a rehearsal is under way; " + s.context.Key("rehearsal.run", "enter") + " shows it"
	case s.looking:
		return "the target is being looked at"
	case s.plan.Blocked != nil:
		return s.plan.Blocked.Text
	}
	return ""
}

// underWay is the rehearsal that this console carries out.
func (s *Screen) underWay() *engine.Run {
	for _, run := range s.context.Active() {
		if of, is := engine.Rehearsed(run.Credential().ID); is && of == s.credential.ID {
			return run
		}
	}
	return nil
}

// answered follows the answer to the question before a rehearsal.
type answered struct{ to *Screen }

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case looked:
		if msg.screen == s {
			s.looking, s.plan, s.last, s.trials, s.err = false, msg.plan, msg.last, msg.trials, msg.err
		}
	case answered:
		if msg.to == s && s.confirmed {
			return s.rehearse()
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
	case "rehearse":
		return s.ask(false)
	case "faults":
		return s.ask(true)
	case "run":
		if run := s.underWay(); run != nil {
			return ui.Send(ui.OpenRun{Run: run})
		}
		return s.context.Watch(s.last.Run)
	case "again":
		return s.Init()
	case "back":
		return ui.Send(ui.Back{})
	default:
		s.scroll.Key(msg)
	}
	return nil
}

// ask shows what will be made and removed, and takes the answer.
func (s *Screen) ask(faults bool) tea.Cmd {
	s.faults, s.confirmed = faults, false
	open := true
	dialog := confirm.New(s.context, confirm.Question{
		Request: s.question(), Environment: s.credential.Environment, Then: ui.Send(answered{s}),
		Answer: func(a engine.Answer) error {
			if !open {
				return engine.ErrNoRequest // it is answered once
			}
			open = false
			s.confirmed = a.Choice == engine.ChoiceContinue
			return nil
		},
	})
	return ui.Send(ui.ShowDialog{Dialog: dialog, Owner: s})
}

func (s *Screen) question() engine.Request {
	q := engine.Request{
		ID: "rehearse", Kind: engine.RequestStart, Phase: engine.PhasePreflight,
		Title:       "Rehearse the rotation of " + s.credential.ID + "?",
		What:        "make a scratch target, rotate there, then remove everything again",
		Where:       "the server of " + s.credential.ID + ", beside the real account",
		Consequence: "services notice nothing: the real account, its rights, its store and its consumers are not touched",
		Reversible:  "whatever it comes to, everything that is made is removed",
		Choices:     []engine.Choice{{ID: engine.ChoiceContinue, Label: "rehearse"}, {ID: engine.ChoiceStop, Label: "not now"}},
		Default:     engine.ChoiceStop,
	}
	if s.faults {
		q.Title = "Rehearse the rotation of " + s.credential.ID + ", with every fault?"
		q.What = "make scratch targets, rotate there once for each fault at each boundary, then remove everything again"
	}
	for _, change := range s.plan.Make {
		q.Details = append(q.Details, change.What)
	}
	return q
}

func (s *Screen) rehearse() tea.Cmd {
	s.confirmed = false
	id, o := s.credential.ID, engine.RehearsalOptions{Faults: s.faults}
	return s.context.Start(func(ctx context.Context) (*engine.Run, error) {
		return s.context.Engine.Rehearse(ctx, id, o)
	})
}
