package audit

import (
	"github.com/rotadeck/rotadeck/tui/component/table"
)

// pane is one of the pictures of the screen: a list whose rows lead to credentials.
type pane struct {
	name   string
	views  []string // what left and right turn to
	view   int
	nested bool // later views belong to a row of the first
	table  *table.Table
	top    int // line of its frame at which the rows begin, their titles included

	rows    func() []string
	columns func(width int) []table.Column
	cell    table.Cell
	above   func(width, height int) []string // lines above the rows; nil for none
	suffix  func() string                    // goes on with the title; nil for nothing
	leaving func(id string)                  // told which row is selected before the view turns; nil for nobody

	// query is what the list of credentials is narrowed down to for a row, or why
	// there is no list.
	query func(id string) (text, why string)
}

// title is the name of the pane, with its view.
func (p *pane) title() string {
	title := p.name
	if len(p.views) > 1 {
		title += " by " + p.views[p.view]
	}
	if p.suffix != nil {
		title += p.suffix()
	}
	return title
}
