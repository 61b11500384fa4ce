package engine_test

import (
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

const day = 24 * time.Hour

func TestJudge(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	password := engine.DefaultPolicy(engine.KindDatabasePassword)
	certificate := engine.DefaultPolicy(engine.KindTLSCertificate)
	seen := func(age, left time.Duration, problems ...engine.Problem) engine.Observation {
		o := engine.Observation{At: now, Problems: problems}
		if age >= 0 {
			o.Rotated = now.Add(-age)
		}
		if left != 0 {
			o.Expires = now.Add(left)
		}
		return o
	}
	unreachable := engine.Problem{Text: "unreachable at db:5432"}
	cases := []struct {
		name   string
		policy engine.Policy
		o      engine.Observation
		want   engine.State
		reason string
	}{
		{"not probed", password, engine.Observation{}, engine.StateUnknown, "not probed yet"},
		{"fresh", password, seen(day, 0), engine.StateOK, "must be rotated in 89d"},
		{"soon", password, seen(80*day, 0), engine.StateSoon, "must be rotated in 10d"},
		{"due", password, seen(85*day, 0), engine.StateDue, "must be rotated in 5d"},
		{"on the dot", password, seen(90*day, 0), engine.StateOverdue, "had to be rotated 0s ago"},
		{"overdue", password, seen(97*day, 0), engine.StateOverdue, "had to be rotated 7d ago"},
		{"no record", password, seen(-1, 0), engine.StateUnknown, "no record of its last rotation"},
		{"fresh but not reachable", password, seen(day, 0, unreachable), engine.StateUnknown, "unreachable at db:5432"},
		{"overdue and not reachable", password, seen(97*day, 0, unreachable), engine.StateOverdue, "had to be rotated 7d ago"},
		{"certificate ok", certificate, seen(-1, 40*day), engine.StateOK, "expires in 40d"},
		{"certificate soon", certificate, seen(-1, 15*day), engine.StateSoon, "expires in 15d"},
		{"certificate due", certificate, seen(-1, 14*day), engine.StateDue, "expires in 14d"},
		{"certificate expired", certificate, seen(-1, -3*day), engine.StateExpired, "expired 3d ago"},
		{"certificate expired and old", certificate, seen(120*day, -3*day), engine.StateExpired, "expired 3d ago"},
		{"certificate valid but old", certificate, seen(120*day, 40*day), engine.StateOverdue, "had to be rotated 30d ago"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := engine.Judge(c.policy, c.o, now)
			if v.State != c.want || v.Reason != c.reason {
				t.Errorf("Judge = %s (%s), want %s (%s)", v.State, v.Reason, c.want, c.reason)
			}
		})
	}
}

func TestDefaultPolicies(t *testing.T) {
	t.Parallel()
	want := map[engine.Kind]time.Duration{
		engine.KindDatabasePassword:    90 * day,
		engine.KindAPIKey:              90 * day,
		engine.KindServiceAccountToken: day,
		engine.KindTLSCertificate:      90 * day,
		engine.KindSSHKey:              180 * day,
		engine.KindEncryptionKey:       365 * day,
	}
	for _, kind := range engine.Kinds() {
		p := engine.DefaultPolicy(kind)
		if p.MaxAge != want[kind] || p.AlertBefore <= 0 || p.WarnBefore <= p.AlertBefore {
			t.Errorf("%s: %+v", kind, p)
		}
	}
	tls := engine.DefaultPolicy(engine.KindTLSCertificate)
	if tls.WarnBefore != 15*day || tls.AlertBefore != 14*day {
		t.Errorf("TLS warns at %s, alerts at %s", tls.WarnBefore, tls.AlertBefore)
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0s", 90 * time.Second: "90s", 5 * time.Minute: "5m", 119 * time.Minute: "119m",
		5 * time.Hour: "5h", 47 * time.Hour: "47h", 72 * time.Hour: "3d", -72 * time.Hour: "-3d",
	} {
		if got := engine.Span(d); got != want {
			t.Errorf("Span(%s) = %s, want %s", d, got, want)
		}
	}
}
