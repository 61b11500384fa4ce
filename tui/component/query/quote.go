package query

import (
	"strings"
	"unicode"
)

// Is is the term that lets through what has just that value in a field. Quotes in
// the value count for nothing, there and in what it is compared with.
func Is(field, value string) string {
	value = unquoted(value)
	if strings.ContainsFunc(value, unicode.IsSpace) {
		value = `"` + value + `"`
	}
	return field + "=" + value
}

func unquoted(text string) string { return strings.ReplaceAll(text, `"`, "") }
