package inventory

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

const day = 24 * time.Hour

var (
	errNotDuration = errors.New(`must be a duration such as "90d" or "1h30m"`)
	errNegative    = errors.New("must not be negative")
	errTooLong     = errors.New("must be shorter than 292 years")
)

// ParseDuration reads what time.ParseDuration reads, and weeks and days before
// that: "90d", "2w", "1d12h". A day has 24 hours. Negative durations are errors.
func ParseDuration(text string) (time.Duration, error) {
	if strings.HasPrefix(text, "-") {
		return 0, errNegative
	}
	if text == "" || strings.Contains(text, "+") || strings.Contains(text, "-") {
		return 0, errNotDuration
	}
	var total time.Duration
	for rest := text; rest != ""; {
		part, unit, after := cutUnit(rest)
		d, err := time.ParseDuration(part)
		if err != nil {
			return 0, errNotDuration
		}
		if d > (math.MaxInt64-total)/unit {
			return 0, errTooLong
		}
		total, rest = total+d*unit, after
	}
	return total, nil
}

// cutUnit splits off a leading number of weeks or days, as hours with the
// factor that makes them what they are; without one, all is taken as it stands.
func cutUnit(text string) (part string, factor time.Duration, rest string) {
	end := strings.IndexFunc(text, func(c rune) bool { return c != '.' && (c < '0' || c > '9') })
	if end > 0 {
		switch text[end] {
		case 'w':
			return text[:end] + "h", 7 * 24, text[end+1:]
		case 'd':
			return text[:end] + "h", 24, text[end+1:]
		}
	}
	return text, 1, ""
}

// words writes a duration the way an inventory would: "7d12h".
func words(d time.Duration) string {
	days := ""
	if d >= day {
		days = fmt.Sprintf("%dd", d/day)
		d %= day
	}
	if d == 0 && days != "" {
		return days
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return days + text
}
