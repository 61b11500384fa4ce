package report

import (
	"encoding/csv"
	"io"
	"strings"
)

// WriteCSV writes rows as RFC 4180 has them. A cell that a spreadsheet would
// take for a formula gets an apostrophe before it, as spreadsheets write text
// themselves: what names and owners say must not be carried out.
func WriteCSV(w io.Writer, heads []string, rows [][]string) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, row := range append([][]string{heads}, rows...) {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = inert(cell)
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func inert(cell string) string {
	if first := strings.TrimLeft(cell, " "); first != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(first)[0]) {
		return "'" + clean(cell)
	}
	return clean(cell)
}
