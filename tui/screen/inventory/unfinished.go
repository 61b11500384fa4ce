package inventory

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// unfinished is the dialog on runs that nobody ended: what probes say of each
// now, and the one safe next step. Both ways on begin with a question of the
// engine, so a stray key changes nothing.
type unfinished struct {
	context *ui.Context
	all     []engine.Summary // every such run
	runs    []engine.Summary // those that have a row, see fold
	boards  []engine.Board   // of incidents
	cursor  int
	truths  map[string]truthSeen
	undone  map[string]engine.Phase // where stopped rollbacks stand
	reading bool                    // whether these runs are still unfinished is not known yet
	left    func(credential string) // told of which the dialog was left, so that keys go on about it; nil for nobody
}

var (
	_ ui.Dialog   = (*unfinished)(nil)
	_ ui.Appearer = (*unfinished)(nil)
)

// truthSeen delivers what is true of a run.
type truthSeen struct {
	dialog *unfinished
	run    string
	truth  engine.Truth
	err    error
}

// isUnfinished says whether the last run needs someone to end it.
func (r row) isUnfinished() bool { return r.last.Status == engine.StatusStopped }

// unfinished lists the runs that need someone to end them, newest first. One
// that was taken up again in this console is in good hands.
func (s *Screen) unfinished() []engine.Summary { return unfinishedOf(s.context, s.rows.open) }

func unfinishedOf(c *ui.Context, runs []engine.Summary) []engine.Summary {
	var open []engine.Summary
	for _, summary := range runs {
		if summary.Status == engine.StatusStopped && c.Here(summary.Run) == nil {
			open = append(open, summary)
		}
	}
	return open
}

func newUnfinished(c *ui.Context, runs []engine.Summary, boards []engine.Board) *unfinished {
	d := &unfinished{context: c, all: runs, boards: boards, truths: map[string]truthSeen{}}
	d.runs = d.fold(runs)
	return d
}

// Appear reads the journal, since the dialog may have waited while its runs went
// on, and then probes what is true.
func (d *unfinished) Appear() tea.Cmd {
	d.reading = true
	return readJournal(d.context)
}

// take brings the dialog in line with the journal: what was known of a run that
// has gone on since is dropped, and without a run the dialog goes.
func (d *unfinished) take(runs []engine.Summary) tea.Cmd {
	d.reading = false
	selected, before := d.runs[d.cursor].Run, d.runs
	d.all = unfinishedOf(d.context, runs)
	if d.runs = d.fold(d.all); len(d.runs) == 0 {
		d.runs = before
		return ui.Send(ui.CloseDialog{Dialog: d})
	}
	d.cursor = 0
	for i, now := range d.runs {
		if now.Run == selected {
			d.cursor = i
		}
		if !slices.ContainsFunc(before, func(s engine.Summary) bool { return s.Run == now.Run && s.Seq == now.Seq }) {
			delete(d.truths, now.Run)
		}
	}
	return d.look()
}

// look probes the selected run, unless it was already, or an incident will.
func (d *unfinished) look() tea.Cmd {
	if _, found := d.incidentOf(d.runs[d.cursor]); found {
		return nil
	}
	run := d.runs[d.cursor].Run
	if _, begun := d.truths[run]; begun {
		return nil
	}
	d.truths[run] = truthSeen{}
	return d.context.Work(func(ctx context.Context) tea.Msg {
		truth, err := d.context.Engine.Truth(ctx, run)
		return truthSeen{d, run, truth, err}
	})
}

// Bindings lists the keys of the dialog.
func (d *unfinished) Bindings() []ui.Binding {
	reason := ""
	switch {
	case d.context.ReadOnly:
		reason = readOnly
	case d.reading:
		reason = "the journal is being read"
	}
	bindings := []ui.Binding{
		{ID: "resume", Keys: []string{"u"}, Label: "resume", Help: "Take the run up again, beginning with probes.", Danger: true, Footer: true, Reason: reason},
		{ID: "roll back", Keys: []string{"b"}, Label: "roll back", Help: "Undo what the run did, beginning with probes.", Danger: true, Footer: true, Reason: reason},
		{ID: "truth", Keys: []string{"enter", "t"}, Label: "look closer", Help: "Everything that is true of the run now, on a screen of its own.", Footer: true},
	}
	if b, found := d.incidentOf(d.runs[d.cursor]); found {
		bindings = d.incidentBindings(b, reason)
	}
	return append(bindings,
		ui.Binding{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "The run before.", Footer: len(d.runs) > 1},
		ui.Binding{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "The next run.", Footer: len(d.runs) > 1},
		ui.Binding{ID: "close", Keys: []string{"esc", "q"}, Label: "later", Help: "Leave the runs as they are; the list goes on showing them.", Footer: true},
	)
}

// Update handles a message.
func (d *unfinished) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case journalRead:
		if msg.err == nil {
			d.undone, d.boards = msg.undone, msg.boards
			return d.take(msg.runs)
		}
		d.reading = false
		return d.look()
	case truthSeen:
		if msg.dialog == d {
			d.truths[msg.run] = msg
		}
	case tea.KeyPressMsg:
		return d.press(msg)
	}
	return nil
}

