package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// WriteMarkdown writes the document as Markdown, charts as the tables of their
// numbers.
func (d Document) WriteMarkdown(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n", Escape(d.Title))
	paragraph(&b, Escape(d.Lead))
	if len(d.Facts) > 0 {
		facts := Table{Columns: Columns("figure", "value")}
		for _, f := range d.Facts {
			facts.Rows = append(facts.Rows, Cells(f.Label, f.Value))
		}
		b.WriteString("\n" + facts.Markdown())
	}
	for _, s := range d.Sections {
		fmt.Fprintf(&b, "\n## %s\n", Escape(s.Title))
		paragraph(&b, Escape(s.Lead))
		for _, block := range s.Blocks {
			block.markdown(&b)
		}
	}
	if d.Foot != "" {
		fmt.Fprintf(&b, "\n---\n\n%s\n", Escape(d.Foot))
	}
	_, err := w.Write(b.Bytes())
	return err
}

func paragraph(b *bytes.Buffer, text string) {
	if text != "" {
		fmt.Fprintf(b, "\n%s\n", text)
	}
}

func (k Block) markdown(b *bytes.Buffer) {
	paragraph(b, Escape(k.Text))
	if len(k.List) > 0 {
		b.WriteString("\n")
	}
	for _, point := range k.List {
		fmt.Fprintf(b, "- %s\n", Escape(point))
	}
	if k.Code != "" {
		b.WriteString("\n" + fenced(ui.CleanLines(k.Code)))
	}
	if k.Table != nil {
		paragraph(b, Escape(k.Table.Caption))
		b.WriteString("\n" + k.Table.Markdown())
	}
	if k.Chart != nil {
		fmt.Fprintf(b, "\n### %s\n", Escape(k.Chart.Title))
		paragraph(b, Escape(k.Chart.Description))
		if k.Chart.Table != nil {
			b.WriteString("\n" + k.Chart.Table.Markdown())
		}
	}
}

// fenced sets lines as code, between fences that none of them can close.
func fenced(lines []string) string {
	fence := "```"
	for strings.Contains(strings.Join(lines, "\n"), fence) {
		fence += "`"
	}
	return fence + "\n" + strings.Join(lines, "\n") + "\n" + fence + "\n"
}

// Markdown is the table without its caption, with lines that end in a line end.
func (t Table) Markdown() string {
	var heads, rules []string
	for _, c := range t.Columns {
		heads = append(heads, Escape(c.Title))
		if c.Right {
			rules = append(rules, "---:")
		} else {
			rules = append(rules, "---")
		}
	}
	lines := [][]string{heads, rules}
	for _, row := range t.Rows {
		var cells []string
		for _, cell := range row {
			cells = append(cells, Escape(cell.Text))
		}
		lines = append(lines, cells)
	}
	var b strings.Builder
	for _, cells := range lines {
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	return b.String()
}

// Escape makes a text mean only itself in Markdown, also in a cell of a table.
func Escape(text string) string {
	var b strings.Builder
	for i, r := range clean(text) {
		switch {
		case strings.ContainsRune("\\`*_[]<>|~&$", r), i == 0 && strings.ContainsRune("#+-=:", r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
