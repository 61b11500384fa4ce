package engine

import (
	"slices"
	"time"
)

// trendWeeks is how far the trend reaches back, with the week of now.
const trendWeeks = 26

// Week is how old credentials were on average at the end of a week, as far as the
// journal and the stores tell. Weeks end with Sunday, in UTC; the last one ends
// now.
type Week struct {
	End     time.Time `json:"end"`
	MeanAge *int64    `json:"mean_age_seconds"` // null: of none it is known
	Known   int       `json:"known"`            // of so many it is known
	Of      int       `json:"of"`               // credentials that the inventory has now
}

// Last is the last day of the week, in UTC: weeks end as Sunday does.
func (w Week) Last() string {
	end := w.End.UTC()
	if end.Equal(end.Truncate(day)) {
		end = end.Add(-time.Nanosecond)
	}
	return end.Format(LayoutDay)
}

// newTrend reckons the age of each credential at the end of each week from the
// last rotation before it. Of a credential that was not rotated before, or not on
// record, nothing is known then.
func newTrend(credentials []Credential, seen map[string]Observation, runs []Summary, now time.Time) []Week {
	rotations := rotations(credentials, seen, runs)
	weeks := make([]Week, trendWeeks)
	monday := now.Truncate(day).AddDate(0, 0, -int(now.Weekday()+6)%7)
	for i := range weeks {
		end := now
		if back := trendWeeks - 1 - i; back > 0 {
			end = monday.AddDate(0, 0, -7*(back-1))
		}
		weeks[i] = Week{End: end, Of: len(credentials)}
		sum := int64(0)
		for _, moments := range rotations {
			if last, found := lastBefore(moments, end); found {
				weeks[i].Known++
				sum += int64(end.Sub(last) / time.Second)
			}
		}
		weeks[i].MeanAge = mean(sum, weeks[i].Known)
	}
	return weeks
}

// rotations are the moments at which each credential is known to have been
// rotated, in order.
func rotations(credentials []Credential, seen map[string]Observation, runs []Summary) map[string][]time.Time {
	moments := make(map[string][]time.Time, len(credentials))
	for _, c := range credentials {
		moments[c.ID] = nil
		if o := seen[c.ID]; !o.Rotated.IsZero() {
			moments[c.ID] = append(moments[c.ID], o.Rotated)
		}
	}
	for _, s := range runs {
		if _, ours := moments[s.Credential]; ours && s.Status == StatusDone && s.Rotation.Purpose == PurposeRotation {
			moments[s.Credential] = append(moments[s.Credential], s.Ended)
		}
	}
	for _, of := range moments {
		slices.SortFunc(of, time.Time.Compare)
	}
	return moments
}

func lastBefore(moments []time.Time, end time.Time) (last time.Time, found bool) {
	for _, at := range slices.Backward(moments) {
		if !at.After(end) {
			return at, true
		}
	}
	return time.Time{}, false
}
