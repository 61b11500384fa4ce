package report

import (
	"fmt"
	"slices"
)

// Point is a value of a line; one that is not known leaves a gap.
type Point struct {
	Label string
	Value float64
	Known bool
}

const (
	lineTop, lineFoot, lineHeight = 12.0, 100.0, 122
	lineLeft, lineRight           = 40.0, chartWidth - 8.0
)

// Line draws values over time. Word words a value for the axis.
func Line(title, description string, points []Point, word func(float64) string) *Chart {
	most := 0.0
	for _, point := range points {
		if point.Known {
			most = max(most, point.Value)
		}
	}
	var p pen
	p.line("axis", lineLeft, lineFoot, lineRight, lineFoot)
	p.line("mark", lineLeft, lineTop, lineRight, lineTop)
	p.text(lineLeft-6, lineTop+4, "dim end", label(word(most), 7))
	p.text(lineLeft-6, lineFoot+4, "dim end", label(word(0), 7))
	if len(points) > 0 {
		p.text(lineLeft, lineFoot+16, "dim", label(points[0].Label, 12))
		p.text(lineRight, lineFoot+16, "dim end", label(points[len(points)-1].Label, 12))
	}
	p.curve(points, most)
	return &Chart{Title: title, Description: description, height: lineHeight, shapes: p.String()}
}

// curve joins points that follow one another; one that stands alone is a dot.
func (p *pen) curve(points []Point, most float64) {
	step := (lineRight - lineLeft) / float64(max(1, len(points)-1))
	place := func(i int) (x, y float64) {
		return lineLeft + float64(i)*step, lineFoot - points[i].Value/max(most, 1e-9)*(lineFoot-lineTop)
	}
	path, joined := "", false
	for i, point := range points {
		if !point.Known {
			joined = false
			continue
		}
		x, y := place(i)
		move := "M"
		if joined {
			move = "L"
		}
		path += fmt.Sprintf("%s%.1f %.1f", move, x, y)
		joined = true
	}
	if path != "" {
		fmt.Fprintf(p, `<path class="curve" d="%s"/>`, path)
	}
	for i, point := range slices.Backward(points) {
		if point.Known {
			x, y := place(i)
			fmt.Fprintf(p, `<circle class="dot" cx="%.1f" cy="%.1f" r="3"/>`, x, y)
			break
		}
	}
}
