package report_test

import (
	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/report"
)

// sample has one of everything, with word wherever a text may come from outside.
func sample(word string) report.Document {
	half, over := 0.5, 1.4
	table := &report.Table{
		Caption: "All of " + word, Columns: append(report.Columns("credential", "verdict", word), report.Column{Title: "age", Right: true}),
		Rows: [][]report.Cell{
			{{Text: word}, report.StateCell(engine.StateOverdue), {Text: "126d of 90d", Tone: report.ToneDanger, Share: &over}, {Text: "126d"}},
			{{Text: "mail"}, report.StateCell(engine.StateOK), {Text: "45d of 90d", Tone: report.ToneOK, Share: &half}, {Text: "45d"}},
		},
	}
	numbers := &report.Table{Caption: "Numbers", Columns: report.Columns("what", "count"), Rows: [][]report.Cell{report.Cells(word, "2")}}
	bars := report.Bars("By owner "+word, "Two "+word+" overdue.", []report.Bar{
		{Label: word, Parts: []report.Part{{Value: 1, Tone: report.ToneOK}, {Value: 2, Tone: report.ToneGrave}}, Value: "3"},
		{Label: "nobody", Parts: []report.Part{{Value: 1, Tone: report.ToneWarn}, {Value: 1, Tone: report.ToneUnknown}}, Value: word},
	}, report.BarOptions{Mark: 2})
	bars.Table, bars.Legend = numbers, []report.Key{{Tone: report.ToneOK, Word: "ok " + word}, {Tone: report.ToneGrave, Word: "expired"}}
	pillars := report.Pillars("Ahead", "What ends "+word, []report.Pillar{
		{Label: "Mar", Under: "2026", Parts: []report.Part{{Value: 2, Tone: report.ToneInfo}}}, {Label: word, Under: word},
	})
	line := report.Line("Mean age", "From "+word, []report.Point{
		{Label: word}, {Value: 3, Known: true}, {Value: 5, Known: true}, {Label: "now"},
	}, func(float64) string { return word })
	return report.Document{
		Kind: "audit " + word, Title: word, Lead: "as of " + word, Foot: "made for " + word,
		Facts: []report.Fact{{Value: "2", Label: "overdue " + word, Tone: report.ToneDanger}, {Value: word, Label: "credentials"}},
		Sections: []report.Section{
			{Title: "Charts " + word, Lead: "of " + word, Blocks: []report.Block{{Chart: bars}, {Chart: pillars}, {Chart: line}}},
			{Title: "Details", Wide: true, Blocks: []report.Block{
				{Table: table}, {Text: "A " + word}, {List: []string{word, "two"}}, {Code: "ALTER ROLE x;\n" + word},
			}},
		},
	}
}
