package engine_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/engine"
)

// auditNow is a Saturday.
func auditNow() time.Time { return time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC) }

func audited(id string, change ...func(c *engine.Credential)) engine.Credential {
	c := engine.Credential{ID: id, Kind: engine.KindAPIKey, Policy: engine.DefaultPolicy(engine.KindAPIKey)}
	for _, f := range change {
		f(&c)
	}
	return c
}

// auditOf is the audit of one credential that was rotated, and expires, so long
// from now; 0 stands for not.
func auditOf(rotated, expires time.Duration) engine.Audit {
	o := engine.Observation{Credential: "x", At: auditNow()}
	if rotated != 0 {
		o.Rotated = auditNow().Add(rotated)
	}
	if expires != 0 {
		o.Expires = auditNow().Add(expires)
	}
	return engine.NewAudit([]engine.Credential{audited("x")}, []engine.Observation{o}, nil, auditNow())
}

func filled(buckets []engine.Bucket) string {
	for _, b := range buckets {
		if b.Total > 0 {
			return b.Label
		}
	}
	return ""
}

func TestAuditBuckets(t *testing.T) {
	t.Parallel()
	const ns = time.Nanosecond
	for _, c := range []struct {
		rotated, expires time.Duration
		share, age       string
	}{
		{-1, 0, "0%–25%", "0d–1d"},
		{-day + time.Second, 0, "0%–25%", "0d–1d"},
		{-day, 0, "0%–25%", "1d–7d"},
		{-225*day/10 + time.Second, 0, "0%–25%", "7d–30d"},
		{-225 * day / 10, 0, "25%–50%", "7d–30d"},
		{-30 * day, 0, "25%–50%", "30d–90d"},
		{-45 * day, 0, "50%–75%", "30d–90d"},
		{-90*day + time.Second, 0, "75%–100%", "30d–90d"},
		{-90 * day, 0, "100%–150%", "90d–180d"},
		{-135*day + ns, 0, "100%–150%", "90d–180d"},
		{-135 * day, 0, "150% and more", "90d–180d"},
		{-365 * day, 0, "150% and more", "365d and more"},
		{0, 0, "not known", "not known"},
		{time.Hour, 0, "not known", "not known"},      // a clock is wrong
		{time.Minute, 0, "0%–25%", "0d–1d"},           // clocks may differ by so little
		{-30 * day, 10 * day, "75%–100%", "30d–90d"},  // the expiry comes first
		{-30 * day, 300 * day, "25%–50%", "30d–90d"},  // the policy does
		{-30 * day, -day, "100%–150%", "30d–90d"},     // expired
		{0, 9 * day, "75%–100%", "not known"},         // only watched
		{0, 200 * day, "0%–25%", "not known"},         // longer than the policy's age
		{0, -46 * day, "150% and more", "not known"},  // long since
		{-10 * day, -20 * day, "100%–150%", "7d–30d"}, // rotated after its expiry: the end is what counts
	} {
		a := auditOf(c.rotated, c.expires)
		if share, age := filled(a.Shares), filled(a.Ages); share != c.share || age != c.age {
			t.Errorf("rotated %v, expires %v: %s and %s, want %s and %s", c.rotated, c.expires, share, age, c.share, c.age)
		}
	}
}

