// Package table shows rows by id. The selection belongs to an id, not to a
// place: it survives sorting, filtering and rows that come and go. Only the
// rows in view are drawn, so ten thousand cost as much as ten.
//
//	t := table.New(columns)
//	t.SetRows(ids)
//	t.Key(press)
//	frame := t.View(theme, 80, 20, func(id string, c table.Column) string { … })
package table

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Cell draws a cell: a styled line, which the table fits to the column's width.
type Cell func(id string, column Column) string

// Table is a list with a selection. Make one with New.
type Table struct {
	columns  []Column
	ids      []string
	selected string
	chosen   bool // the reader chose it: before that, the first row is selected
	cursor   int  // the place of selected in ids
	offset   int  // the first row in view
	height   int  // rows in view in the last frame
	blurred  bool // another pane has the focus
}

// New returns an empty table.
func New(columns []Column) *Table {
	return &Table{columns: columns, height: 1}
}

// SetColumns replaces the columns.
func (t *Table) SetColumns(columns []Column) { t.columns = columns }

// SetRows replaces the rows. The id that the reader chose stays selected
// wherever it is now; when it is gone, the row in its place is selected.
func (t *Table) SetRows(ids []string) {
	t.ids = ids
	if !t.chosen {
		t.cursor = 0
		t.settle()
		return
	}
	if place := slices.Index(ids, t.selected); place >= 0 {
		t.offset += place - t.cursor
		t.cursor = place
		return
	}
	t.settle()
}

// Blur draws the selected row without its highlight, where keys go elsewhere.
func (t *Table) Blur(blurred bool) { t.blurred = blurred }

// Selected is the selected id, "" when there are no rows.
func (t *Table) Selected() string { return t.selected }

// Select selects an id, if it is there.
func (t *Table) Select(id string) {
	if place := slices.Index(t.ids, id); place >= 0 {
		t.cursor, t.selected, t.chosen = place, id, true
	}
}

// Keep makes the selected row one that the reader chose.
func (t *Table) Keep() { t.chosen = t.selected != "" }

// Len is the number of rows.
func (t *Table) Len() int { return len(t.ids) }

// Move moves the selection by n rows and stops at the ends.
func (t *Table) Move(n int) {
	t.cursor += n
	t.chosen = true
	t.settle()
}

// settle selects the row under the cursor, kept within the rows.
func (t *Table) settle() {
	t.cursor = max(0, min(t.cursor, len(t.ids)-1))
	t.selected = ""
	if len(t.ids) > 0 {
		t.selected = t.ids[t.cursor]
	}
}

// Key handles the keys that move the selection and says whether it was one.
func (t *Table) Key(press tea.KeyPressMsg) bool {
	switch press.String() {
	case "up", "k":
		t.Move(-1)
	case "down", "j":
		t.Move(1)
	case "pgup":
		t.Move(-max(1, t.height-1))
	case "pgdown":
		t.Move(max(1, t.height-1))
	case "home", "g":
		t.Move(-len(t.ids))
	case "end", "G":
		t.Move(len(t.ids))
	default:
		return false
	}
	return true
}

// Click selects the row at line y of the last frame and says whether there
// was one.
func (t *Table) Click(y int) bool {
	place := t.offset + y - 1
	if y < 1 || y > t.height || place >= len(t.ids) {
		return false
	}
	t.Move(place - t.cursor)
	return true
}

// leastScrolled is the height from which rows out of view are counted on a line of
// their own.
const leastScrolled = 4

// View draws a line of titles, the rows around the selection, and how many are out
// of view: exactly height lines of width cells.
func (t *Table) View(theme ui.Theme, width, height int, cell Cell) string {
	columns := Layout(t.columns, width-markWidth)
	t.height = max(1, height-1)
	scrolled := len(t.ids) > t.height && height >= leastScrolled
	if scrolled {
		t.height--
	}
	t.offset = max(0, min(t.offset, len(t.ids)-t.height))
	t.offset = min(max(t.offset, t.cursor-t.height+1), t.cursor)
	lines := make([]string, 0, height)
	lines = append(lines, strings.Repeat(" ", markWidth)+t.titles(theme, columns))
	for place := t.offset; place < min(len(t.ids), t.offset+t.height); place++ {
		lines = append(lines, t.row(theme, columns, t.ids[place], width, cell))
	}
	if scrolled {
		lines = append(lines, strings.Repeat(" ", markWidth)+theme.Muted.Render(t.hidden()))
	}
	return ui.Frame(lines, width, height)
}

// hidden says how many rows are out of view: "↑ 2 more · ↓ 7 more".
func (t *Table) hidden() string {
	var words []string
	if t.offset > 0 {
		words = append(words, fmt.Sprintf("↑ %d more", t.offset))
	}
	if below := len(t.ids) - t.offset - t.height; below > 0 {
		words = append(words, fmt.Sprintf("↓ %d more", below))
	}
	return strings.Join(words, " · ")
}

// markWidth is the margin that holds the mark of the selected row.
const markWidth = 2

func (t *Table) titles(theme ui.Theme, columns []Column) string {
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = theme.Muted.Render(align(c.Title, c))
	}
	return strings.Join(cells, strings.Repeat(" ", gap))
}

func (t *Table) row(theme ui.Theme, columns []Column, id string, width int, cell Cell) string {
	var line strings.Builder
	for i, c := range columns {
		if i > 0 {
			line.WriteString(strings.Repeat(" ", gap))
		}
		line.WriteString(align(cell(id, c), c))
	}
	switch {
	case id == t.selected && t.blurred:
		return theme.Muted.Render("▌") + " " + line.String()
	case id == t.selected:
		return theme.Select(ui.Fit(theme.Accent.Render("▌")+" "+line.String(), width))
	}
	return strings.Repeat(" ", markWidth) + line.String()
}

func align(text string, c Column) string {
	if c.Right {
		return ui.FitRight(text, c.Width)
	}
	return ui.Fit(text, c.Width)
}
