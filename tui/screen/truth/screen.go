package truth

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/component/truthpanel"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Screen probes what is true of one run. Make one with New.
type Screen struct {
	context    *ui.Context
	credential engine.Credential
	run        engine.Summary
	panel      *truthpanel.Panel
	scroll     scroll.Scroll
}

var (
	_ ui.Screen  = (*Screen)(nil)
	_ ui.Starter = (*Screen)(nil)
	_ ui.Titled  = (*Screen)(nil)
	_ ui.Subject = (*Screen)(nil)
)

// The keys of the ways on.
const (
	keyResume   = "u"
	keyRollBack = "b"
	keyAgain    = "r"
)

// New returns the screen of a run, nothing probed yet.
func New(c *ui.Context, run engine.Summary) *Screen {
	s := &Screen{
		context: c, run: run, credential: engine.Credential{ID: run.Credential},
		panel: truthpanel.New(c, truthpanel.Keys{
			Resume: c.Key("truth.resume", keyResume), RollBack: c.Key("truth.roll-back", keyRollBack), Again: c.Key("truth.again", keyAgain),
		}),
	}
	if credential, err := c.Engine.Credential(run.Credential); err == nil {
		s.credential = credential
	}
	return s
}

// summarized brings the run as it is now.
type summarized struct {
	screen *Screen
	run    engine.Summary
}

// Init reads how the run stands now, and probes.
func (s *Screen) Init() tea.Cmd {
	run, list := s.run, s.context.Engine.Runs
	return tea.Batch(s.panel.Look(run), s.context.Work(func(ctx context.Context) tea.Msg {
		runs, err := list(ctx, engine.RunQuery{Credential: run.Credential})
		if err != nil {
			return nil // what the probes say matters, and they report it
		}
		for _, now := range runs {
			if now.Run == run.Run {
				return summarized{s, now}
			}
		}
		return nil
	}))
}

// Credential is the one that the screen is about.
func (s *Screen) Credential() string { return s.run.Credential }

// Title names the screen in the header.
func (s *Screen) Title() string { return "truth of " + ui.Clean(s.run.Credential) }

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case summarized:
		if msg.screen == s {
			s.run = msg.run
		}
	case tea.MouseWheelMsg:
		s.scroll.Wheel(msg)
	case tea.KeyPressMsg:
		return s.press(msg)
	default:
		s.panel.Take(msg)
	}
	return nil
}

// Bindings lists the keys.
func (s *Screen) Bindings() []ui.Binding {
	again := ""
	if s.panel.Looking() {
		again = "it is being probed"
	}
	return []ui.Binding{
		{ID: "resume", Keys: []string{keyResume}, Label: "resume", Danger: true, Footer: true, Reason: s.resumeReason(), Help: "Take the run up again, beginning with probes. You are asked before anything changes."},
		{ID: "roll back", Keys: []string{keyRollBack}, Label: "roll back", Danger: true, Footer: true, Reason: s.rollBackReason(), Help: "Undo what the run did, beginning with probes. You are asked once more."},
		{ID: "again", Keys: []string{keyAgain}, Label: "probe again", Footer: true, Reason: again, Help: "Log in with both credentials once more, and look at store and users. Changes nothing."},
		{ID: "users", Keys: []string{"l"}, Label: "live users", Footer: true, Help: "Who uses the credential, counted each second."},
		{ID: "rights", Keys: []string{"="}, Label: "rights", Footer: true, Help: "Compare the rights of both slots."},
		{ID: "command", Keys: []string{"C", "$"}, Label: "by hand", Footer: true, Help: "Show the commands by which a person does it by hand, step by step, forward and back, with what is true now. Changes nothing."},
		{ID: "back", Keys: []string{"esc"}, Label: "back", Footer: true, Help: "Go back."},
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "Scroll up."},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "Scroll down."},
		{ID: "page", Keys: []string{"pgup", "pgdown", "space"}, Label: "page", Help: "Scroll by a page."},
		{ID: "ends", Keys: []string{"home", "g", "end", "G"}, Label: "ends", Help: "To the first or the last line."},
	}
}

