// Package query is the language in which lists of credentials are narrowed down:
// plain text, and terms such as expires<14d or env:prod, each with ! before it for
// the opposite. A value with blanks stands in quotes: owner="team payments".
//
//	owner:pay         has it in its text        owner=payments    is just that, owner= is none
//	age>30d           by time                   age>50%           by the share of its life used
//	expires<14d       by what is left           expires:2026-05   in that year, month or day (UTC)
//	rotate<2026-05    has to be rotated before  ends:2026-05      expires, or has to be rotated
//	age:unknown       also life, expires, rotate, ends
//
//	q, problem := query.Parse("env:prod !kind:tls age>30d")
//	if q.Matches(query.Row{Credential: c, Seen: o, Verdict: v}, now) { … }
package query

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Row is what a query looks at. Terms on what was not seen do not pass.
type Row struct {
	Credential engine.Credential
	Seen       engine.Observation
	Verdict    engine.Verdict
}

// Query is a filter: a row passes when every term says so. The zero Query lets
// everything through.
type Query []term

// term is one word of a query.
type term func(r Row, now time.Time) bool

// Matches says whether a row passes as of now.
func (q Query) Matches(r Row, now time.Time) bool {
	for _, t := range q {
		if !t(r, now) {
			return false
		}
	}
	return true
}

// Parse reads the words of a query. A word that is not complete yet, or
// wrong, lets nothing through, and problem says why.
func Parse(text string) (q Query, problem string) {
	for _, word := range words(strings.ToLower(text)) {
		bare, not := strings.CutPrefix(word, "!")
		if bare == "" {
			continue
		}
		t, err := parseTerm(bare)
		if err != nil {
			problem, q = err.Error(), append(q, func(Row, time.Time) bool { return false })
			continue
		}
		if not {
			inner := t
			t = func(r Row, now time.Time) bool { return !inner(r, now) }
		}
		q = append(q, t)
	}
	return q, problem
}

// words cuts a text at blanks that stand in no quotes, which go.
func words(text string) []string {
	var all []string
	word, open, quoted := "", false, false
	for _, r := range text + " " {
		switch {
		case r == '"':
			quoted, open = !quoted, true
		case unicode.IsSpace(r) && !quoted:
			if open {
				all = append(all, word)
			}
			word, open = "", false
		default:
			word, open = word+string(r), true
		}
	}
	if quoted { // the text ended within: it is still being typed
		all = append(all, strings.TrimSuffix(word, " "))
	}
	return all
}

func parseTerm(word string) (term, error) {
	place := strings.IndexAny(word, ":<>=")
	if place < 0 {
		return plainTerm(word), nil
	}
	field, operator, value := word[:place], word[place:place+1], word[place+1:]
	if rest, found := strings.CutPrefix(value, "="); found && (operator == "<" || operator == ">") {
		operator, value = operator+"=", rest
	}
	switch {
	case field == "age" || field == "life":
		return ageTerm(field, operator, value)
	case slices.Contains(endNames(), field):
		return endTerm(field, operator, value)
	case operator == ":" || operator == "=":
		return textTerm(field, operator, value)
	}
	return nil, fmt.Errorf("only age, life, %s compare with %s", strings.Join(endNames(), ", "), operator)
}

func plainTerm(word string) term {
	return func(r Row, _ time.Time) bool {
		return slices.ContainsFunc(fieldNames(), func(field string) bool {
			return hasText(fieldTexts(r, field), word)
		})
	}
}

func textTerm(field, operator, value string) (term, error) {
	if !slices.Contains(fieldNames(), field) {
		return nil, fmt.Errorf("no field %s; there are %s, age, life, %s", field, strings.Join(fieldNames(), ", "), strings.Join(endNames(), ", "))
	}
	if operator == "=" {
		return func(r Row, _ time.Time) bool { return isText(fieldTexts(r, field), value) }, nil
	}
	return func(r Row, _ time.Time) bool { return hasText(fieldTexts(r, field), value) }, nil
}

func fieldNames() []string {
	return []string{"name", "env", "owner", "kind", "tag", "verdict", "target", "store"}
}

func fieldTexts(r Row, field string) []string {
	c := r.Credential
	switch field {
	case "env":
		return []string{c.Environment.Name, c.Environment.Word}
	case "owner":
		return []string{c.Owner}
	case "kind":
		return []string{string(c.Kind), ui.KindWord(c.Kind)}
	case "tag":
		return c.Tags
	case "verdict":
		return []string{string(r.Verdict.State)}
	case "target":
		return []string{c.Target.Provider}
	case "store":
		return []string{c.Store.Name, c.Store.Provider}
	default:
		return []string{c.ID}
	}
}

func hasText(texts []string, part string) bool {
	return slices.ContainsFunc(texts, func(text string) bool {
		return strings.Contains(strings.ToLower(text), part)
	})
}

// isText says whether a text is just that. Of a field that is empty, the empty
// text is.
func isText(texts []string, whole string) bool {
	if whole == "" {
		return !slices.ContainsFunc(texts, func(text string) bool { return text != "" })
	}
	return slices.ContainsFunc(texts, func(text string) bool { return unquoted(strings.ToLower(text)) == whole })
}
