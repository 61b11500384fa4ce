package report

import (
	"fmt"
	"math"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// Audit is an audit as a document. Title says what was looked at.
func Audit(a engine.Audit, title string) Document {
	d := Document{
		Kind: "audit", Title: title,
		Lead: fmt.Sprintf("%s, as of %s", count(a.Verdicts.Total, "credential"), stamp(a.At)),
		Foot: "Made by rotadeck. Ages and ends are as stores, targets and the journal told at that time; what could not be seen is unknown, not ok. It holds no secret.",
		Facts: []Fact{
			{Value: fmt.Sprint(a.Verdicts.Violating()), Label: "violate the policy", Tone: tone(a.Verdicts.Violating(), ToneDanger)},
		},
	}
	for _, s := range engine.States() {
		d.Facts = append(d.Facts, Fact{Value: fmt.Sprint(a.Verdicts.Of(s)), Label: StateGlyph(s) + " " + string(s), Tone: tone(a.Verdicts.Of(s), StateTone(s))})
	}
	d.Facts = append(d.Facts, Fact{Value: ageWord(a.MeanAge), Label: "mean age"})
	d.Sections = []Section{
		{Title: "Most urgent", Lead: "How much of its life each has used up. The line stands where it has to be gone by.", Blocks: []Block{{Chart: heatChart(a)}, {Chart: trendChart(a)}}},
		{Title: "Ages", Blocks: []Block{{Chart: bucketChart("By share of life", a.Shares, a.Verdicts)}, {Chart: bucketChart("By time since the last rotation", a.Ages, a.Verdicts)}}},
		{Title: "The next twelve months", Lead: "Months are those of UTC.", Blocks: []Block{{Chart: calendarChart(a.Calendar)}, {Table: daysTable(a)}}},
		{Title: "Totals", Blocks: []Block{
			{Chart: groupChart("By kind", "kind", a.Kinds)},
			{Chart: groupChart("By environment", "environment", a.Environments)},
			{Chart: groupChart("By owner", "owner", a.Owners)},
			{Chart: groupChart("By tag", "tag", a.Tags)},
		}},
		{Title: "All credentials", Wide: true, Blocks: []Block{{Table: credentialsTable(a)}}},
	}
	return d
}

func tone(n int, t Tone) Tone {
	if n == 0 {
		return ToneMuted
	}
	return t
}

func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// stamp is a moment to the minute, in UTC; "" for none.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02 15:04 UTC")
}

// date is the day of a moment, in UTC; "–" for none.
func date(at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return at.UTC().Format(engine.LayoutDay)
}

// ageWord words seconds that may not be known.
func ageWord(seconds *int64) string {
	if seconds == nil {
		return "–"
	}
	return engine.Span(time.Duration(*seconds) * time.Second)
}

// shareWord words a share of life that may not be known, rounded down: what is
// not over yet must not read 100%.
func shareWord(share *float64) string {
	if share == nil {
		return "–"
	}
	return fmt.Sprintf("%.0f%%", math.Floor(*share*100))
}