func TestAuditCalendar(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("east", 14*3600)
	at := func(now, expires string) string {
		t.Helper()
		parse := func(text string) time.Time {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		o := engine.Observation{Credential: "x", At: parse(now), Expires: parse(expires).In(east)}
		c := engine.NewAudit([]engine.Credential{audited("x")}, []engine.Observation{o}, nil, parse(now).In(east)).Calendar
		switch {
		case c.Before.Expire == 1:
			return "before"
		case c.Later.Expire == 1:
			return "later"
		}
		for _, m := range c.Months {
			if m.Expire == 1 && len(m.Days) == 1 && m.Days[0].Expire == 1 && m.Days[0].Either == 1 {
				return m.Days[0].Day
			}
		}
		return "nowhere"
	}
	for _, c := range []struct{ now, expires, want string }{
		{"2026-03-14T09:26:53Z", "2026-03-01T00:00:00Z", "2026-03-01"},
		{"2026-03-14T09:26:53Z", "2026-02-28T23:59:59Z", "before"},
		{"2026-03-14T09:26:53Z", "2027-02-28T23:59:59Z", "2027-02-28"},
		{"2026-03-14T09:26:53Z", "2027-03-01T00:00:00Z", "later"},
		{"2028-01-31T12:00:00Z", "2028-02-29T23:59:59Z", "2028-02-29"}, // a leap day, seen from a 31st
		{"2028-02-29T12:00:00Z", "2029-01-31T00:00:00Z", "2029-01-31"},
		{"2028-02-29T12:00:00Z", "2029-02-01T00:00:00Z", "later"},
		{"2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2027-01-01"},
		{"2026-03-31T23:30:00Z", "2026-04-01T13:59:59+14:00", "2026-03-31"}, // the day is that of UTC
		{"2026-03-31T23:30:00Z", "2026-03-31T20:00:00-05:00", "2026-04-01"},
	} {
		if got := at(c.now, c.expires); got != c.want {
			t.Errorf("now %s, expires %s: %s, want %s", c.now, c.expires, got, c.want)
		}
	}
}

func TestAuditCountsBothEndsOnce(t *testing.T) {
	t.Parallel()
	c := auditOf(-80*day, 11*day).Calendar.Months[0] // rotate by the 24th, expires on the 25th
	want := engine.Month{
		Month: "2026-03", Ends: engine.Ends{Expire: 1, Rotate: 1, Either: 1},
		Days: []engine.Day{{"2026-03-24", engine.Ends{Rotate: 1, Either: 1}}, {"2026-03-25", engine.Ends{Expire: 1, Either: 1}}},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

func TestAuditTrend(t *testing.T) {
	t.Parallel()
	now := auditNow()
	done := func(id string, ago time.Duration, status engine.Status, purpose engine.Purpose) engine.Summary {
		return engine.Summary{Credential: id, Status: status, Ended: now.Add(-ago), Rotation: engine.Rotation{Purpose: purpose}}
	}
	credentials := []engine.Credential{audited("a"), audited("b"), audited("c")}
	observations := []engine.Observation{{Credential: "a", At: now, Rotated: now.Add(-10 * day)}, {Credential: "b", At: now}}
	runs := []engine.Summary{
		done("a", 10*day, engine.StatusDone, ""), done("a", 100*day, engine.StatusDone, ""),
		done("b", 20*day, engine.StatusDone, ""),
		done("b", 5*day, engine.StatusRolledBack, ""), done("b", 4*day, engine.StatusDone, engine.PurposeAdoption),
		done("gone", 3*day, engine.StatusDone, ""),
	}
	weeks := engine.NewAudit(credentials, observations, runs, now).Trend
	if len(weeks) != 26 {
		t.Fatalf("%d weeks", len(weeks))
	}
	days := func(w engine.Week) string {
		if w.MeanAge == nil {
			return fmt.Sprintf("- %d/%d", w.Known, w.Of)
		}
		return fmt.Sprintf("%.1f %d/%d", float64(*w.MeanAge)/day.Seconds(), w.Known, w.Of)
	}
	monday := time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)
	for back, want := range map[int]string{
		0:  "15.0 2/3", // 10 and 20 days
		1:  "9.6 2/3",  // 4.6 and 14.6
		2:  "47.6 2/3", // 87.6 and 7.6
		14: "3.6 1/3",  // a alone
		15: "- 0/3",
		25: "- 0/3",
	} {
		w := weeks[25-back]
		end := now
		if back > 0 {
			end = monday.AddDate(0, 0, -7*(back-1))
		}
		if got := days(w); got != want || !w.End.Equal(end) {
			t.Errorf("%d weeks back: %s at %s, want %s at %s", back, got, w.End, want, end)
		}
	}
}

// TestAuditAddsUp: however credentials are grouped, each is counted once.
func TestAuditAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.SampledFrom([]string{"", "a", "b", "c d", "é"})
		span := rapid.Int64Range(-500*int64(day), 500*int64(day))
		var credentials []engine.Credential
		var observations []engine.Observation
		for i := range rapid.IntRange(0, 40).Draw(r, "count") {
			c := audited(fmt.Sprint(i), func(c *engine.Credential) {
				c.Kind = rapid.SampledFrom(engine.Kinds()).Draw(r, "kind")
				c.Policy = engine.DefaultPolicy(c.Kind)
				if rapid.Bool().Draw(r, "unjudged") {
					c.Policy.MaxAge = 0
				}
				c.Environment.Name, c.Owner = name.Draw(r, "environment"), name.Draw(r, "owner")
				c.Tags = rapid.SliceOfN(name, 0, 3).Draw(r, "tags")
			})
			credentials = append(credentials, c)
			o := engine.Observation{Credential: c.ID, At: auditNow()}
			if rapid.Bool().Draw(r, "rotated") {
				o.Rotated = auditNow().Add(time.Duration(span.Draw(r, "age")))
			}
			if rapid.Bool().Draw(r, "expires") {
				o.Expires = auditNow().Add(time.Duration(span.Draw(r, "left")))
			}
			if rapid.Bool().Draw(r, "seen") {
				observations = append(observations, o)
			}
		}
		a := engine.NewAudit(credentials, observations, nil, auditNow())
		sums := map[string]int{"verdicts": a.Verdicts.Total, "credentials": len(a.Credentials), "weeks": a.Trend[0].Of}
		for _, s := range engine.States() {
			sums["states"] += a.Verdicts.Of(s)
		}
		for name, buckets := range map[string][]engine.Bucket{"shares": a.Shares, "ages": a.Ages} {
			for _, b := range buckets {
				sums[name] += b.Total
			}
		}
		for name, groups := range map[string][]engine.Group{"kinds": a.Kinds, "environments": a.Environments, "owners": a.Owners} {
			for _, g := range groups {
				sums[name] += g.Total
			}
		}
		for name, sum := range sums {
			if sum != len(credentials) {
				r.Fatalf("%s add up to %d of %d", name, sum, len(credentials))
			}
		}
		checkCalendar(r, a)
		for _, c := range a.Credentials {
			late := c.Verdict == engine.StateExpired || c.Verdict == engine.StateOverdue
			if c.Share != nil && (math.IsNaN(*c.Share) || *c.Share < 0) || late && (c.Share == nil || *c.Share < 1) {
				r.Fatalf("%s is %s with a share of %v", c.Credential, c.Verdict, c.Share)
			}
		}
		again, _ := json.Marshal(engine.NewAudit(credentials, observations, nil, auditNow()))
		if first, err := json.Marshal(a); err != nil || string(first) != string(again) {
			r.Fatalf("the same audit is another one the second time, %v", err)
		}
	})
}

