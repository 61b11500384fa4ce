package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// mostHeat is how many credentials the heat bars show, and mostGroups how many
// groups a chart: all of them are in the tables.
const mostHeat, mostGroups = 12, 12

// heatMost is the share of life at which a heat bar is full.
const heatMost = 1.5

func heatChart(a engine.Audit) *Chart {
	var bars []Bar
	for _, c := range a.Credentials[:min(len(a.Credentials), mostHeat)] {
		b := Bar{Label: c.Credential, Value: shareWord(c.Share)}
		if c.Share != nil {
			b.Parts = []Part{{min(*c.Share, heatMost), StateTone(c.Verdict)}}
		} else {
			b.Value = "not known"
		}
		bars = append(bars, b)
	}
	chart := Bars("Share of life used up", fmt.Sprintf(
		"The %s that are most urgent, of %d. All stand in the table at the end.", count(len(bars), "credential"), len(a.Credentials),
	), bars, BarOptions{Most: heatMost, Mark: 1})
	chart.Legend = legend(a.Verdicts)
	return chart
}

// legend has a key for each verdict that there is.
func legend(t engine.Tally) []Key {
	var keys []Key
	for _, s := range engine.States() {
		if t.Of(s) > 0 {
			keys = append(keys, Key{StateTone(s), string(s)})
		}
	}
	return keys
}

// parts are a tally as the parts of a bar, the most urgent first.
func parts(t engine.Tally) []Part {
	var all []Part
	for _, s := range engine.States() {
		all = append(all, Part{float64(t.Of(s)), StateTone(s)})
	}
	return all
}

// tallied is a table that counts by verdict, with a column for each verdict that
// there is in any of its rows.
type tallied struct {
	table  *Table
	states []engine.State
}

func newTallied(caption, of string, tallies []engine.Tally) tallied {
	t := tallied{table: &Table{Caption: caption, Columns: []Column{{Title: of}, {Title: "all", Right: true}}}}
	for _, s := range engine.States() {
		if slices.ContainsFunc(tallies, func(tally engine.Tally) bool { return tally.Of(s) > 0 }) {
			t.states = append(t.states, s)
			t.table.Columns = append(t.table.Columns, Column{Title: string(s), Right: true})
		}
	}
	return t
}

func (t tallied) row(name string, tally engine.Tally, more ...string) {
	cells := Cells(name, fmt.Sprint(tally.Total))
	for _, s := range t.states {
		cells = append(cells, Cell{Text: fmt.Sprint(tally.Of(s)), Tone: tone(tally.Of(s), ToneNone)})
	}
	t.table.Rows = append(t.table.Rows, append(cells, Cells(more...)...))
}

func bucketChart(title string, buckets []engine.Bucket, all engine.Tally) *Chart {
	var bars []Bar
	var tallies []engine.Tally
	for _, b := range buckets {
		tallies = append(tallies, b.Tally)
	}
	numbers := newTallied(title, "from–to", tallies)
	for _, b := range buckets {
		bars = append(bars, Bar{Label: b.Label, Parts: parts(b.Tally), Value: fmt.Sprint(b.Total)})
		numbers.row(b.Label, b.Tally)
	}
	chart := Bars(title, "How many credentials there are of each age, by verdict.", bars, BarOptions{})
	chart.Legend, chart.Table = legend(all), numbers.table
	return chart
}

func groupChart(title, of string, groups []engine.Group) *Chart {
	var bars []Bar
	var tallies []engine.Tally
	for _, g := range groups {
		tallies = append(tallies, g.Tally)
	}
	numbers := newTallied(title, of, tallies)
	numbers.table.Columns = append(numbers.table.Columns, Column{Title: "mean age", Right: true})
	for _, g := range groups {
		name := g.Name
		if name == "" {
			name = "none"
		}
		if len(bars) < mostGroups {
			bars = append(bars, Bar{Label: name, Parts: parts(g.Tally), Value: fmt.Sprint(g.Total)})
		}
		numbers.row(name, g.Tally, ageWord(g.MeanAge))
	}
	description := "How many credentials there are of each, by verdict."
	if len(groups) > mostGroups {
		description = fmt.Sprintf("The %d largest of %d. The numbers have all.", mostGroups, len(groups))
	}
	chart := Bars(title, description, bars, BarOptions{})
	chart.Table = numbers.table
	return chart
}

func calendarChart(c engine.Calendar) *Chart {
	numbers := &Table{Caption: "What ends when", Columns: []Column{{Title: "month"}, {Title: "expire", Right: true}, {Title: "to rotate", Right: true}}}
	row := func(name string, e engine.Ends) {
		numbers.Rows = append(numbers.Rows, Cells(name, fmt.Sprint(e.Expire), fmt.Sprint(e.Rotate)))
	}
	row("before", c.Before)
	var pillars []Pillar
	for i, m := range c.Months {
		p := Pillar{Label: m.Month, Parts: []Part{{float64(m.Expire), ToneInfo}, {float64(m.Rotate), ToneWarn}}}
		if at, err := time.Parse(engine.LayoutMonth, m.Month); err == nil {
			p.Label = at.Format("Jan")
			if i == 0 || at.Month() == time.January {
				p.Under = at.Format("2006")
			}
		}
		pillars = append(pillars, p)
		row(m.Month, m.Ends)
	}
	row("later", c.Later)
	chart := Pillars("What ends when", fmt.Sprintf(
		"Credentials that expire, and that have to be rotated, in each month. %d ended before, %d end later, of %d no end is known.",
		c.Before.Either, c.Later.Either, c.Never,
	), pillars)
	chart.Legend = []Key{{ToneInfo, "expire"}, {ToneWarn, "have to be rotated"}}
	chart.Table, chart.Folded = numbers, true
	return chart
}

func trendChart(a engine.Audit) *Chart {
	numbers := &Table{Caption: "Mean age by week", Columns: []Column{{Title: "week to"}, {Title: "mean age", Right: true}, {Title: "known of", Right: true}}}
	var points []Point
	known := 0
	for _, w := range a.Trend {
		point := Point{Label: w.Last(), Known: w.MeanAge != nil}
		if point.Known {
			point.Value = float64(*w.MeanAge)
			known++
		}
		points = append(points, point)
		numbers.Rows = append(numbers.Rows, Cells(w.Last(), ageWord(w.MeanAge), fmt.Sprintf("%d of %d", w.Known, w.Of)))
	}
	slices.Reverse(numbers.Rows)
	description := fmt.Sprintf("The mean age of credentials at the end of each of %d weeks, known for %d, from rotations on record.", len(a.Trend), known)
	chart := Line("Mean age by week", description, points, func(v float64) string {
		if v == 0 {
			return "0"
		}
		return strings.TrimSpace(engine.Span(time.Duration(v) * time.Second))
	})
	chart.Table, chart.Folded = numbers, true
	return chart
}
