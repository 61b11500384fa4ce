package audit

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/table"
)

// What the calendar is divided into.
const (
	viewMonth = "month"
	viewDay   = "day"
)

// wordsWidth is the width of a pane from which words stand beside its bars.
const wordsWidth = 50

// stretch is a line of the calendar.
type stretch struct {
	id    string // a month, a day, or one of the words below
	word  string
	query string
	engine.Ends
}

// The lines of the calendar beside its months.
const (
	stretchBefore = "before"
	stretchLater  = "later"
	stretchNever  = "never"
)

// calendar is what ends when: by month, and by day of the month that is selected.
func (s *Screen) calendar() *pane {
	p := &pane{name: "ends", views: []string{viewMonth, viewDay}, nested: true, table: table.New(nil)}
	var lines []stretch // made anew with the rows
	p.leaving = func(id string) {
		if p.view == 0 && s.monthAt(id) != nil {
			s.month = id
		}
	}
	p.rows = func() []string {
		if lines = s.months(); p.view == 1 {
			lines = s.days()
		}
		var ids []string
		for _, line := range lines {
			ids = append(ids, line.id)
		}
		return ids
	}
	p.columns = func(width int) []table.Column {
		columns := []table.Column{
			{ID: "when", Title: p.views[p.view], Width: 12},
			{ID: "count", Title: "", Width: 5, Right: true},
			{ID: "bar", Title: "", Width: 4, Max: max(4, width-23)},
		}
		if width >= wordsWidth {
			columns[2].Max -= 24
			columns = append(columns, table.Column{ID: "what", Title: "", Width: 22})
		}
		return columns
	}
	p.suffix = func() string {
		if p.view == 0 {
			return ""
		}
		return " in " + monthWord(s.shownMonth())
	}
	p.cell = func(id string, column table.Column) string {
		return s.stretchCell(lines, slices.IndexFunc(lines, func(line stretch) bool { return line.id == id }), column)
	}
	p.query = func(id string) (string, string) {
		for _, line := range lines {
			if line.id == id && line.Either > 0 {
				return line.query, ""
			}
		}
		return "", "nothing ends then"
	}
	return p
}

// monthAt is a month of the calendar; nil for another line.
func (s *Screen) monthAt(id string) *engine.Month {
	months := s.digest.audit.Calendar.Months
	if i := slices.IndexFunc(months, func(m engine.Month) bool { return m.Month == id }); i >= 0 {
		return &months[i]
	}
	return nil
}

// months are the lines by month, with what lies before and after them.
func (s *Screen) months() []stretch {
	c := s.digest.audit.Calendar
	if len(c.Months) == 0 {
		return nil
	}
	first, last := c.Months[0].Month, c.Months[len(c.Months)-1].Month
	lines := []stretch{{stretchBefore, "before", "ends<" + first, c.Before}}
	for _, m := range c.Months {
		lines = append(lines, stretch{m.Month, monthWord(m.Month), "ends:" + m.Month, m.Ends})
	}
	return append(
		lines,
		stretch{stretchLater, "later", "ends>" + last, c.Later},
		stretch{stretchNever, "no end known", "ends:unknown", engine.Ends{Either: c.Never}},
	)
}

// monthWord is a month in words: "Mar 2026".
func monthWord(month string) string {
	at, err := time.Parse(engine.LayoutMonth, month)
	if err != nil {
		return month
	}
	return at.Format("Jan 2006")
}

// shownMonth is the month whose days are shown: the one that was selected, or else
// the first.
func (s *Screen) shownMonth() string {
	if months := s.digest.audit.Calendar.Months; s.monthAt(s.month) == nil && len(months) > 0 {
		return months[0].Month
	}
	return s.month
}

// days are the lines by day of a month: those on which something ends.
func (s *Screen) days() []stretch {
	month := s.monthAt(s.shownMonth())
	if month == nil {
		return nil
	}
	var lines []stretch
	for _, d := range month.Days {
		word := d.Day
		if at, err := time.Parse(engine.LayoutDay, d.Day); err == nil {
			word = at.Format("Mon 2 Jan")
		}
		lines = append(lines, stretch{d.Day, word, "ends:" + d.Day, d.Ends})
	}
	return lines
}

func (s *Screen) stretchCell(all []stretch, i int, column table.Column) string {
	if i < 0 {
		return ""
	}
	theme, line, most := s.context.Theme, all[i], 0
	for _, other := range all {
		if other.id != stretchNever {
			most = max(most, other.Either)
		}
	}
	switch column.ID {
	case "when":
		return theme.Text.Render(line.word)
	case "count":
		return theme.Strong.Render(strconv.Itoa(line.Either))
	case "bar":
		style := theme.Info
		switch {
		case line.id == stretchBefore:
			style = theme.Danger
		case line.id == stretchNever:
			style = theme.Muted
		}
		return style.Render(strings.Repeat("█", blocks(line.Either, max(most, 1), column.Width)))
	}
	var words []string
	if line.Expire > 0 {
		words = append(words, strconv.Itoa(line.Expire)+" expire")
	}
	if line.Rotate > 0 {
		words = append(words, strconv.Itoa(line.Rotate)+" to rotate")
	}
	return theme.Muted.Render(strings.Join(words, ", "))
}
