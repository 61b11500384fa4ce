package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
)

// ShowIncident makes a command that opens the board of an incident: the live one, if
// it is carried out here.
func (c *Context) ShowIncident(b engine.Board) tea.Cmd {
	for _, i := range c.Incidents() {
		if i.ID() == b.ID {
			return Send(OpenIncidentBoard{Incident: i})
		}
	}
	return Send(OpenIncidentBoard{Record: b})
}

// ResumeIncident makes a command that goes on with an incident.
func (c *Context) ResumeIncident(id string) tea.Cmd {
	return c.Respond(func(ctx context.Context, start StartRun) (*engine.Incident, error) {
		return c.Engine.ResumeIncident(ctx, id, engine.IncidentOptions{Start: start})
	})
}

// Unrevoked lists the incidents that are stopped and that nobody carries on here:
// someone has to resume them.
func (c *Context) Unrevoked(boards []engine.Board) []engine.Board {
	here := c.Incidents()
	return slices.DeleteFunc(slices.Clone(boards), func(b engine.Board) bool {
		return b.Status != engine.StatusStopped ||
			slices.ContainsFunc(here, func(i *engine.Incident) bool { return i.ID() == b.ID })
	})
}

// Revoked counts how far an incident has come: "3 of 5 revoked", or "4 revoked, 1
// by hand" when nothing is left.
func Revoked(b engine.Board) string {
	revoked, ticked := b.Count(engine.MemberRevoked), b.Count(engine.MemberTicked)
	text := fmt.Sprintf("%d of %d revoked", revoked, len(b.Members))
	if ticked > 0 && b.Left() == 0 {
		text = fmt.Sprintf("%d revoked", revoked)
	}
	if ticked > 0 {
		text += fmt.Sprintf(", %d by hand", ticked)
	}
	return text
}

// IncidentStatus words the status of an incident: one that was declined has never
// begun, and is not called rolled back.
func IncidentStatus(s engine.Status) string {
	if s == engine.StatusRolledBack {
		return "declined"
	}
	return string(s)
}

// Lingering is what is true of a revoked credential whose sessions nobody can end.
const Lingering = "sessions that began with it may go on"

// Leak names what leaked: "password, version v-first, published in slot a".
func Leak(l engine.Leak) string {
	text := l.Field
	if l.Version != "" {
		text += ", version " + l.Version
	}
	text += ", " + string(l.Held)
	if l.Slot != "" {
		text += " in slot " + string(l.Slot)
	}
	return Clean(text)
}

// IncidentLine words an event of an incident, for lists of what happened.
func IncidentLine(e engine.Event) string {
	text := e.Text
	switch {
	case e.Request != nil:
		text = "asked: " + e.Request.Title
	case e.Answer != nil:
		text = "answered: " + string(e.Answer.Choice)
		if e.Answer.By != "" {
			text += " by " + e.Answer.By
		}
	case e.Type == engine.EventRunStarted && e.Incident != nil:
		text = "incident " + e.Run + " opened: " + e.Incident.Title
	case e.Type == engine.EventProof && e.Proof != nil && e.Member != nil:
		text = fmt.Sprintf("%s: still accepted? %s at %s", e.Member.Credential, e.Proof.Standing, e.Proof.Endpoint)
	case e.Member != nil:
		text = e.Member.Credential + ": " + memberWords(e)
	case text == "":
		text = string(e.Type)
	}
	if e.Problem != nil {
		text += ": " + e.Problem.Error()
	}
	return Clean(text)
}

// memberWords say how a member stands now. One that is retired and not refused
// everywhere yet is still accepted: "probing" would alarm nobody.
func memberWords(e engine.Event) string {
	words := string(e.Member.State)
	if e.Member.State == engine.MemberProbing {
		words = "STILL ACCEPTED"
	}
	if e.Member.Lingers {
		words += "; " + Lingering
	}
	if e.Member.By != "" {
		words += ", says " + e.Member.By
	}
	if e.Member.Cut > 0 {
		words += ", " + Plural(e.Member.Cut, "session") + " cut"
	}
	if e.Text != "" {
		words += ", " + e.Text
	}
	return strings.TrimPrefix(words, ", ")
}

// Suspects are the credentials that a secret is of. Two leaked versions of one are
// all of its versions.
func Suspects(leaks []engine.Leak) []engine.Suspect {
	var suspects []engine.Suspect
	for _, l := range leaks {
		s := engine.Suspect{Credential: l.Credential, Version: l.Version, Why: "leaked: " + Leak(l)}
		at := slices.IndexFunc(suspects, func(other engine.Suspect) bool { return other.Credential == l.Credential })
		if at < 0 {
			suspects = append(suspects, s)
			continue
		}
		suspects[at] = Joined(suspects[at], s)
	}
	return suspects
}

// Joined is one suspect of two for the same credential: the version that leaked
// says more than a choice by hand, and two versions that did are all.
func Joined(known, more engine.Suspect) engine.Suspect {
	switch {
	case more.Version == "" || known.Version == more.Version:
	case known.Version == "":
		return more
	default:
		known.Version, known.Why = "", known.Why+"; "+more.Why
	}
	return known
}

// Sharing words why a credential is near: "shares store mounts with orders-db".
func Sharing(n engine.Neighbour) string {
	text := "shares " + strings.Join(n.Shares, ", ")
	if len(n.With) > 0 {
		text += " with " + strings.Join(n.With, ", ")
	}
	return text
}

// IncidentTitle names an incident by what leaked.
func IncidentTitle(chosen []engine.Suspect) string {
	title := chosen[0].Credential + " leaked"
	if more := len(chosen) - 1; more > 0 {
		title = fmt.Sprintf("%s and %d more leaked", chosen[0].Credential, more)
	}
	return title
}

// Cost is what revoking credentials will do beside that.
type Cost struct {
	Sessions  int      // that will be cut
	Uncounted int      // credentials whose sessions cannot be counted
	ByHand    int      // credentials that are left to people
	Told      []string // consumers, each once
}

// CostOf adds up what revoking members will cost.
func CostOf(members []engine.ScopeMember) Cost {
	var c Cost
	for _, m := range members {
		switch {
		case m.Barred != nil:
			c.ByHand++
			continue
		case m.Sessions < 0:
			c.Uncounted++
		default:
			c.Sessions += m.Sessions
		}
		c.Told = append(c.Told, m.Consumers...)
	}
	slices.Sort(c.Told)
	c.Told = slices.Compact(c.Told)
	return c
}

// Cut words what will be cut: "at most 12 sessions will be cut; those of 1
// credential cannot be counted". Some may end by themselves before.
func (c Cost) Cut() string {
	uncounted := Plural(c.Uncounted, "credential") + " cannot be counted"
	switch {
	case c.Sessions == 0 && c.Uncounted > 0:
		return "sessions of " + uncounted
	case c.Sessions == 0:
		return "no session will be cut"
	}
	text := "at most " + Plural(c.Sessions, "session") + " will be cut"
	if c.Uncounted > 0 {
		text += "; those of " + uncounted
	}
	return text
}

// Problems are what stands in the way of a member, each once.
func Problems(m engine.Member) []engine.Problem {
	var problems []engine.Problem
	for _, p := range []*engine.Problem{m.Barred, m.Problem} {
		if p != nil && !slices.ContainsFunc(problems, func(other engine.Problem) bool { return other.Text == p.Text }) {
			problems = append(problems, *p)
		}
	}
	return problems
}
