package inventory

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/filter"
	"github.com/rotadeck/rotadeck/tui/component/query"
	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/component/traffic"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Options tune the screen.
type Options struct {
	Unfinished bool // open a dialog on unfinished runs at the start
}

// Screen is the inventory. Make one with New.
type Screen struct {
	context *ui.Context
	options Options
	rows    *rows
	table   *table.Table
	filter  *filter.Filter
	query   query.Query
	problem string  // what is wrong with the query
	origin  tea.Msg // what asks for the screen that the query came from
	order   order
	marks   map[string]bool

	detailed bool // the details have the focus; on a narrow screen, they fill it
	detail   scroll.Scroll
	wide     bool // the last frame had room for list and details
	envWidth int  // of the longest word of an environment, within reason
	sideAt   int  // cell of the last frame where the details begin; its width where there are none
	listTop  int  // line of the last frame where the table begins

	meter     traffic.Meter
	asking    bool              // consumers are being asked for their usage
	askedAt   time.Time         // when they were asked last
	mute      bool              // and none of them said anything
	reading   bool              // the journal is being read
	readAt    time.Time         // when it was read last
	renewedAt time.Time         // when rows were probed again last
	known     bool              // the journal was read once
	watched   []*engine.Run     // under way at the last tick
	bars      map[string]string // by id, why it cannot be rotated; "" when it can
	unstaged  map[string]string // by id, why it cannot be rehearsed; "" when it can
}

var (
	_ ui.Screen   = (*Screen)(nil)
	_ ui.Starter  = (*Screen)(nil)
	_ ui.Capturer = (*Screen)(nil)
	_ ui.Resumer  = (*Screen)(nil)
)

// New returns the screen over the engine's credentials, none probed yet.
func New(c *ui.Context, o Options) *Screen {
	s := &Screen{
		context: c, options: o,
		rows: newRows(c.Engine.Credentials()), table: table.New(nil), filter: filter.New(),
		marks: map[string]bool{}, bars: map[string]string{}, unstaged: map[string]string{},
	}
	environments := map[engine.Environment]bool{}
	for _, credential := range c.Engine.Credentials() {
		environments[credential.Environment] = true
	}
	for e := range environments {
		s.envWidth = min(max(s.envWidth, ansi.StringWidth(c.Theme.EnvironmentWord(e))), mostEnvWidth)
	}
	s.arrange()
	return s
}

// mostEnvWidth is how wide the column of environments grows.
const mostEnvWidth = 10

// Init probes everything and reads the journal.
func (s *Screen) Init() tea.Cmd {
	return tea.Batch(s.probe(), s.readRuns())
}

// Resume reads the journal again, since a run may have changed it.
func (s *Screen) Resume() tea.Cmd {
	cmd := s.readRuns()
	if id := s.table.Selected(); id != "" {
		cmd = tea.Batch(cmd, s.probe(id))
	}
	return cmd
}

// CapturesText says whether the filter is being typed.
func (s *Screen) CapturesText() bool { return s.filter.Editing() }

// Title names the screen.
func (s *Screen) Title() string { return "inventory" }

// Update handles a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case observed:
		return s.observe(msg)
	case journalRead:
		return s.takeRuns(msg)
	case usageRead:
		s.asking, s.mute = false, len(msg.usages) == 0
		s.meter.Add(msg.at, msg.usages)
		s.rows.use(msg.usages)
	case ui.ShowCredential:
		s.show(msg.ID)
	case ui.OpenInventory:
		s.drill(msg)
	case ui.AskSeen:
		return ui.Send(s.rows.report())
	case ui.Tick:
		if s.rows.judge(s.context.Now(), s.table.Selected()) {
			s.arrange()
		}
		return tea.Batch(s.readUsage(), s.followRuns(), s.renew())
	case tea.PasteMsg:
		if s.filter.Editing() && s.filter.Update(msg) {
			s.narrow()
		}
	case tea.MouseWheelMsg:
		s.wheel(msg)
	case tea.MouseClickMsg:
		s.click(msg)
	case tea.KeyPressMsg:
		return s.press(msg)
	}
	return nil
}

