package run

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rotadeck/rotadeck/engine"
)

// SessionGroup is how many sessions one application has from one client.
type SessionGroup struct {
	Application, Client string
	Count               int
}

// Group counts sessions by application and client, the most first.
func Group(sessions []engine.Session) []SessionGroup {
	var groups []SessionGroup
	for _, s := range sessions {
		same := func(g SessionGroup) bool { return g.Application == s.Application && g.Client == s.Client }
		i := slices.IndexFunc(groups, same)
		if i < 0 {
			i, groups = len(groups), append(groups, SessionGroup{Application: s.Application, Client: s.Client})
		}
		groups[i].Count++
	}
	slices.SortFunc(groups, func(a, b SessionGroup) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Application, b.Application), cmp.Compare(a.Client, b.Client))
	})
	return groups
}

// String is "3 × orders-api from 10.0.0.4".
func (g SessionGroup) String() string {
	application := g.Application
	if application == "" {
		application = "unnamed"
	}
	text := fmt.Sprintf("%d × %s", g.Count, application)
	if g.Client != "" {
		text += " from " + g.Client
	}
	return text
}