func (d *unfinished) press(msg tea.KeyPressMsg) tea.Cmd {
	closing := ui.Send(ui.CloseDialog{Dialog: d})
	run, pressed := d.runs[d.cursor].Run, ui.Pressed(d.Bindings(), msg)
	if d.left != nil && pressed != "" && pressed != "up" && pressed != "down" {
		d.left(d.runs[d.cursor].Credential)
	}
	board, _ := d.incidentOf(d.runs[d.cursor])
	switch pressed {
	case "resume":
		return tea.Batch(closing, resume(d.context, run))
	case "roll back":
		return tea.Batch(closing, rollBack(d.context, run))
	case "truth":
		return tea.Batch(closing, ui.Send(ui.OpenTruth{Run: d.runs[d.cursor]}))
	case "resume incident":
		return tea.Batch(closing, d.context.ResumeIncident(board.ID))
	case "incident":
		return tea.Batch(closing, d.context.ShowIncident(board))
	case "up":
		d.cursor = max(0, d.cursor-1)
		return d.look()
	case "down":
		d.cursor = min(len(d.runs)-1, d.cursor+1)
		return d.look()
	case "close":
		return closing
	}
	return nil
}

// View draws the dialog as a box: what is true stands below the runs, and
// stays in view however many there are.
func (d *unfinished) View(width, height int) string {
	theme := d.context.Theme
	width = min(width, 76)
	truth := d.truth(width - 4)
	room := max(1, min(len(d.runs), height-3-len(truth)))
	first := max(0, min(d.cursor-room/2, len(d.runs)-room))
	lines := []string{""}
	for i, run := range d.runs[first : first+room] {
		if first+i == d.cursor {
			lines = append(lines, theme.Select(theme.Accent.Render("▌")+d.run(run, width-5)))
		} else {
			lines = append(lines, " "+d.run(run, width-5))
		}
	}
	lines = append(lines, truth...)
	return theme.Box(d.title(), lines, width, min(height, len(lines)+2), theme.Warn)
}

// title counts the runs, and says so when incidents stand in the place of all.
func (d *unfinished) title() string {
	incidents := 0
	for _, s := range d.runs {
		if _, found := d.incidentOf(s); found {
			incidents++
		}
	}
	switch {
	case incidents == 1 && len(d.runs) == 1:
		return "An incident was not finished"
	case incidents == len(d.runs):
		return fmt.Sprintf("%d incidents were not finished", incidents)
	case len(d.all) > 1:
		return fmt.Sprintf("%d runs were not finished", len(d.all))
	}
	return "A run was not finished"
}

func (d *unfinished) run(s engine.Summary, width int) string {
	theme := d.context.Theme
	if b, found := d.incidentOf(s); found {
		return d.incidentRow(b, width)
	}
	left := " " + theme.Strong.Render(ui.Clean(s.Credential)) + theme.Text.Render(" "+ui.Halt(s, d.undone[s.Run]))
	ago := engine.Span(d.context.Now().Sub(s.Updated)) + " ago by " + ui.Clean(s.Rotation.Operator)
	return ui.Spread(left, theme.Muted.Render(ago)+" ", width)
}

// truth says what probes found, and the advice.
func (d *unfinished) truth(width int) []string {
	theme := d.context.Theme
	seen := d.truths[d.runs[d.cursor].Run]
	lines := []string{""}
	b, ofIncident := d.incidentOf(d.runs[d.cursor])
	switch {
	case ofIncident:
		lines = append(lines, d.incidentTruth(b, width)...)
		return append(lines, "", theme.Muted.Render("u resumes it: asks first · enter shows it · esc later"))
	case seen.err != nil:
		lines = append(lines, notice.Lines(theme, *engine.AsProblem(seen.err), width)...)
	case seen.run == "":
		lines = append(lines, theme.Muted.Render("▸ probing what is true now"))
	default:
		lines = append(lines, d.seen(seen.truth, width)...)
	}
	return append(lines, "", theme.Muted.Render("u resumes · b rolls back: both ask first · enter shows more · esc later"))
}

// seen tells what is true, or why that cannot be told, and the advice.
func (d *unfinished) seen(t engine.Truth, width int) []string {
	theme := d.context.Theme
	var lines []string
	if t.Problem != "" {
		for _, line := range ui.Wrap(ui.Clean(t.Problem), width-2) {
			lines = append(lines, theme.Warn.Render("? "+line))
		}
	} else {
		label := func(text string) string { return theme.Muted.Render(ui.Fit(text, 16)) }
		lines = append(lines,
			label("old credential")+theme.Standing(t.OldWorks).Render(),
			label("new credential")+theme.Standing(t.NewWorks).Render(),
			label("published slot")+theme.Text.Render(ui.Clean(string(t.Active))))
	}
	lines = append(lines, "", theme.Accent.Bold(true).Render("safe next step: ")+theme.Strong.Render(string(t.Advice)))
	for _, line := range ui.Wrap(ui.Clean(t.AdviceText), width) {
		lines = append(lines, theme.Text.Render(line))
	}
	return lines
}
