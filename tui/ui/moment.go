package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseSpan reads 14d, 36h, 90m, 30s and 2w.
func ParseSpan(text string) (time.Duration, error) {
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

// ParseMoment reads when something happened, as people write it: "now", "2h" or
// "3d ago", "14:05" for the last time that the clock showed it, "2026-03-14",
// "2026-03-14 14:05", or RFC 3339. Without a zone, it is that of now. What lies in
// the future has not happened.
func ParseMoment(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "now" {
		return now, nil
	}
	if span, err := ParseSpan(strings.TrimSpace(strings.TrimSuffix(text, "ago"))); err == nil {
		return now.Add(-span), nil
	}
	at, err := parseClock(text, now)
	switch {
	case err != nil:
		return time.Time{}, fmt.Errorf("%q is no moment: write 2h, 14:05, or 2026-03-14 14:05", text)
	case at.After(now):
		return time.Time{}, fmt.Errorf("%s has not come yet", text)
	}
	return at, nil
}

func parseClock(text string, now time.Time) (time.Time, error) {
	if at, err := time.ParseInLocation("15:04", text, now.Location()); err == nil {
		year, month, day := now.Date()
		today := time.Date(year, month, day, at.Hour(), at.Minute(), 0, 0, now.Location())
		if today.After(now) {
			return today.AddDate(0, 0, -1), nil
		}
		return today, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04", time.DateTime, time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return at, nil
		}
	}
	return time.Time{}, strconv.ErrSyntax
}
