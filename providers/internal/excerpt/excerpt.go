// Package excerpt makes what another program said fit for an error text: one
// line, short, and nothing that steers a terminal.
//
//	err = fmt.Errorf("%w: %s", err, excerpt.Of(stderr))
package excerpt

import (
	"strings"
	"unicode"
)

const longest = 200

// Of returns said on one line, with spaces for what does not print, and at most
// 200 letters of it. It cuts between words only: who masks secrets later would
// not recognise the part of one before a cut.
func Of(said []byte) string {
	text := strings.ToValidUTF8(string(said), " ")
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	runes := []rune(text)
	if len(runes) <= longest {
		return text
	}
	kept := string(runes[:longest-1])
	return kept[:max(0, strings.LastIndexByte(kept, ' '))] + "…"
}
