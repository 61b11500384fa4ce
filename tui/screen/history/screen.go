package history

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/filter"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/component/truthpanel"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Screen lists runs. It reads the journal when it is opened, when it comes to
// the front again, and once a second while a run in it is under way.
type Screen struct {
	ctx    *ui.Context
	id     string // of the credential, "" for all
	folder string // that logs are saved in

	table    *table.Table
	ids      []string       // of every run, newest first
	filter   *filter.Filter // what of them the list shows
	runs     map[string]engine.Summary
	problem  *engine.Problem // why the runs cannot be listed
	loaded   bool
	loading  bool
	journals map[string]*journal
	opened   bool              // the journal of the selected run is in front
	truth    *truthpanel.Panel // of the selected run, while it is stopped

	listTop, listEnd int // the line above the list in the last frame, and the cell after it; 0 when there was none
}

var (
	_ ui.Screen  = (*Screen)(nil)
	_ ui.Starter = (*Screen)(nil)
	_ ui.Titled  = (*Screen)(nil)
	_ ui.Subject = (*Screen)(nil)
	_ ui.Resumer = (*Screen)(nil)

	_ ui.Capturer = (*Screen)(nil)
)

// listed brings the runs; read brings the events of one.
type (
	listed struct {
		to   *Screen
		runs []engine.Summary
		err  error
	}
	read struct {
		to     *Screen
		run    string
		events []engine.Event
		err    error
	}
)

// New returns the screen of a credential's runs, of all runs when id is empty.
func New(ctx *ui.Context, id string) *Screen {
	return &Screen{
		ctx: ctx, id: id, folder: ".", table: table.New(columns(id == "")), filter: filter.New(),
		runs: map[string]engine.Summary{}, journals: map[string]*journal{},
		truth: truthpanel.New(ctx, truthpanel.Keys{
			Resume: ctx.Key("history.resume", "u"), RollBack: ctx.Key("history.roll-back", "b"), Again: ctx.Key("history.probe", "p"),
		}),
	}
}

// Init reads the journal.
func (s *Screen) Init() tea.Cmd { return s.load() }

// Resume reads the journal again.
func (s *Screen) Resume() tea.Cmd { return s.load() }

// Credential is the one whose runs are listed, "" for all.
func (s *Screen) Credential() string { return s.id }

// Title names the screen in the header.
func (s *Screen) Title() string {
	if s.id == "" {
		return "runs"
	}
	return "runs of " + ui.Clean(s.id)
}

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return s.press(msg)
	case tea.PasteMsg:
		if s.filter.Editing() {
			return s.write(msg)
		}
	case tea.MouseWheelMsg:
		s.wheel(msg)
		return s.look()
	case tea.MouseClickMsg:
		return s.click(msg)
	case listed:
		if msg.to == s {
			return s.list(msg)
		}
	case read:
		if msg.to == s {
			s.journal(msg.run).fill(msg)
		}
	case ui.Tick:
		if s.underWay() {
			return s.load()
		}
	default:
		s.truth.Take(msg)
	}
	return nil
}

func (s *Screen) wheel(msg tea.MouseWheelMsg) {
	switch {
	case s.opened:
		s.journal(s.table.Selected()).log.Wheel(msg)
	case msg.Button == tea.MouseWheelUp:
		s.table.Move(-3)
	case msg.Button == tea.MouseWheelDown:
		s.table.Move(3)
	}
}

// click selects a run of the list, and leaves the journal for it. The journal is
// opened by a key: what is true of a run that stopped is probed with that.
func (s *Screen) click(msg tea.MouseClickMsg) tea.Cmd {
	if msg.X >= s.listEnd || !s.table.Click(msg.Y-s.listTop) {
		return nil
	}
	s.opened = false
	return s.look()
}

func (s *Screen) load() tea.Cmd {
	if s.loading {
		return nil
	}
	s.loading = true
	runs, query := s.ctx.Engine.Runs, engine.RunQuery{Credential: s.id}
	return s.ctx.Work(func(ctx context.Context) tea.Msg {
		found, err := runs(ctx, query)
		return listed{to: s, runs: found, err: err}
	})
}

func (s *Screen) list(msg listed) tea.Cmd {
	s.loading, s.loaded, s.problem = false, true, nil
	if msg.err != nil {
		s.problem = engine.AsProblem(msg.err)
		return nil
	}
	s.ids = make([]string, len(msg.runs))
	s.runs = make(map[string]engine.Summary, len(msg.runs))
	for i, summary := range msg.runs {
		s.ids[i], s.runs[summary.Run] = summary.Run, summary
	}
	return s.narrow()
}

// look reads the journal of the selected run, unless what is known of it is
// still true. What is true of one that is stopped is probed once it is read
// about, and not again by itself.
func (s *Screen) look() tea.Cmd {
	id := s.table.Selected()
	if id == "" {
		return nil
	}
	var probe tea.Cmd
	if s.opened && s.truthful() {
		probe = s.truth.Of(s.runs[id])
	}
	if !s.journal(id).stale(s.runs[id]) {
		return probe
	}
	events := s.ctx.Engine.Events
	s.journal(id).loading = true
	return tea.Batch(probe, s.ctx.Work(func(ctx context.Context) tea.Msg {
		found, err := events(ctx, id)
		return read{to: s, run: id, events: found, err: err}
	}))
}

// truthful says whether the selected run is one whose truth matters: it is
// stopped, and nobody knows but probes.
func (s *Screen) truthful() bool {
	r, found := s.selected()
	return found && r.Status == engine.StatusStopped && s.ctx.Here(r.Run) == nil
}

// selected is the run that keys act on; found is false when there is none.
func (s *Screen) selected() (summary engine.Summary, found bool) {
	summary, found = s.runs[s.table.Selected()]
	return summary, found
}

// underWay says whether the list may change by itself.
func (s *Screen) underWay() bool {
	for _, summary := range s.runs {
		if !summary.Status.Finished() && summary.Status != engine.StatusStopped {
			return true
		}
	}
	return false
}
