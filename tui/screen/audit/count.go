package audit

import (
	"strconv"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// countColumns are the columns of lists that count by verdict. Bars take what is
// left of width.
func countColumns(width int, title string, least, most int) []table.Column {
	columns := []table.Column{
		{ID: "name", Title: title, Width: least, Max: most},
		{ID: "count", Title: "", Width: 5, Right: true},
		{ID: "bar", Title: "by verdict", Width: 4, Max: max(4, width-most-11)},
	}
	if width >= wordsWidth {
		columns[2].Max -= 10
		columns = append(columns, table.Column{ID: "mean", Title: "mean age", Width: 8, Right: true})
	}
	switch room := columns[2].Max; { // the marks say by what, where the words do not fit
	case room < len("verdict"):
		columns[2].Title = ""
	case room < len("by verdict"):
		columns[2].Title = "verdict"
	}
	return columns
}

func countCell(theme ui.Theme, column table.Column, t engine.Tally, most int, mean string) string {
	switch column.ID {
	case "count":
		return theme.Strong.Render(strconv.Itoa(t.Total))
	case "bar":
		return strip(theme, t, most, column.Width)
	}
	return theme.Text.Render(mean)
}
