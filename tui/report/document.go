package report

import (
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Document is a report, whatever it is written as.
type Document struct {
	Kind     string // what sort of report it is: "audit"
	Title    string
	Lead     string // as of when, by whom, over what
	Facts    []Fact // the few figures that matter most
	Sections []Section
	Foot     string
}

// Fact is one figure of the head.
type Fact struct {
	Value string
	Label string
	Tone  Tone
}

// Section is a part of a document, under a heading.
type Section struct {
	Title  string
	Lead   string
	Blocks []Block
	Wide   bool // its blocks stand below one another, each as wide as the page
}

// Block is one thing in a section: the field that is set says which.
type Block struct {
	Text  string   // a paragraph
	List  []string // of points
	Code  string   // lines that keep their breaks, such as commands
	Table *Table
	Chart *Chart
}

// Table is rows of cells. Each row has a cell for each column.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]Cell
}

// Column is a column of a table.
type Column struct {
	Title string
	Right bool // numbers stand at the right edge
	Short bool // dates and the like stay on one line
}

// Cell is a cell of a table. Its tone colours it; the text says the same.
type Cell struct {
	Text  string
	Tone  Tone
	Share *float64 // a bar of how much of something is used up; 1 is all of it
}

// Cells makes plain cells.
func Cells(texts ...string) []Cell {
	cells := make([]Cell, len(texts))
	for i, text := range texts {
		cells[i].Text = text
	}
	return cells
}

// Columns makes columns of text.
func Columns(titles ...string) []Column {
	columns := make([]Column, len(titles))
	for i, title := range titles {
		columns[i].Title = title
	}
	return columns
}

// clean is ui.Clean: a page is as easily fooled by characters that reorder text
// as a terminal is.
func clean(text string) string { return ui.Clean(text) }
