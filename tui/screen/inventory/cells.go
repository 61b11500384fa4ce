package inventory

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/agebar"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// columns of the list, the sorted one marked. Name, verdict and expiry stay on
// the narrowest screen.
func (s *Screen) columns() []table.Column {
	columns := []table.Column{
		{ID: "name", Title: "name", Width: 12, Max: 24},
		{ID: "kind", Title: "kind", Width: 8, Drop: 5},
		{ID: "env", Title: "env", Width: 6, Drop: 2, Max: s.envWidth},
		{ID: "age", Title: "age", Width: 10, Max: 22, Drop: 3},
		{ID: "verdict", Title: "verdict", Width: 14},
		{ID: "expires", Title: "expires", Width: 8, Right: true},
		{ID: "probe", Title: "login", Width: 14, Drop: 4},
	}
	for i := range columns {
		if columns[i].ID == s.order.column() {
			columns[i].Title += " ▾"
		}
	}
	return columns
}

// cell draws a cell of the list.
func (s *Screen) cell(id string, column table.Column) string {
	theme, r, now := s.context.Theme, s.rows.of(id), s.context.Now()
	switch column.ID {
	case "name":
		return s.nameCell(r, column.Width)
	case "kind":
		return theme.Muted.Render(ui.KindWord(r.credential.Kind))
	case "env":
		return theme.EnvironmentWord(r.credential.Environment)
	case "age":
		return ageCell(theme, r, now, column.Width)
	case "verdict":
		return verdictCell(theme, r, now)
	case "expires":
		return expiryCell(theme, r, now)
	default:
		return probeCell(theme, r, now, column.Width)
	}
}

// nameCell is the name; a run under way or unfinished shows behind it, and in
// words above the list.
func (s *Screen) nameCell(r row, width int) string {
	before := ""
	if s.marks[r.credential.ID] {
		before = s.context.Theme.Accent.Bold(true).Render("●") + " "
	}
	if mark, found := s.runMark(r); found {
		before += mark.Sign() + " "
	}
	name := ui.Shorten(ui.Clean(r.credential.ID), width-ansi.StringWidth(before))
	return before + s.context.Theme.Text.Render(name)
}

func ageCell(theme ui.Theme, r row, now time.Time, width int) string {
	age, known := r.age(now)
	if !known {
		return theme.Muted.Render("–")
	}
	limit := r.credential.Policy.MaxAge
	if limit == 0 {
		return theme.Muted.Render(engine.Span(age))
	}
	style := theme.Info
	switch r.verdict.State {
	case engine.StateDue:
		style = theme.Warn
	case engine.StateOverdue, engine.StateExpired:
		style = theme.Danger
	}
	// The numbers have a fixed width, so that bars end in one line; a narrow
	// column leaves the limit to the bar.
	numbers := theme.Text.Render(fmt.Sprintf(" %4s", engine.Span(age)))
	if width >= wideAge {
		numbers += theme.Muted.Render(fmt.Sprintf("/%-4s", engine.Span(limit)))
	}
	return agebar.Draw(theme, style, age.Seconds()/limit.Seconds(), width-ansi.StringWidth(numbers)) + numbers
}

// wideAge is the width from which the age shows its limit in numbers.
const wideAge = 16

func verdictCell(theme ui.Theme, r row, now time.Time) string {
	if r.seen.At.IsZero() && len(r.seen.Problems) == 0 {
		return theme.Muted.Render("· not yet seen")
	}
	mark := theme.State(r.verdict.State)
	if r.verdict.Deadline.IsZero() {
		return mark.Render()
	}
	left := r.verdict.Deadline.Sub(now)
	return mark.Render() + theme.Text.Render(" "+engine.Span(max(left, -left)))
}

func expiryCell(theme ui.Theme, r row, now time.Time) string {
	left, known := r.left(now)
	switch {
	case !known:
		return theme.Muted.Render("–")
	case left <= 0:
		return theme.Danger.Render(engine.Span(-left) + " ago")
	default:
		return theme.Text.Render(engine.Span(left))
	}
}

func probeCell(theme ui.Theme, r row, now time.Time, width int) string {
	if r.probing {
		return theme.Muted.Render("▸ probing")
	}
	if r.seen.At.IsZero() {
		return theme.Muted.Render("–")
	}
	if w := r.seen.Withheld; w != nil {
		return theme.Danger.Render("✗ withheld") + theme.Muted.Render(" "+engine.Span(now.Sub(w.Since)))
	}
	ago := ""
	if old := now.Sub(r.seen.At); old > freshFor {
		ago = " " + engine.Span(old) + " ago"
	}
	mark := theme.Standing(r.seen.Login())
	switch r.seen.Login() {
	case engine.Accepted:
		mark.Word = "ok"
	case engine.Unreachable:
		mark.Word = "silent"
	case engine.Refused:
	default:
		mark.Word = "seen"
	}
	if ansi.StringWidth(mark.String()+ago) > width {
		ago = strings.TrimSuffix(ago, " ago")
	}
	return mark.Render() + theme.Muted.Render(ago)
}
