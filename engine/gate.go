package engine

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// gate decides whether one credential is presented, and learns what came of it.
type gate struct {
	engine   *Engine
	recorded map[string]refusal
	asked    bool

	version string // "" until it is known that it could be locked out
}

// consider withholds a version that was refused, unless somebody asked for it.
func (g *gate) consider(o *Observation, parts Parts, v Version) {
	if !mayLockOut(parts) {
		return
	}
	g.version = versionMark(v)
	if r, refused := g.engine.guard.known(o.Credential, g.version, g.recorded); refused && !g.asked {
		o.Withheld = &r.Withheld
		o.Problems = append(o.Problems, r.problem(o.Credential, g.engine.Now()))
	}
}

// settle learns from an observation. That what was refused could not be recorded is
// a problem of its own: another process may try it again.
func (g *gate) settle(ctx context.Context, o *Observation) {
	if g.version == "" || o.Withheld != nil {
		return
	}
	for i, p := range o.Problems {
		if p.Hint == "" && strings.HasPrefix(p.Text, string(Refused)+" at ") {
			o.Problems[i].Hint = "it is not tried again by itself, lest the account be locked: " + askAgain(o.Credential)
		}
	}
	if err := g.engine.learn(ctx, o, g.version, g.recorded); err != nil {
		o.Problems = append(o.Problems, *NewProblem(err, "", "that %s was %s could not be recorded", o.Credential, o.Login()))
	}
}

// problem says that a credential is not tried, and since when.
func (w Withheld) problem(id string, now time.Time) Problem {
	return Problem{
		Text: fmt.Sprintf("%s %s ago; not tried again by itself", w.What, Span(max(0, now.Sub(w.Since)))),
		Hint: askAgain(id),
	}
}

func askAgain(id string) string {
	return fmt.Sprintf("rotadeck list --probe %s tries it once more, and r in the console; so does a new version in the store", id)
}

// mayLockOut says whether a target is one that logs in with what a store holds. One
// that only looks, as at a certificate, locks nobody out.
func mayLockOut(parts Parts) bool {
	_, rotatable := parts.Target.(Rotatable)
	return parts.Store != nil && rotatable
}

// versionMark tells one stored version from the next. Those that were stored by
// other hands have no id, but a time.
func versionMark(v Version) string {
	if v.ID != "" || v.Created.IsZero() {
		return v.ID
	}
	return v.Created.UTC().Format(time.RFC3339Nano)
}
