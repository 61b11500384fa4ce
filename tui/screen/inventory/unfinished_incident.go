package inventory

import (
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Runs of an incident that is not finished are one row of the dialog: the incident
// takes them up, so it is the incident that someone has to resume.

// fold leaves of each incident that is not finished the first of its runs.
func (d *unfinished) fold(runs []engine.Summary) []engine.Summary {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(runs), func(s engine.Summary) bool {
		b, found := d.incidentOf(s)
		again := found && seen[b.ID]
		seen[b.ID] = true
		return again
	})
}

// incidentOf is the incident that a run is part of, while that is not finished.
func (d *unfinished) incidentOf(s engine.Summary) (b engine.Board, found bool) {
	at := slices.IndexFunc(d.boards, func(b engine.Board) bool {
		return b.ID == s.Rotation.Incident && !b.Status.Finished()
	})
	if at < 0 {
		return engine.Board{}, false
	}
	return d.boards[at], true
}

// incidentBindings are the keys of the dialog on an incident.
func (d *unfinished) incidentBindings(b engine.Board, reason string) []ui.Binding {
	if reason == "" && len(d.context.Unrevoked([]engine.Board{b})) == 0 {
		reason = "the incident goes on: it takes up its runs itself"
	}
	return []ui.Binding{
		{ID: "resume incident", Keys: []string{"u"}, Label: "resume the incident", Help: "Go on with the incident and all of its runs, after probing what is true now.", Danger: true, Footer: true, Reason: reason},
		{ID: "incident", Keys: []string{"enter", "!"}, Label: "show it", Help: "The board of the incident: how far each of its credentials has come.", Footer: true},
	}
}

// incidentRow names an incident in the place of its runs.
func (d *unfinished) incidentRow(b engine.Board, width int) string {
	theme := d.context.Theme
	return ui.Spread(" "+theme.Danger.Bold(true).Render("▲ "+ui.Clean(b.Title)), theme.Danger.Render(ui.Revoked(b))+" ", width)
}

// incidentTruth says which runs of an incident stand still, and what to do.
func (d *unfinished) incidentTruth(b engine.Board, width int) []string {
	theme := d.context.Theme
	var runs []string
	for _, s := range d.all {
		if s.Rotation.Incident == b.ID {
			runs = append(runs, ui.Clean(s.Credential)+" "+ui.Halt(s, d.undone[s.Run]))
		}
	}
	lines := []string{theme.Muted.Render("incident opened " + engine.Span(max(0, d.context.Now().Sub(b.Opened))) + " ago by " + ui.Clean(b.Operator))}
	for _, line := range ui.WrapWords(ui.Plural(len(runs), "run")+" of it: "+strings.Join(runs, "; "), width) {
		lines = append(lines, theme.Text.Render(line))
	}
	advice := "it takes up its runs, and goes on until all that leaked is refused"
	next := "resume the incident"
	if len(d.context.Unrevoked([]engine.Board{b})) == 0 {
		advice, next = "it goes on and takes up its runs itself", "look at the incident"
	}
	lines = append(lines, "", theme.Accent.Bold(true).Render("safe next step: ")+theme.Strong.Render(next))
	return append(lines, theme.Text.Render(ui.Fit(advice, width)))
}
