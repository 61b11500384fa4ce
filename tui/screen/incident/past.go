package incident

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// pastRead delivers the incidents on record. One that cannot be read shows with
// the runs, whose journal it is.
type pastRead struct {
	screen *Screen
	boards []engine.Board
}

func (s *Screen) readPast() tea.Cmd {
	read := s.context.Engine.Incidents
	return s.context.Work(func(ctx context.Context) tea.Msg {
		boards, err := read(ctx)
		if err != nil {
			return ui.Flash{Text: "incidents cannot be read: " + engine.AsProblem(err).Text, Level: ui.LevelDanger}
		}
		return pastRead{s, boards}
	})
}

// past is the dialog on incidents on record.
type past struct {
	context *ui.Context
	boards  []engine.Board
	cursor  int
}

var _ ui.Dialog = (*past)(nil)

func newPast(c *ui.Context, boards []engine.Board) *past { return &past{context: c, boards: boards} }

// Bindings lists the keys of the dialog.
func (d *past) Bindings() []ui.Binding {
	none, resume := "", d.resumeReason()
	if len(d.boards) == 0 {
		none = "no incident is on record"
	}
	return []ui.Binding{
		{ID: "show", Keys: []string{"enter"}, Label: "board", Help: "Show its board; r there writes its report.", Footer: true, Reason: none},
		{ID: "resume", Keys: []string{"u"}, Label: "resume", Help: "Go on with an incident that was not finished, after probing what is true now.", Danger: true, Footer: true, Reason: resume},
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "The incident before.", Footer: len(d.boards) > 1},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "The next incident.", Footer: len(d.boards) > 1},
		{ID: "close", Keys: []string{"esc", "q"}, Label: "close", Help: "Close the list.", Footer: true},
	}
}

func (d *past) resumeReason() string {
	switch {
	case len(d.boards) == 0:
		return "no incident is on record"
	case d.context.ReadOnly:
		return "the console is read-only"
	case len(d.context.Unrevoked(d.boards[d.cursor:d.cursor+1])) == 0:
		return "it is not stopped: there is nothing to resume"
	}
	return ""
}

// Update handles a message.
func (d *past) Update(msg tea.Msg) tea.Cmd {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	closing := ui.Send(ui.CloseDialog{Dialog: d})
	switch ui.Pressed(d.Bindings(), press) {
	case "show":
		return tea.Batch(closing, d.context.ShowIncident(d.boards[d.cursor]))
	case "resume":
		return tea.Batch(closing, d.context.ResumeIncident(d.boards[d.cursor].ID))
	case "up":
		d.cursor = max(0, d.cursor-1)
	case "down":
		d.cursor = min(len(d.boards)-1, d.cursor+1)
	case "close":
		return closing
	}
	return nil
}

// View draws the dialog as a box.
func (d *past) View(width, height int) string {
	theme := d.context.Theme
	width = min(width, 90)
	room := max(1, min(len(d.boards), height-4))
	first := max(0, min(d.cursor-room/2, len(d.boards)-room))
	lines := []string{""}
	for i := first; i < min(len(d.boards), first+room); i++ {
		line := d.line(d.boards[i], width-6)
		if i == d.cursor {
			lines = append(lines, theme.Select(theme.Accent.Render("▌")+" "+line))
		} else {
			lines = append(lines, "  "+line)
		}
	}
	if len(d.boards) == 0 {
		lines = append(lines, theme.Muted.Render("no incident is on record"))
	}
	return theme.Box("Incidents", lines, width, min(height, len(lines)+2), theme.Accent)
}

func (d *past) line(b engine.Board, width int) string {
	theme := d.context.Theme
	mark := theme.Status(b.Status)
	if b.Status == engine.StatusRolledBack {
		mark.Word = ui.IncidentStatus(b.Status)
	}
	text := mark.Render() + "  " + theme.Strong.Render(ui.Clean(b.Title)) + theme.Muted.Render(" · "+ui.Revoked(b))
	ago := engine.Span(d.context.Now().Sub(b.Opened)) + " ago by " + ui.Clean(b.Operator)
	return ui.Spread(text, theme.Muted.Render(ago)+" ", width)
}
