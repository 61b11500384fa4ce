package audit

import (
	"fmt"
	"strconv"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/table"
)

// What ages are counted by.
const (
	viewShare = "share of life"
	viewAge   = "time"
)

// ages is the histogram.
func (s *Screen) ages() *pane {
	p := &pane{name: "ages", views: []string{viewShare, viewAge}, table: table.New(nil)}
	buckets := func() []engine.Bucket {
		if p.views[p.view] == viewShare {
			return s.digest.audit.Shares
		}
		return s.digest.audit.Ages
	}
	p.rows = func() []string { return numbered(len(buckets())) }
	p.columns = func(width int) []table.Column { return countColumns(width, p.views[p.view], 13, 13)[:3] }
	p.cell = func(id string, column table.Column) string {
		b, theme := buckets()[number(id)], s.context.Theme
		if column.ID == "name" {
			return theme.Text.Render(b.Label)
		}
		return countCell(theme, column, b.Tally, s.digest.most[p.views[p.view]], "")
	}
	p.query = func(id string) (string, string) {
		b := buckets()[number(id)]
		if b.Total == 0 {
			return "", "no credential is in it"
		}
		return bucketQuery(b, p.views[p.view]), ""
	}
	return p
}

// bucketQuery lets through what is in a bucket.
func bucketQuery(b engine.Bucket, view string) string {
	field, word := "life", func(edge float64) string { return fmt.Sprintf("%.0f%%", edge*100) }
	if view == viewAge {
		field, word = "age", func(edge float64) string { return fmt.Sprintf("%.0fd", edge/(24*3600)) }
	}
	switch {
	case !b.Known:
		return field + ":unknown"
	case b.To == 0:
		return field + ">=" + word(b.From)
	}
	return field + ">=" + word(b.From) + " " + field + "<" + word(b.To)
}

// numbered are ids of rows that are known by their place.
func numbered(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = strconv.Itoa(i)
	}
	return ids
}

func number(id string) int {
	n, _ := strconv.Atoi(id) // made by numbered
	return n
}
