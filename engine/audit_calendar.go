package engine

import (
	"cmp"
	"slices"
	"time"
)

// calendarMonths is how far the calendar reaches, with the month of now.
const calendarMonths = 12

// Calendar is when credentials end: by expiry, or because their policy says so. All
// of it is in UTC.
type Calendar struct {
	Before Ends    `json:"before"` // months that are over
	Months []Month `json:"months"` // the month of now, and those after it
	Later  Ends    `json:"later"`
	Never  int     `json:"no_end_known"` // neither expires nor has to be rotated, as far as is known
}

// Ends counts what falls into a stretch of time.
type Ends struct {
	Expire int `json:"expire"`
	Rotate int `json:"rotate"` // have to be rotated
	Either int `json:"either"` // credentials of which either is true
}

// Month is a month of a calendar, with those of its days on which something ends.
type Month struct {
	Month string `json:"month"` // "2026-03"
	Ends
	Days []Day `json:"days"`
}

// Day is a day of a calendar.
type Day struct {
	Day string `json:"day"` // "2026-03-14"
	Ends
}

// The layouts of days and months, in the calendar and in queries.
const (
	LayoutDay   = time.DateOnly
	LayoutMonth = "2006-01"
)

func newCalendar(credentials []Audited, now time.Time) Calendar {
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	c := Calendar{Months: make([]Month, calendarMonths)}
	for i := range c.Months {
		c.Months[i] = Month{Month: first.AddDate(0, i, 0).Format(LayoutMonth), Days: []Day{}}
	}
	for _, audited := range credentials {
		c.add(audited, first)
	}
	for i := range c.Months {
		slices.SortFunc(c.Months[i].Days, func(a, b Day) int { return cmp.Compare(a.Day, b.Day) })
	}
	return c
}

// add counts both ends of a credential, each where it falls; one place counts the
// credential once.
func (c *Calendar) add(audited Audited, first time.Time) {
	if audited.Expires.IsZero() && audited.RotateBy.IsZero() {
		c.Never++
		return
	}
	touched := map[*Ends]bool{}
	count := func(e *Ends, expires bool) {
		if expires {
			e.Expire++
		} else {
			e.Rotate++
		}
		if !touched[e] {
			touched[e] = true
			e.Either++
		}
	}
	for _, end := range []struct {
		at      time.Time
		expires bool
	}{{audited.Expires, true}, {audited.RotateBy, false}} {
		if !end.at.IsZero() {
			place, day := c.place(end.at.UTC(), first)
			count(place, end.expires)
			if day != nil {
				count(day, end.expires)
			}
		}
	}
}

// place is where a moment counts, and the day too where it is in a month.
func (c *Calendar) place(at, first time.Time) (*Ends, *Ends) {
	months := (at.Year()-first.Year())*12 + int(at.Month()) - int(first.Month())
	switch {
	case months < 0:
		return &c.Before, nil
	case months >= len(c.Months):
		return &c.Later, nil
	}
	month, name := &c.Months[months], at.Format(LayoutDay)
	i := slices.IndexFunc(month.Days, func(d Day) bool { return d.Day == name })
	if i < 0 {
		if len(month.Days) == 0 {
			month.Days = make([]Day, 0, 31) // what points to a day must not be moved
		}
		i = len(month.Days)
		month.Days = append(month.Days, Day{Day: name})
	}
	return &month.Ends, &month.Days[i].Ends
}
