package audit

import (
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/curve"
	"github.com/rotadeck/rotadeck/tui/component/table"
)

// trend is how old everything was on average, week by week.
func (s *Screen) trend() *pane {
	weeks := func() []engine.Week { return s.digest.audit.Trend }
	p := &pane{name: "mean age by week", table: table.New(nil)}
	p.rows = func() []string { return numbered(len(weeks())) }
	at := func(id string) engine.Week { return weeks()[len(weeks())-1-number(id)] } // the newest first
	p.columns = func(width int) []table.Column {
		columns := []table.Column{
			{ID: "end", Title: "week to", Width: 10},
			{ID: "age", Title: "age", Width: 5, Right: true},
			{ID: "bar", Title: "", Width: 4, Max: max(4, width-21)},
		}
		if width >= wordsWidth {
			columns[2].Max -= 16
			columns = append(columns, table.Column{ID: "known", Title: "known of", Width: 14})
		}
		return columns
	}
	p.cell = func(id string, column table.Column) string {
		theme, w := s.context.Theme, at(id)
		switch column.ID {
		case "end":
			return theme.Text.Render(w.Last())
		case "age":
			return theme.Strong.Render(ageWord(w.MeanAge))
		case "known":
			return theme.Muted.Render(fmt.Sprintf("%d of %d", w.Known, w.Of))
		}
		if w.MeanAge == nil {
			return theme.Muted.Render("not known")
		}
		return theme.Info.Render(strings.Repeat("█", blocks(int(*w.MeanAge), int(oldest(weeks())), column.Width)))
	}
	p.above = func(width, _ int) []string { return s.sparkline(weeks(), width) }
	p.query = func(string) (string, string) { return "", "what was true in a week is no list of credentials" }
	return p
}

// oldest is the highest mean of all weeks.
func oldest(weeks []engine.Week) int64 {
	most := int64(1)
	for _, w := range weeks {
		if w.MeanAge != nil {
			most = max(most, *w.MeanAge)
		}
	}
	return most
}

// sparkline is all weeks on one line; a week of which nothing is known is a dot.
func (s *Screen) sparkline(weeks []engine.Week, width int) []string {
	theme := s.context.Theme
	var values []float64
	for _, w := range weeks {
		values = append(values, 0)
		if w.MeanAge != nil {
			values[len(values)-1] = float64(*w.MeanAge)
		}
	}
	if len(values) == 0 {
		return nil
	}
	shown := min(len(values), width)
	line := []rune(curve.Draw(values, shown))
	text := ""
	for i, w := range weeks[len(weeks)-shown:] {
		if w.MeanAge == nil {
			text += theme.Muted.Render("·")
		} else {
			text += theme.Info.Render(string(line[i]))
		}
	}
	last := weeks[len(weeks)-1]
	words := theme.Strong.Render(ageWord(last.MeanAge)) + theme.Muted.Render(fmt.Sprintf(" now, known of %d of %d", last.Known, last.Of))
	return []string{text, words}
}
