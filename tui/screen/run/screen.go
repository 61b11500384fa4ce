package run

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/component/truthpanel"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Controls is how the screen acts on its run.
type Controls interface {
	Answer(a engine.Answer) error
	Do(c engine.Command) error
	Can(c engine.Command) *engine.Problem
}

var _ Controls = (*engine.Run)(nil)

// Screen shows one run and drives it. It changes nothing by itself: each
// change goes through a request of the engine that the operator confirms.
type Screen struct {
	ctx        *ui.Context
	id         string
	credential engine.Credential
	feed       *engine.Feed
	controls   Controls
	run        *engine.Run // behind feed and controls; nil in a test of the screen alone
	folder     string      // that logs are saved in

	model  *Model
	cursor int // in the feed
	log    *Log
	scroll scroll.Scroll // of evidence or phases
	focus  focus

	width, height int // of the last frame
	evidenceTop   int // its line where the evidence begins, below the log

	dialog  ui.Dialog // of the open request, or to take the run over; nil when none is open
	polling bool      // a look at the consumers' usage is under way
	mute    bool      // no consumer reports its usage

	truth     *truthpanel.Panel
	watched   bool   // another process carries it out
	sign      sign   // of that process
	elsewhere string // who has taken the stopped run up, if another process has
	later     string // the run that took the old slot of this one since, if any
	looking   bool   // both are being asked

	taking bool // the operator answered to take the run over
}

var (
	_ ui.Screen  = (*Screen)(nil)
	_ ui.Starter = (*Screen)(nil)
	_ ui.Titled  = (*Screen)(nil)
	_ ui.Subject = (*Screen)(nil)
)

// New returns the screen of a run.
func New(ctx *ui.Context, r *engine.Run) *Screen {
	s := newScreen(ctx, r.ID(), r.Credential(), r.Feed(), r)
	s.run, s.watched = r, r.Watched()
	s.model.Watched = s.watched
	return s
}

func newScreen(ctx *ui.Context, id string, c engine.Credential, feed *engine.Feed, controls Controls) *Screen {
	location := ctx.Now().Location()
	return &Screen{
		ctx: ctx, id: id, credential: c, feed: feed, controls: controls, folder: ".",
		model: NewModel(location), log: NewLog(location),
		truth: truthpanel.New(ctx, truthpanel.Keys{
			Resume: ctx.Key("run.continue", keyResume), RollBack: ctx.Key("run.roll-back", "b"), Again: ctx.Key("run.probe", "r"),
		}),
	}
}

// Init starts to follow the run.
func (s *Screen) Init() tea.Cmd { return tea.Batch(s.pump(), s.listen()) }

// Credential is the one that the screen is about.
func (s *Screen) Credential() string { return s.credential.ID }

// Title names the screen in the header.
func (s *Screen) Title() string {
	if of, is := s.rehearses(); is {
		return "rehearsal of " + ui.Clean(of)
	}
	return s.model.Summary.Rotation.Purpose.String() + " of " + ui.Clean(s.credential.ID)
}

// RunID is the run that the screen shows.
func (s *Screen) RunID() string { return s.id }

// Over says that the run changes nothing any more: leaving needs no guard.
func (s *Screen) Over() bool { return s.model.Over() }

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return s.press(msg)
	case tea.MouseWheelMsg:
		s.wheel(msg)
	case tea.MouseClickMsg:
		return s.click(msg)
	case batch:
		if msg.to == s {
			return s.receive(msg)
		}
	case ui.Tick:
		s.restate()
		return tea.Batch(s.poll(), s.listen(), s.lookAround())
	case standing:
		if msg.to == s {
			s.place(msg)
		}
	case heard:
		if msg.to == s {
			return s.hear(msg)
		}
	case takenOver:
		if msg.to == s {
			return s.takeOver()
		}
	case usage:
		if msg.to == s {
			s.polling, s.mute = false, len(msg.usages) == 0
			s.model.Traffic.Add(msg.at, msg.usages)
		}
	default:
		s.truth.Take(msg)
		s.restate()
	}
	return nil
}