// checkCalendar holds the calendar to what the credentials say.
func checkCalendar(r *rapid.T, a engine.Audit) {
	c := a.Calendar
	expire, rotate, never := 0, 0, 0
	for _, audited := range a.Credentials {
		if !audited.Expires.IsZero() {
			expire++
		}
		if !audited.RotateBy.IsZero() {
			rotate++
		}
		if audited.Expires.IsZero() && audited.RotateBy.IsZero() {
			never++
		}
	}
	sum := c.Before
	sum.Expire, sum.Rotate = sum.Expire+c.Later.Expire, sum.Rotate+c.Later.Rotate
	for _, m := range c.Months {
		sum.Expire, sum.Rotate = sum.Expire+m.Expire, sum.Rotate+m.Rotate
		days := engine.Ends{}
		for _, d := range m.Days {
			days.Expire, days.Rotate = days.Expire+d.Expire, days.Rotate+d.Rotate
		}
		if days.Expire != m.Expire || days.Rotate != m.Rotate {
			r.Fatalf("the days of %s add up to %v", m.Month, days)
		}
	}
	if sum.Expire != expire || sum.Rotate != rotate || c.Never != never {
		r.Fatalf("calendar has %d, %d and %d, want %d, %d and %d", sum.Expire, sum.Rotate, c.Never, expire, rotate, never)
	}
}

func BenchmarkAudit(b *testing.B) {
	const count = 10_000
	credentials, observations := make([]engine.Credential, count), make([]engine.Observation, count)
	var runs []engine.Summary
	for i := range count {
		kind := engine.Kinds()[i%6]
		credentials[i] = audited(fmt.Sprintf("credential-%05d", i), func(c *engine.Credential) {
			c.Kind, c.Policy, c.Owner, c.Tags = kind, engine.DefaultPolicy(kind), fmt.Sprint("team-", i%40), []string{"pci", fmt.Sprint("tier-", i%3)}
		})
		observations[i] = engine.Observation{Credential: credentials[i].ID, At: auditNow(), Rotated: auditNow().Add(-time.Duration(i) * time.Hour)}
		runs = append(runs, engine.Summary{Credential: credentials[i].ID, Status: engine.StatusDone, Ended: observations[i].Rotated})
	}
	for b.Loop() {
		engine.NewAudit(credentials, observations, runs, auditNow())
	}
}
