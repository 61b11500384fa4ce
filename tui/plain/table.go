package plain

import (
	"bytes"
	"cmp"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Fitted is a writer on which tables keep to a width: that of the terminal behind
// it. On others they are written whole, so that they can be cut by position.
type Fitted struct {
	io.Writer
	Width int
}

// gap is between columns, and before what stands below a row.
const gap = "  "

// table aligns cells; an empty one shows as a dash, so that columns can be cut
// by position and read aloud.
type table struct {
	to    io.Writer
	heads []string
	rows  [][]string
}

func newTable(w io.Writer, heads ...string) *table { return &table{to: w, heads: heads} }

func (t *table) row(cells ...string) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = cmp.Or(ui.Clean(cell), "-")
	}
	t.rows = append(t.rows, row)
}

// Flush writes the table. Where it is too wide, the last columns stand below each
// row instead, with their names.
func (t *table) Flush() error {
	widths := make([]int, len(t.heads))
	for _, row := range append([][]string{t.heads}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], ansi.StringWidth(cell))
		}
	}
	shown, limit := len(widths), 0
	if fitted, fits := t.to.(Fitted); fits {
		limit = fitted.Width
		shown = fitting(widths, limit)
	}
	var b bytes.Buffer
	line(&b, t.heads[:shown], widths)
	for _, row := range t.rows {
		line(&b, row[:shown], widths)
		for i, cell := range row[shown:] {
			if cell != "-" {
				below(&b, strings.ToLower(t.heads[shown+i])+": "+cell, limit)
			}
		}
	}
	_, err := t.to.Write(b.Bytes())
	return err
}

// fitting is how many columns stand beside each other in a width; at least the first.
func fitting(widths []int, limit int) int {
	used := widths[0]
	for i, width := range widths[1:] {
		if used += len(gap) + width; used > limit {
			return i + 1
		}
	}
	return len(widths)
}

func line(b *bytes.Buffer, cells []string, widths []int) {
	for i, cell := range cells {
		b.WriteString(cell)
		if i < len(cells)-1 {
			b.WriteString(strings.Repeat(" ", widths[i]-ansi.StringWidth(cell)) + gap)
		}
	}
	b.WriteByte('\n')
}

func below(b *bytes.Buffer, text string, limit int) {
	for _, part := range ui.WrapWords(text, max(1, limit-2*len(gap))) {
		b.WriteString(gap + gap + part + "\n")
	}
}
