package report

import (
	"fmt"
	"strconv"
)

// Pillar is a column of a chart over time.
type Pillar struct {
	Label string // below it
	Under string // below that; "" for nothing
	Parts []Part
}

const (
	pillarTop, pillarFoot, pillarHeight = 16.0, 120.0, 152
	pillarWidth                         = 28.0 // at most
)

// Pillars draws columns side by side, each with its number above.
func Pillars(title, description string, pillars []Pillar) *Chart {
	most := 1.0
	for _, c := range pillars {
		most = max(most, Bar{Parts: c.Parts}.sum())
	}
	var p pen
	step := float64(chartWidth) / float64(max(1, len(pillars)))
	width := min(step*0.7, pillarWidth)
	for i, c := range pillars {
		centre, y := (float64(i)+0.5)*step, pillarFoot
		for _, part := range c.Parts {
			height := part.Value / most * (pillarFoot - pillarTop)
			if part.Value <= 0 {
				continue
			}
			y -= height
			p.rect(fmt.Sprint("fill-", part.Tone), centre-width/2, y, width, max(0.5, height-0.5))
		}
		if sum := (Bar{Parts: c.Parts}).sum(); sum > 0 {
			p.text(centre, y-4, "bold middle", strconv.FormatFloat(sum, 'f', -1, 64))
		}
		p.text(centre, pillarFoot+14, "middle", label(c.Label, 6))
		p.text(centre, pillarFoot+28, "dim middle", label(c.Under, 6))
	}
	p.line("axis", 0, pillarFoot, chartWidth, pillarFoot)
	return &Chart{Title: title, Description: description, height: pillarHeight, shapes: p.String()}
}
