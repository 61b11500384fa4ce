package inventory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one thing that is wrong with an inventory.
type Error struct {
	File       string
	Line       int    // from 1
	Column     int    // from 1, in characters; a tab counts as one
	Field      string // path: "credentials[orders-db].target.port"; "credentials[#3]" is the third, when its id cannot be told
	Value      string // as it stands, shortened; "" when there is none, or when it may be a secret
	Message    string
	Suggestion string // the name that was probably meant, or ""
}

// Error renders file:line:column: field: message, value and suggestion.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", e.File, e.Line, e.Column)
	if e.Field != "" {
		b.WriteString(e.Field + ": ")
	}
	b.WriteString(e.Message)
	if e.Value != "" {
		b.WriteString(" (got " + e.Value + ")")
	}
	if e.Suggestion != "" {
		fmt.Fprintf(&b, "; did you mean %q?", e.Suggestion)
	}
	return b.String()
}

// Errors are all that is wrong with an inventory, in the order of the file.
type Errors []*Error

// Error renders one error per line.
func (errs Errors) Error() string {
	lines := make([]string, len(errs))
	for i, e := range errs {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find a single *Error.
func (errs Errors) Unwrap() []error {
	all := make([]error, len(errs))
	for i, e := range errs {
		all[i] = e
	}
	return all
}

// ordered drops what was found more than once, such as a default that does not
// suit many credentials, and sorts by place. At one place, the order stays.
func (errs Errors) ordered() Errors {
	seen := map[Error]bool{}
	errs = slices.DeleteFunc(errs, func(e *Error) bool {
		known := seen[*e]
		seen[*e] = true
		return known
	})
	slices.SortStableFunc(errs, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return errs
}
