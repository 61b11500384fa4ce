package inventory

import (
	"cmp"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// order is what rows are sorted by.
type order int

const (
	byUrgency order = iota
	byName
	byAge
	byExpiry
	byEnvironment
	orders
)

func (o order) next() order { return (o + 1) % orders }

// column is the column that shows the order.
func (o order) column() string {
	return [...]string{"verdict", "name", "age", "expires", "env"}[o]
}

func (o order) compare(a, b *row) int {
	switch o {
	case byName:
		return strings.Compare(a.credential.ID, b.credential.ID)
	case byAge:
		return compareTimes(a.seen.Rotated, b.seen.Rotated)
	case byExpiry:
		return compareTimes(a.seen.Expires, b.seen.Expires)
	case byEnvironment:
		return strings.Compare(a.credential.Environment.Name, b.credential.Environment.Name)
	default:
		return cmp.Or(
			cmp.Compare(first(b), first(a)),
			newer(a, b),
			cmp.Compare(a.verdict.State.Urgency(), b.verdict.State.Urgency()),
			compareTimes(a.verdict.Deadline, b.verdict.Deadline),
		)
	}
}

// key is what orders compare, except for runs.
type key struct {
	state                      engine.State
	deadline, rotated, expires time.Time
}

func (r *row) key() key {
	return key{r.verdict.State, r.verdict.Deadline, r.seen.Rotated, r.seen.Expires}
}

// first is 1 for a row whose run waits for someone: nothing is more urgent.
func first(r *row) int {
	if r.isUnfinished() {
		return 1
	}
	return 0
}

// newer puts runs that wait for someone in the order of their dialog.
func newer(a, b *row) int {
	if !a.isUnfinished() || !b.isUnfinished() {
		return 0
	}
	return compareTimes(b.last.Started, a.last.Started)
}

// compareTimes puts the earlier first and what has no time last.
func compareTimes(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	default:
		return a.Compare(b)
	}
}
