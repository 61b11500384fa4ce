package incident

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// scoping is what the engine says of those that are chosen. It probes, so one
// question goes on at a time, and the last one counts.
type scoping struct {
	busy, again bool
	scope       engine.Scope
	err         error
	at          time.Time // of the answer
}

// countedFor is how long counts of sessions are good enough to be asked about.
const countedFor = 15 * time.Second

// scoped delivers a scope.
type scoped struct {
	screen *Screen
	scope  engine.Scope
	err    error
}

// rescope asks what the chosen ones come to.
func (s *Screen) rescope() tea.Cmd {
	switch {
	case s.scoping.busy:
		s.scoping.again = true
		return nil
	case s.chosen.empty():
		s.scoping = scoping{}
		return nil
	}
	s.scoping.busy, s.scoping.again = true, false
	suspects, ask := slices.Clone(s.chosen.suspects), s.context.Engine.Scope
	return s.context.Work(func(ctx context.Context) tea.Msg {
		scope, err := ask(ctx, suspects)
		return scoped{s, scope, err}
	})
}

func (s *Screen) take(msg scoped) tea.Cmd {
	s.scoping.busy = false
	if s.scoping.again {
		return s.rescope()
	}
	s.scoping.scope, s.scoping.err, s.scoping.at = msg.scope, msg.err, s.context.Now()
	s.order()
	if s.eager && msg.err == nil {
		return s.begin()
	}
	s.eager = false
	return nil
}

// row is one of the chosen, as it is shown.
type row struct {
	engine.ScopeMember
	probed bool // the engine has spoken of it
}

// order takes the chosen ones worst first; those that the engine has not spoken of
// yet come last.
func (s *Screen) order() {
	s.rows = make(map[string]row, len(s.chosen.suspects))
	ids := make([]string, 0, len(s.chosen.suspects))
	for _, m := range s.scoping.scope.Members {
		if s.chosen.has(m.Credential) {
			s.rows[m.Credential] = row{m, true}
			ids = append(ids, m.Credential)
		}
	}
	for _, suspect := range s.chosen.suspects {
		if _, known := s.rows[suspect.Credential]; !known {
			s.rows[suspect.Credential] = row{ScopeMember: engine.ScopeMember{Suspect: suspect, Sessions: -1}}
			ids = append(ids, suspect.Credential)
		}
	}
	s.scope.SetRows(ids)
	members := make([]engine.ScopeMember, 0, len(ids))
	for _, id := range ids {
		members = append(members, s.rows[id].ScopeMember)
	}
	s.cost = ui.CostOf(members)
	s.nearby, s.near = nil, map[string]engine.Neighbour{}
	for _, n := range s.scoping.scope.Nearby {
		if !s.chosen.has(n.Credential) {
			s.nearby = append(s.nearby, n)
			s.near[n.Credential] = n
		}
	}
	s.measure()
}

// opened follows the opening of an incident, whatever came of it.
type opened struct{ screen *Screen }

// begin tells the engine to open the incident, which asks before it changes
// anything. While it is not known yet what leaked, or what will be cut, it waits
// for that; what was counted long ago is counted again first.
func (s *Screen) begin() tea.Cmd {
	if s.found.asking || s.scoping.busy {
		s.eager = true
		return nil
	}
	if s.context.Now().Sub(s.scoping.at) > countedFor {
		s.eager = true
		return s.rescope()
	}
	s.eager, s.opening = false, true
	scope, o, open := s.scoping.scope, s.options(), s.context.Engine.OpenIncident
	respond := s.context.Respond(func(ctx context.Context, start ui.StartRun) (*engine.Incident, error) {
		o.Start = start
		return open(ctx, scope, o)
	})
	return func() tea.Msg {
		msg := respond()
		return tea.BatchMsg{ui.Send(msg), ui.Send(opened{s})}
	}
}

func (s *Screen) options() engine.IncidentOptions {
	return engine.IncidentOptions{Title: ui.IncidentTitle(s.chosen.suspects), Leaked: s.terms.leaked(s.context.Now()), Grace: s.terms.grace()}
}

// beginReason says why no incident can begin.
func (s *Screen) beginReason() string {
	switch {
	case s.context.ReadOnly:
		return "the console is read-only"
	case s.chosen.empty() && !s.found.asking:
		return "nothing is chosen: paste what leaked, or tab and choose"
	case s.opening:
		return "the incident is being opened"
	case s.scoping.err != nil && !s.scoping.busy:
		return "it is not known what would be cut: " + engine.AsProblem(s.scoping.err).Text
	}
	return ""
}
