package engine

import (
	"context"
	"fmt"
	"time"
)

// neverUsedAfter is the age from which a published version that nobody is seen
// using was hardly published a moment ago.
const neverUsedAfter = day

// users reports consumers that have not taken up what is published, or that
// nobody has.
func (s *seeker) users(seen sight) {
	current := s.holding.Current()
	published := sideOf(s.holding.Active, current, s.parts.Target)
	used, late := 0, 0
	for _, u := range seen.usage {
		silent := u.Version == "" && u.Fingerprint == ""
		if silent && u.Problem != "" {
			s.missed(&Problem{Text: u.Consumer + " does not answer", Cause: u.Problem})
			late++ // it may use it
		}
		u.Problem = "" // a certificate that does not verify is served all the same
		switch {
		case silent:
		case published.uses(u):
			used++
		default:
			late++
			s.notTakenUp(u, current.Created)
		}
	}
	for _, session := range seen.sessions {
		if session.Slot == s.holding.Active {
			used++
		}
	}
	_, counts := s.parts.Target.(Census)
	if used+late > 0 || !s.parts.observable() || counts && !seen.counted {
		return
	}
	s.unused(current)
}

// notTakenUp reports a consumer that uses something else than what is published.
func (s *seeker) notTakenUp(u Usage, since time.Time) {
	end := LooseEnd{
		Kind: LooseServed, Slot: s.holding.Active, Version: s.holding.Current().ID, Since: since,
		Why: "it fails once what it uses is retired or expires",
	}
	if u.Version == "" {
		end.What = fmt.Sprintf("%s serves another certificate (%s) than the published one", u.Consumer, orUnnamed(u.Identity))
	} else {
		end.What = fmt.Sprintf("%s uses version %s, not the published %s", u.Consumer, u.Version, orNone(s.holding.Current().ID))
	}
	end.Ending = byHand("nothing can tell " + u.Consumer + " to: make it read its credential again, by a restart if need be")
	for _, consumer := range s.parts.Consumers {
		if consumer.Where() == u.Consumer && consumer.Reload(s.credential.ID).Apply != nil {
			s.work.reload = append(s.work.reload, consumer)
			end.Ending = tidying(s.credential.ID, "tell it to reload, and watch until it uses the published one")
		}
	}
	s.report(end)
}

func orUnnamed(identity string) string {
	if identity == "" {
		return "unnamed"
	}
	return identity
}

// unused reports a published version that nobody is seen using.
func (s *seeker) unused(current Version) {
	if current.Created.IsZero() || s.engine.Now().Sub(current.Created) < neverUsedAfter {
		return
	}
	end := LooseEnd{
		Kind: LooseUnused, Slot: s.holding.Active, Version: current.ID, Run: current.Run, Since: current.Created,
		What: s.who(s.holding.Active, current) + " is published, has no session, and no consumer reports it",
		Why:  "a credential that nobody needs is one more that can leak",
		Ending: byHand("find out who should use it; if nobody does, disable it at " + s.parts.Target.Where() +
			" and take it out of the inventory"),
	}
	if current.Run != "" {
		end.Kind = LooseNeverUsed
	}
	s.report(end)
}

// watched looks whether consumers serve the certificate that is in place, where
// rotadeck only watches it.
func (s *seeker) watched(ctx context.Context) {
	displayer, able := s.parts.Target.(Displayer)
	if !able || len(s.parts.Consumers) == 0 {
		return
	}
	limited, cancel := context.WithTimeout(ctx, s.credential.Policy.ProbeTimeout)
	defer cancel()
	fingerprint, err := displayer.Displayed(limited)
	if err != nil {
		s.missed(AsProblem(err))
		return
	}
	for _, u := range usageOf(limited, s.credential.Policy, s.parts.Consumers) {
		switch {
		case u.Problem != "" && u.Fingerprint == "":
			s.missed(&Problem{Text: u.Consumer + " does not answer", Cause: u.Problem})
		case u.Fingerprint != "" && u.Fingerprint != fingerprint:
			s.report(LooseEnd{
				Kind:   LooseServed,
				What:   fmt.Sprintf("%s serves another certificate (%s) than the one in %s", u.Consumer, orUnnamed(u.Identity), s.parts.Target.Where()),
				Why:    "it fails once what it serves expires",
				Ending: byHand("make " + u.Consumer + " read its certificate again, by a restart if need be"),
			})
		}
	}
}

// Late says that a consumer reports another version than the published one: what
// an observation tells of loose ends without looking further.
func (o Observation) Late() bool {
	for i := range o.Usage {
		if v := o.Usage[i].Version; v != "" && o.Version != "" && v != o.Version {
			return true
		}
	}
	return false
}
