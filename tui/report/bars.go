package report

import "fmt"

// Bar is a line of a bar chart.
type Bar struct {
	Label string
	Parts []Part
	Value string // stands behind the bar
}

// BarOptions say how bars are drawn.
type BarOptions struct {
	Most float64 // what a full bar stands for; the longest bar when 0
	Mark float64 // where a line across all bars stands; none when 0
}

const (
	barLine             = 22.0
	barLeft, barRight   = 112.0, 276.0
	barLabel, barNumber = 16, 9 // cells of text
)

// Bars draws horizontal bars, one below the other.
func Bars(title, description string, bars []Bar, o BarOptions) *Chart {
	most := o.Most
	for _, b := range bars {
		if o.Most == 0 {
			most = max(most, b.sum())
		}
	}
	var p pen
	for i, b := range bars {
		y := float64(i) * barLine
		p.text(0, y+15, "", label(b.Label, barLabel))
		p.rect("track", barLeft, y+5, barRight-barLeft, 13)
		p.stretch(b.Parts, y, most)
		p.text(barRight+8, y+15, "bold", label(b.Value, barNumber))
	}
	height := float64(len(bars)) * barLine
	if o.Mark > 0 && most > 0 {
		x := barLeft + o.Mark/most*(barRight-barLeft)
		p.line("mark", x, 0, x, height)
	}
	return &Chart{Title: title, Description: description, height: int(height) + 2, shapes: p.String()}
}

// stretch draws the parts of a bar one behind the other.
func (p *pen) stretch(parts []Part, y, most float64) {
	x := barLeft
	for _, part := range parts {
		if part.Value <= 0 || most <= 0 {
			continue
		}
		width := max(1.5, part.Value/most*(barRight-barLeft))
		width = min(width, barRight-x)
		p.rect(fmt.Sprint("fill-", part.Tone), x, y+5, max(0, width-0.5), 13)
		x += width
	}
}

func (b Bar) sum() float64 {
	sum := 0.0
	for _, part := range b.Parts {
		sum += part.Value
	}
	return sum
}