func (s *Screen) press(msg tea.KeyPressMsg) tea.Cmd {
	if s.filter.Editing() {
		if s.filter.Update(msg) {
			s.narrow()
		}
		return nil
	}
	id, pressed := s.table.Selected(), ui.Pressed(s.Bindings(), msg)
	if pressed != "sort" { // whatever else is pressed is about this row
		s.table.Keep()
	}
	switch pressed {
	case "plan", "rotate":
		return ui.Send(ui.OpenPlan{ID: id})
	case "watch":
		return ui.Send(ui.OpenRun{Run: s.active(id)})
	case "watch elsewhere":
		return s.context.Watch(s.rows.of(id).last.Run)
	case "users":
		return ui.Send(ui.OpenUsers{ID: id})
	case "rights":
		return ui.Send(ui.OpenParity{ID: id})
	case "command":
		return ui.Send(ui.OpenRunbook{ID: id})
	case "rehearse":
		return ui.Send(ui.OpenRehearsal{ID: id})
	case "truth":
		return ui.Send(ui.OpenTruth{Run: s.rows.of(id).last})
	case "look":
		s.detailed = true
	case "details":
		s.detailed = !s.detailed
	case "history":
		return ui.Send(ui.OpenHistory{ID: id})
	case "audit":
		return ui.Send(ui.OpenAudit{})
	case "loose ends":
		return ui.Send(ui.OpenLooseEnds{})
	case "all history":
		return ui.Send(ui.OpenHistory{})
	case "resume":
		return resume(s.context, s.rows.of(id).last.Run)
	case "roll back":
		return rollBack(s.context, s.rows.of(id).last.Run)
	case "unfinished":
		return s.prompt()
	case "mark":
		s.mark(id)
	case "probe":
		return s.ask(id)
	case "probe all":
		return s.probe()
	case "filter":
		s.origin = nil
		s.filter.Clear() // a new question, not more of the old one
		s.filter.Open()
		s.narrow()
	case "sort":
		s.order = s.order.next()
		s.arrange()
	case "back":
		return s.back()
	default:
		if s.detailed {
			s.detail.Key(msg)
		} else if s.table.Key(msg) {
			s.detail = scroll.Scroll{}
		}
	}
	return nil
}

// show selects a credential; a filter that hides it is taken away. Without one,
// the list is shown as it is.
func (s *Screen) show(id string) {
	s.detailed = false
	if id == "" {
		return
	}
	if s.table.Select(id); s.table.Selected() != id {
		s.filter.Clear()
		s.narrow()
		s.table.Select(id)
	}
	s.detail = scroll.Scroll{}
}

// back takes away one thing: the details, or else the filter, or else the marks.
func (s *Screen) back() tea.Cmd {
	switch {
	case s.detailed:
		s.detailed = false
	case s.filter.Active():
		s.filter.Clear()
		s.narrow()
		return s.leave()
	default:
		clear(s.marks)
	}
	return nil
}

// click selects a row, or gives the focus to the details.
func (s *Screen) click(msg tea.MouseClickMsg) {
	s.detailed = msg.X >= s.sideAt
	if !s.detailed && s.table.Click(msg.Y-s.listTop) {
		s.detail = scroll.Scroll{}
	}
}

// wheel scrolls what is under the pointer.
func (s *Screen) wheel(msg tea.MouseWheelMsg) {
	switch {
	case msg.X >= s.sideAt:
		s.detail.Wheel(msg)
	case msg.Button == tea.MouseWheelUp:
		s.table.Move(-3)
	default:
		s.table.Move(3)
	}
}

// narrow applies the filter's text. When it takes the selected row away, the
// first one that is left is selected.
func (s *Screen) narrow() {
	before := s.table.Selected()
	s.query, s.problem = query.Parse(s.filter.Text())
	s.arrange()
	if s.table.Selected() != before {
		s.table.Move(-s.table.Len())
	}
}

// arrange filters and sorts the rows anew; the selection stays.
func (s *Screen) arrange() {
	s.table.SetRows(s.rows.arrange(s.query, s.order, s.context.Now()))
}

// active is the run of a credential that is under way in this console.
func (s *Screen) active(id string) *engine.Run {
	for _, run := range s.context.Active() {
		if run.Credential().ID == id {
			return run
		}
	}
	return nil
}

func resume(c *ui.Context, run string) tea.Cmd {
	return c.Start(func(ctx context.Context) (*engine.Run, error) {
		return c.Engine.Resume(ctx, run, engine.Options{})
	})
}

func rollBack(c *ui.Context, run string) tea.Cmd {
	return c.Start(func(ctx context.Context) (*engine.Run, error) {
		return c.Engine.RollBack(ctx, run, engine.Options{})
	})
}
