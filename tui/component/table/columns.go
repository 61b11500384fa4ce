package table

import (
	"cmp"
	"slices"
)

// Column is a column of a table. Columns that do not fit are left out, those
// of the highest Drop first; room to spare is shared by those that can grow.
type Column struct {
	ID    string
	Title string
	Width int  // at least, in cells
	Max   int  // at most; 0 stands for Width: it does not grow
	Drop  int  // 0: always shown
	Right bool // numbers stand at the right edge
}

// gap is the space between two columns.
const gap = 2

// Layout chooses the columns that fit into width cells, in their order, with
// the widths that they get.
func Layout(columns []Column, width int) []Column {
	chosen := slices.Clone(columns)
	for total(chosen) > width {
		last := slices.MaxFunc(chosen, func(a, b Column) int { return cmp.Compare(a.Drop, b.Drop) })
		if last.Drop == 0 {
			break
		}
		chosen = slices.DeleteFunc(chosen, func(c Column) bool { return c.ID == last.ID })
	}
	grow(chosen, width-total(chosen))
	return chosen
}

// grow hands out spare cells one by one, to each column that can grow in turn.
func grow(columns []Column, spare int) {
	for grown := true; grown && spare > 0; {
		grown = false
		for i := range columns {
			if spare > 0 && columns[i].Width < columns[i].Max {
				columns[i].Width++
				spare--
				grown = true
			}
		}
	}
}

func total(columns []Column) int {
	sum := gap * max(0, len(columns)-1)
	for _, c := range columns {
		sum += c.Width
	}
	return sum
}
