package report

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// chartWidth is the width of a chart in its own units: at the width of a phone
// one of them is a pixel, so that text stays readable there.
const chartWidth = 340

// Chart is a picture of numbers, with the same in words and as a table. Bars,
// Pillars and Line make one.
type Chart struct {
	Title       string
	Description string // what the picture shows, for those who do not see it
	Legend      []Key
	Table       *Table // the numbers; nil when they stand elsewhere in the document
	Folded      bool   // the page shows the numbers only when asked, or printed

	height int
	shapes string // SVG
}

// Key says what a tone stands for in a chart.
type Key struct {
	Tone Tone
	Word string
}

// Part is a stretch of a bar or pillar.
type Part struct {
	Value float64
	Tone  Tone
}

// Draw is the chart as SVG. Section and block make its names unique.
func (c Chart) Draw(section, block int) template.HTML {
	id := fmt.Sprintf("chart-%d-%d", section, block)
	return template.HTML(fmt.Sprintf(
		`<svg class="chart" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title %s-description"><title id="%s-title">%s</title><desc id="%s-description">%s</desc>%s</svg>`,
		chartWidth, c.height, id, id, id, escape(c.Title), id, escape(c.Description), c.shapes))
}

// pen collects the shapes of a chart.
type pen struct{ strings.Builder }

func (p *pen) text(x, y float64, class, text string) {
	fmt.Fprintf(p, `<text x="%.1f" y="%.1f" class="%s">%s</text>`, x, y, class, escape(text))
}

func (p *pen) rect(class string, x, y, width, height float64) {
	fmt.Fprintf(p, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, class, x, y, width, height)
}

func (p *pen) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(p, `<path class="%s" d="M%.1f %.1fL%.1f %.1f"/>`, class, x1, y1, x2, y2)
}

func escape(text string) string { return template.HTMLEscapeString(clean(text)) }

// label is a text that may be longer than its place in a chart.
func label(text string, cells int) string { return ansi.Truncate(clean(text), cells, "…") }

// shareBar is a small bar in a cell of a table, which has its number beside it.
func shareBar(share *float64, tone Tone) template.HTML {
	const width, scale = 100, 1.25 // what is over its time by a quarter fills the bar
	full := max(0, min(*share/scale, 1)) * width
	return template.HTML(fmt.Sprintf(
		`<svg class="share" viewBox="0 0 %d 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="%d" height="8"/><rect class="fill-%s" width="%.1f" height="8"/><path class="axis" d="M%.1f 0V8"/></svg>`,
		width, width, tone, full, width/scale))
}
