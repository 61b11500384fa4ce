package uitest

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Now is the moment at which tests happen.
func Now() time.Time { return time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC) }

// Context is a context over e, on a dark terminal, with Now as its clock. Work
// and Start run where the command is run.
func Context(ctx context.Context, e *engine.Engine) *ui.Context {
	return &ui.Context{
		Engine:    e,
		Active:    func() []*engine.Run { return nil },
		Incidents: func() []*engine.Incident { return nil },
		Theme:     ui.NewTheme(ui.Look{Dark: true}),
		Now:       Now,
		Work: func(work func(context.Context) tea.Msg) tea.Cmd {
			return func() tea.Msg { return work(ctx) }
		},
		Watch: func(run string) tea.Cmd {
			return func() tea.Msg {
				watched, err := e.Watch(ctx, run)
				if err != nil {
					return ui.ShowProblem{Title: "the run cannot be watched", Problem: engine.AsProblem(err)}
				}
				return ui.OpenRun{Run: watched}
			}
		},
		Respond: func(open func(context.Context, ui.StartRun) (*engine.Incident, error)) tea.Cmd {
			return func() tea.Msg {
				incident, err := open(ctx, nil)
				if err != nil {
					return ui.ShowProblem{Title: "the incident could not begin", Problem: engine.AsProblem(err)}
				}
				return ui.OpenIncidentBoard{Incident: incident}
			}
		},
		Start: func(start func(context.Context) (*engine.Run, error)) tea.Cmd {
			return func() tea.Msg {
				run, err := start(ctx)
				if err != nil {
					return ui.ShowProblem{Title: "the run could not begin", Problem: engine.AsProblem(err)}
				}
				return ui.OpenRun{Run: run}
			}
		},
	}
}

// Messages runs a command, and the commands that a batch or sequence of it
// holds, and returns what they deliver. It waits for timers: do not give it a
// command that ticks.
func Messages(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case nil:
		return nil
	case tea.BatchMsg:
		var all []tea.Msg
		for _, inner := range msg {
			all = append(all, Messages(inner)...)
		}
		return all
	default:
		return []tea.Msg{msg}
	}
}
