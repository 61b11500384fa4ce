package preferences

import (
	"fmt"
	"strings"
)

// Error is one thing that is wrong with preferences.
type Error struct {
	File string
	Line int    // from 1
	Key  string // "keys.inventory.rotate"
	Text string
	Hint string // what to do
}

// Error renders file:line: key: text; hint.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d: ", e.File, e.Line)
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	b.WriteString(e.Text)
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

// Errors are all that is wrong with preferences, in the order of the file.
type Errors []*Error

// Error renders one error per line.
func (errs Errors) Error() string {
	lines := make([]string, len(errs))
	for i, e := range errs {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}
