package query

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// unknown is the value that asks for what is not known.
const unknown = "unknown"

// ageTerm compares how old a credential is: by time, or as a share of its life.
func ageTerm(field, operator, value string) (term, error) {
	percent, byShare := strings.CutSuffix(value, "%")
	switch {
	case operator == ":" && value == unknown && field == "age":
		return func(r Row, now time.Time) bool { _, known := r.Seen.Age(now); return !known }, nil
	case operator == ":" && value == unknown:
		return func(r Row, now time.Time) bool { _, known := r.life(now); return !known }, nil
	case operator == ":" || operator == "=":
		return nil, fmt.Errorf("%s compares, as in %s>50%%, or is %s:unknown", field, field, field)
	case byShare || field == "life":
		limit, err := strconv.ParseFloat(percent, 64)
		if err != nil || !byShare {
			return nil, fmt.Errorf("%s%s wants a share such as 50%%", field, operator)
		}
		return func(r Row, now time.Time) bool {
			share, known := r.life(now)
			return known && holds(operator, cmp.Compare(share, limit/100))
		}, nil
	}
	limit, err := ui.ParseSpan(value)
	if err != nil {
		return nil, fmt.Errorf("%s%s wants a duration such as 14d, or a share such as 50%%", field, operator)
	}
	return func(r Row, now time.Time) bool {
		age, known := r.Seen.Age(now)
		return known && holds(operator, cmp.Compare(age, limit))
	}, nil
}

// life is the share of its life that a credential has used.
func (r Row) life(now time.Time) (float64, bool) {
	return engine.Life(r.Credential.Policy, r.Seen, now)
}

// holds says whether a comparison that came out so satisfies an operator.
func holds(operator string, compared int) bool {
	switch operator {
	case "<":
		return compared < 0
	case "<=":
		return compared <= 0
	case ">":
		return compared > 0
	}
	return compared >= 0
}

// endNames are the fields that tell when something ends.
func endNames() []string { return []string{"expires", "rotate", "ends"} }

// endsOf are the moments of a field that are known.
func endsOf(r Row, field string) []time.Time {
	ends := []time.Time{r.Seen.Expires, r.Seen.RotateBy(r.Credential.Policy)}
	switch field {
	case "expires":
		ends = ends[:1]
	case "rotate":
		ends = ends[1:]
	}
	return slices.DeleteFunc(ends, time.Time.IsZero)
}

// endTerm compares when something ends: by what is left until then, or by date.
func endTerm(field, operator, value string) (term, error) {
	if operator == ":" && value == unknown {
		return func(r Row, _ time.Time) bool { return len(endsOf(r, field)) == 0 }, nil
	}
	any := func(passes func(end, now time.Time) bool) term {
		return func(r Row, now time.Time) bool {
			return slices.ContainsFunc(endsOf(r, field), func(end time.Time) bool { return passes(end, now) })
		}
	}
	from, to, err := parsePeriod(value)
	switch {
	case err == nil:
		return any(func(end, _ time.Time) bool { return within(operator, end, from, to) }), nil
	case operator == ":" || operator == "=":
		return nil, fmt.Errorf("%s%s wants a year, a month or a day, such as 2026-05, or unknown", field, operator)
	}
	limit, err := ui.ParseSpan(value)
	if err != nil {
		return nil, fmt.Errorf("%s%s wants a duration such as 14d, or a date such as 2026-05", field, operator)
	}
	return any(func(end, now time.Time) bool { return holds(operator, cmp.Compare(end.Sub(now), limit)) }), nil
}

// within says how a moment lies to a period, whose end is no part of it.
func within(operator string, at, from, to time.Time) bool {
	switch operator {
	case "<":
		return at.Before(from)
	case "<=":
		return at.Before(to)
	case ">":
		return !at.Before(to)
	case ">=":
		return !at.Before(from)
	}
	return !at.Before(from) && at.Before(to)
}

// parsePeriod reads 2026, 2026-05 and 2026-05-12, in UTC.
func parsePeriod(text string) (from, to time.Time, err error) {
	for _, p := range []struct {
		layout              string
		years, months, days int
	}{{engine.LayoutDay, 0, 0, 1}, {engine.LayoutMonth, 0, 1, 0}, {"2006", 1, 0, 0}} {
		if from, err = time.Parse(p.layout, text); err == nil {
			return from, from.AddDate(p.years, p.months, p.days), nil
		}
	}
	return time.Time{}, time.Time{}, err
}
