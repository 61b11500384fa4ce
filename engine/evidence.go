package engine

import (
	"context"
	"fmt"
	"slices"
)

// side is a version as its users would be recognised by.
type side struct {
	slot        Slot
	version     Version
	fingerprint string
}

func sideOf(slot Slot, v Version, target Target) side {
	s := side{slot: slot, version: v}
	if f, able := target.(Fingerprinter); able && v.Material != nil {
		s.fingerprint = f.Fingerprint(v.Material)
	}
	return s
}

// uses says whether a consumer was seen on this side.
func (s side) uses(u Usage) bool {
	switch {
	case u.Problem != "":
		return false
	case u.Version != "" || s.fingerprint == "":
		return u.Version == s.version.ID
	default:
		return u.Fingerprint == s.fingerprint
	}
}

// evidence looks who uses the side that is to be left, and who the one that is
// to be used.
func evidence(ctx context.Context, parts Parts, p Policy, leave, use side) Evidence {
	ctx, cancel := context.WithTimeout(ctx, p.ProbeTimeout)
	defer cancel()
	var (
		e        = Evidence{OldSessions: []Session{}}
		sessions []Session
		err      error
	)
	census, able := parts.Target.(Census)
	together(
		func() {
			if able {
				sessions, err = census.Sessions(ctx)
			}
		},
		func() { e.Consumers = usageOf(ctx, p, parts.Consumers) },
	)

	e.Counted = able && err == nil
	switch {
	case !parts.observable():
		e.Problem = "neither the target nor all consumers can tell who uses the credential"
	case err != nil:
		e.Problem = AsProblem(err).Error()
	}
	for _, s := range sessions {
		if s.Slot == leave.slot {
			e.OldSessions = append(e.OldSessions, s)
		} else {
			e.NewSessions++
		}
	}
	e.Reports = len(e.Consumers)
	for _, u := range e.Consumers {
		if use.uses(u) {
			e.OnNew++
		}
	}
	return e
}

// observable says whether it can be told that nobody uses a credential: by the
// target, or by the consumers if every one of them reports.
func (p Parts) observable() bool {
	if _, able := p.Target.(Census); able {
		return true
	}
	silent := slices.ContainsFunc(p.Consumers, func(c Consumer) bool {
		_, able := c.(Reporter)
		return !able
	})
	return len(p.Consumers) > 0 && !silent
}

// clear says whether the evidence allows to leave the old side. What cannot
// be seen does not.
func (e Evidence) clear() bool {
	return e.Problem == "" && len(e.OldSessions) == 0 && e.OnNew == e.Reports
}

// usageOf asks all reporting consumers at once. Problems are in the consumers'
// words and may hold secrets: the caller redacts them.
func usageOf(ctx context.Context, p Policy, consumers []Consumer) []Usage {
	return usageIn(ctx, p, consumers, (*Problem).Error)
}

func usageIn(ctx context.Context, p Policy, consumers []Consumer, words func(*Problem) string) []Usage {
	ctx, cancel := context.WithTimeout(ctx, p.ProbeTimeout)
	defer cancel()
	usage := make([]Usage, len(consumers))
	var asking []func()
	for i, consumer := range consumers {
		if reporter, able := consumer.(Reporter); able {
			asking = append(asking, func() { usage[i] = ask(ctx, consumer, reporter, words) })
		}
	}
	together(asking...)
	reported := usage[:0]
	for _, u := range usage {
		if u.Consumer != "" {
			reported = append(reported, u)
		}
	}
	return reported
}

func ask(ctx context.Context, consumer Consumer, reporter Reporter, words func(*Problem) string) Usage {
	u, err := reporter.Usage(ctx)
	if err != nil {
		u.Problem = words(AsProblem(err))
	}
	u.Consumer = consumer.Where()
	return u
}

// words puts the evidence into a sentence.
func (e Evidence) words(undoing bool) string {
	leave, use := "old", "new"
	if undoing {
		leave, use = use, leave
	}
	text := e.Problem
	if e.Counted {
		text = fmt.Sprintf("%s on the %s credential, %d on the %s, quiet for %s",
			counted(len(e.OldSessions), "session"), leave, e.NewSessions, use, Span(e.QuietFor))
	}
	if e.Reports > 0 {
		if text != "" {
			text += "; "
		}
		text += fmt.Sprintf("%d of %s report the %s one", e.OnNew, counted(e.Reports, "consumer"), use)
	}
	return text
}

// counted words a number of things.
func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
