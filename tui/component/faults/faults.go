// Package faults lays the faults of a rehearsal out: a line for each boundary
// between two steps, a column for each fault.
package faults

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Row is one boundary with what came of each fault there.
type Row struct {
	Boundary engine.Boundary
	Trials   map[engine.Fault]engine.Trial
}

// Rows groups trials by their boundary, in the order of a run.
func Rows(trials []engine.Trial) []Row {
	at := map[engine.Boundary]int{}
	var rows []Row
	for _, t := range trials {
		i, known := at[t.Boundary]
		if !known {
			i = len(rows)
			at[t.Boundary] = i
			rows = append(rows, Row{Boundary: t.Boundary, Trials: map[engine.Fault]engine.Trial{}})
		}
		rows[i].Trials[t.Fault] = t
	}
	engine.SortBoundaries(rows, func(r Row) engine.Boundary { return r.Boundary })
	return rows
}

// None stands where a fault makes no difference at a boundary, or was not tried.
const None = "–"

// Outcome is what came of a fault, in a word or two.
func (r Row) Outcome(f engine.Fault) string {
	t, tried := r.Trials[f]
	if !tried {
		return None
	}
	return ui.Clean(t.Outcome())
}

// Broken lists the trials that ended badly.
func Broken(trials []engine.Trial) []engine.Trial {
	var broken []engine.Trial
	for _, t := range trials {
		if !t.OK {
			broken = append(broken, t)
		}
	}
	return broken
}

// The widths of the table: names give way first, then the words of faults.
const (
	leastName = 22
	cellWidth = 15
	gap       = 2
)

// Lines draws the table, its head first. Where the columns do not fit beside the
// names, each boundary takes a line for every fault.
func Lines(theme ui.Theme, trials []engine.Trial, width int) []string {
	if len(trials) == 0 {
		return nil
	}
	columns := len(engine.Faults()) * cellWidth
	if width < leastName+columns+gap {
		return stacked(theme, trials, width)
	}
	name := width - columns
	head := ui.Fit(theme.Muted.Render("at"), name)
	for _, f := range engine.Faults() {
		head += ui.Fit(theme.Muted.Render(string(f)), cellWidth)
	}
	lines := []string{head}
	for _, row := range Rows(trials) {
		line := ui.Fit(theme.Text.Render(ansi.Truncate(ui.Clean(row.Boundary.String()), name-gap, "…")), name)
		for _, f := range engine.Faults() {
			line += ui.Fit(cell(theme, row, f), cellWidth)
		}
		lines = append(lines, line)
	}
	return append(lines, broken(theme, trials, width)...)
}

func cell(theme ui.Theme, row Row, f engine.Fault) string {
	t, tried := row.Trials[f]
	switch {
	case !tried:
		return theme.Muted.Render(None)
	case t.OK:
		return theme.OK.Render("✓ ") + theme.Text.Render(row.Outcome(f))
	}
	return theme.Danger.Render("✗ " + row.Outcome(f))
}

func stacked(theme ui.Theme, trials []engine.Trial, width int) []string {
	var lines []string
	for _, row := range Rows(trials) {
		lines = append(lines, theme.Text.Render(ui.Clean(row.Boundary.String())))
		for _, f := range engine.Faults() {
			if _, tried := row.Trials[f]; tried {
				lines = append(lines, "  "+ui.Fit(theme.Muted.Render(string(f)), cellWidth)+cell(theme, row, f))
			}
		}
	}
	return append(lines, broken(theme, trials, width)...)
}

// broken says of each trial that ended badly which promise was not kept.
func broken(theme ui.Theme, trials []engine.Trial, width int) []string {
	var lines []string
	for _, t := range Broken(trials) {
		text := ui.Clean(t.Boundary.String() + ", " + string(t.Fault) + ": " + t.Problem)
		for i, line := range ui.Wrap(text, max(1, width-2)) {
			sign := "  "
			if i == 0 {
				sign = "✗ "
			}
			lines = append(lines, theme.Danger.Render(sign+line))
		}
	}
	return lines
}
