// Package query is the language in which lists of credentials are narrowed down:
// plain text, and terms such as expires<14d or env:prod, each with ! before it for
// the opposite.
//
//	q, problem := query.Parse("env:prod !kind:tls age>30d")
//	if q.Matches(query.Row{Credential: c, Seen: o, Verdict: v}, now) { … }
package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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
	for _, word := range strings.Fields(strings.ToLower(text)) {
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

func parseTerm(word string) (term, error) {
	place := strings.IndexAny(word, ":<>")
	if place < 0 {
		return plainTerm(word), nil
	}
	field, operator, value := word[:place], word[place], word[place+1:]
	if operator == ':' {
		return textTerm(field, value)
	}
	return spanTerm(field, operator, value)
}

func plainTerm(word string) term {
	return func(r Row, _ time.Time) bool {
		return slices.ContainsFunc(fieldNames(), func(field string) bool {
			return hasText(fieldTexts(r, field), word)
		})
	}
}

func textTerm(field, value string) (term, error) {
	if !slices.Contains(fieldNames(), field) {
		return nil, fmt.Errorf("no field %s; there are %s, age and expires", field, strings.Join(fieldNames(), ", "))
	}
	return func(r Row, _ time.Time) bool { return hasText(fieldTexts(r, field), value) }, nil
}

func spanTerm(field string, operator byte, value string) (term, error) {
	var measure func(Row, time.Time) (time.Duration, bool)
	switch field {
	case "age":
		measure = Row.age
	case "expires":
		measure = Row.left
	default:
		return nil, fmt.Errorf("only age and expires compare with %c", operator)
	}
	limit, err := parseSpan(value)
	if err != nil {
		return nil, fmt.Errorf("%s%c wants a duration such as 14d", field, operator)
	}
	return func(r Row, now time.Time) bool {
		span, known := measure(r, now)
		return known && (operator == '<' && span < limit || operator == '>' && span > limit)
	}, nil
}

// parseSpan reads 14d, 36h, 90m, 30s and 2w.
func parseSpan(text string) (time.Duration, error) {
	units := map[byte]time.Duration{
		's': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour,
	}
	if text == "" {
		return 0, strconv.ErrSyntax
	}
	unit, known := units[text[len(text)-1]]
	count, err := strconv.ParseFloat(text[:len(text)-1], 64)
	if err != nil || !known || count < 0 {
		return 0, strconv.ErrSyntax
	}
	return time.Duration(count * float64(unit)), nil
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

// age is how long ago it was rotated, as of now.
func (r Row) age(now time.Time) (time.Duration, bool) {
	return now.Sub(r.Seen.Rotated), !r.Seen.Rotated.IsZero()
}

// left is how long until it ends by itself.
func (r Row) left(now time.Time) (time.Duration, bool) {
	return r.Seen.Expires.Sub(now), !r.Seen.Expires.IsZero()
}
