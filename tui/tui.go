package tui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/keymap"
	"github.com/rotadeck/rotadeck/tui/screen/inventory"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Model is the root. Make one with New.
type Model struct {
	options  Options
	context  *ui.Context
	launcher *launcher
	watcher  watcher
	stop     func() // no more changes: ends the context of runs and probes

	environments  []engine.Environment // of the inventory, for the header
	width, height int
	stack         []*place // the last one is in front
	runs          []*place // every run screen of this session, on the stack or not
	boards        []*place // every board of an incident of this session
	guard         *confirm.Dialog
	seen          ui.Dialog // the one in view after the last message
	rest          ui.Rest   // of the keys of screens, once a question is gone
	leaving       leaving
	news          ui.Flash
	newsCount     int // tells the timer of this news from older ones
	mouse         bool
	look          look
	keys          keymap.Map
	ended         bool // the next frame is the last one
}

// place is a screen with the dialogs that wait over it.
type place struct {
	screen  ui.Screen
	dialogs []ui.Dialog
	run     *engine.Run // for a run screen

	incident *engine.Incident // for a board
}

var _ tea.Model = (*Model)(nil)

// New returns the root with the inventory in front. Probes and runs live under
// ctx; stop ends it.
func New(ctx context.Context, stop func(), o Options) *Model {
	m := &Model{options: o, stop: stop, launcher: &launcher{}, mouse: o.Mouse, keys: keymap.New(o.Keys)}
	m.context = &ui.Context{
		Engine: o.Engine, Now: o.Engine.Now, Host: o.Host, ReadOnly: o.ReadOnly, Animation: o.Animation,
		Work: func(work func(context.Context) tea.Msg) tea.Cmd {
			return func() tea.Msg { return work(ctx) }
		},
		Start: func(begin func(context.Context) (*engine.Run, error)) tea.Cmd {
			return func() tea.Msg {
				run, err := m.launcher.start(ctx, begin)
				if err != nil {
					return ui.ShowProblem{Title: "The run did not begin", Problem: engine.AsProblem(err)}
				}
				return ui.OpenRun{Run: run}
			}
		},
		Watch:  func(run string) tea.Cmd { return m.watcher.open(ctx, o.Engine, run) },
		Active: m.launcher.active,
		Respond: func(open func(context.Context, ui.StartRun) (*engine.Incident, error)) tea.Cmd {
			return m.respond(ctx, open)
		},
		Incidents: m.launcher.incidents,
	}
	m.context.Keys = func(s ui.Screen, b ui.Binding) ui.Binding {
		return m.keys.Apply(contextOf(s), []ui.Binding{b})[0]
	}
	m.context.Wished = func(path string) ([]string, bool) { return m.keys.Wished(path) }
	m.setTheme(o.Theme)
	m.environments = environments(o.Engine.Credentials())
	m.stack = []*place{{screen: inventory.New(m.context, inventory.Options{Unfinished: o.Unfinished})}}
	return m
}

// Init starts the clock and the first screen, and asks for the background.
func (m *Model) Init() tea.Cmd {
	commands := []tea.Cmd{tick(), initialise(m.front().screen), m.hint()}
	if !m.options.NoColor {
		commands = append(commands, tea.RequestBackgroundColor)
	}
	if m.options.Incident {
		commands = append(commands, ui.Send(ui.OpenIncident{}))
	}
	return tea.Batch(commands...)
}

func tick() tea.Cmd {
	return tea.Tick(time.Second, func(at time.Time) tea.Msg { return ui.Tick{At: at} })
}

func initialise(screen any) tea.Cmd {
	if s, ok := screen.(ui.Starter); ok {
		return s.Init()
	}
	return nil
}

// Update routes a message: input to what is in front, the wishes of screens to
// the root itself, and everything else to every screen.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.route(msg)
	return m, tea.Batch(cmd, m.attend(), m.redraw(msg))
}

func (m *Model) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		m.background(msg)
	case tea.ColorProfileMsg:
		m.profile(msg)
	case tea.KeyPressMsg:
		return m.press(msg)
	case tea.PasteMsg:
		return m.input(msg)
	case tea.MouseMsg:
		return m.point(msg)
	case interrupted:
		return m.interrupt()
	case leave:
		return m.leaveNow()
	case guarded:
		return m.afterGuard()
	case settled:
		return m.end()
	case tea.BlurMsg:
		m.blur()
	case tea.FocusMsg:
		return m.focus()
	case ui.Rested:
		m.rest.Over(msg)
		return m.broadcast(msg)
	case newsOver:
		if msg.count == m.newsCount {
			m.news = ui.Flash{}
		}
	case ui.Tick:
		msg.Front = m.front().screen
		return tea.Batch(tick(), m.broadcast(msg))
	default:
		if cmd, mine := m.wish(msg); mine {
			return cmd
		}
		return m.broadcast(msg)
	}
	return nil
}

// wish does what a screen asked for, and says whether it was a wish at all.
func (m *Model) wish(msg tea.Msg) (cmd tea.Cmd, mine bool) {
	switch msg := msg.(type) {
	case ui.OpenRun:
		return m.openRun(msg.Run), true
	case ui.StandAlone:
		m.standAlone(msg.Screen)
		return nil, true
	case ui.OpenIncidentBoard:
		return m.openBoard(msg), true
	case ui.Back:
		return m.back(), true
	case ui.Quit:
		return m.quit(), true
	case ui.ShowDialog:
		return m.show(msg), true
	case ui.ShowProblem:
		return m.show(ui.ShowDialog{Dialog: notice.New(m.context, msg.Title, msg.Problem)}), true
	case ui.CloseDialog:
		m.close(msg.Dialog)
		return nil, true
	case ui.Flash:
		return m.flash(msg), true
	}
	if cmd, mine := m.lists(msg); mine {
		return cmd, true
	}
	if screen := screenOf(m.context, msg); screen != nil {
		return m.open(&place{screen: screen}), true
	}
	return nil, false
}

// newsFor is how long a line of news stands.
const newsFor = 5 * time.Second

type newsOver struct{ count int }

func (m *Model) flash(news ui.Flash) tea.Cmd {
	m.news = news
	m.newsCount++
	count := m.newsCount
	return tea.Tick(newsFor, func(time.Time) tea.Msg { return newsOver{count} })
}

func (m *Model) front() *place { return m.stack[len(m.stack)-1] }

func (m *Model) places() []*place {
	all := slices.Clone(m.stack)
	for _, p := range slices.Concat(m.runs, m.boards) {
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// dialog is the one in front, nil when there is none.
func (m *Model) dialog() ui.Dialog {
	if m.guard != nil {
		return m.guard
	}
	if dialogs := m.front().dialogs; len(dialogs) > 0 {
		return dialogs[len(dialogs)-1]
	}
	return nil
}