// busy says why the run can neither be resumed nor rolled back from here.
func (s *Screen) busy() string {
	switch {
	case s.context.ReadOnly:
		return "the console is read-only"
	case s.context.Here(s.run.Run) != nil:
		return "the run is under way here: its own screen has its commands"
	}
	return s.context.Elsewhere(s.run)
}

func (s *Screen) resumeReason() string {
	if reason := s.busy(); reason != "" {
		return reason
	}
	if s.run.Status.Finished() {
		return "the run is " + string(s.run.Status)
	}
	return ""
}

func (s *Screen) rollBackReason() string {
	if reason := s.busy(); reason != "" {
		return reason
	}
	if problem := s.context.Engine.CanRollBack(s.run); problem != nil {
		return ui.Clean(problem.Text)
	}
	return ""
}

func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	switch ui.Pressed(s.Bindings(), msg) {
	case "resume":
		return s.start(s.context.Engine.Resume)
	case "roll back":
		return s.start(s.context.Engine.RollBack)
	case "again":
		return s.Init()
	case "users":
		return ui.Send(ui.OpenUsers{ID: s.run.Credential})
	case "rights":
		return ui.Send(ui.OpenParity{ID: s.run.Credential})
	case "command":
		return ui.Send(ui.OpenRunbook{ID: s.run.Credential, Run: s.run.Run})
	case "back":
		return ui.Send(ui.Back{})
	default:
		s.scroll.Key(msg)
	}
	return nil
}

func (s *Screen) start(how func(context.Context, string, engine.Options) (*engine.Run, error)) tea.Cmd {
	id := s.run.Run
	return s.context.Start(func(ctx context.Context) (*engine.Run, error) { return how(ctx, id, engine.Options{}) })
}

// margin is the space left of everything; lines longer than mostWidth are not
// read, and from ui.AiryHeight on a line is left blank for the eye.
const (
	margin    = "  "
	mostWidth = 110
)

// View draws the screen.
func (s *Screen) View(width, height int) string {
	theme, inside := s.context.Theme, max(1, width-2*len(margin))
	name := theme.Strong.Render(ui.Clean(s.run.Credential))
	if s.credential.Environment.Name != "" {
		name += "  " + theme.Environment(s.credential.Environment)
	}
	head := []string{
		ui.Spread(name, s.standing(), inside),
		theme.Muted.Render("run " + ui.Clean(s.run.Run) + " by " + ui.Clean(s.run.Rotation.Operator) + " on " + ui.Clean(s.run.Rotation.Host)),
		"",
	}
	head = head[:min(len(head), max(1, height-1))]
	body, foot := s.panel.Facts(min(inside, mostWidth)), s.panel.Foot(min(inside, mostWidth))
	if len(foot) > 0 && height > ui.AiryHeight {
		foot = append([]string{""}, foot...)
	}
	foot = foot[:min(len(foot), max(0, height-len(head)-1))]
	shown := s.scroll.Window(body, height-len(head)-len(foot))
	if hidden := s.scroll.Below(len(body)); hidden > 0 && len(shown) > 1 {
		shown = append(shown[:len(shown)-1:len(shown)-1], theme.Muted.Render(fmt.Sprintf("↓ %d more lines", hidden+1)))
	}
	lines := slices.Concat(head, shown, foot)
	for i, line := range lines {
		lines[i] = margin + line
	}
	return ui.Frame(lines, width, height)
}

// standing is how the run stands by the journal.
func (s *Screen) standing() string {
	theme := s.context.Theme
	mark := theme.Status(s.run.Status)
	switch where := s.context.Elsewhere(s.run); {
	case where != "":
		mark = theme.Status(engine.StatusRunning)
		mark.Word = where
	case s.run.Status == engine.StatusStopped:
		mark.Word = ui.Halt(s.run, "")
	}
	return mark.Render()
}
