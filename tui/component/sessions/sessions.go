// Package sessions puts live sessions together by who has them.
//
//	for _, g := range sessions.Group(users.Sessions) {
//		fmt.Println(g) // 3 × orders-api from 10.0.0.4
//	}
package sessions

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// Many is the sessions that one application has from one client at one
// endpoint. Their texts come from outside: whoever draws them cleans them.
type Many struct {
	Application, Client, Endpoint string
	Count                         int
	Oldest                        time.Time // zero: the target cannot tell
}

// Of lists the sessions of a slot.
func Of(all []engine.Session, slot engine.Slot) []engine.Session {
	return slices.DeleteFunc(slices.Clone(all), func(s engine.Session) bool { return s.Slot != slot })
}

// Group puts sessions together, the most first.
func Group(all []engine.Session) []Many {
	type key struct{ application, client, endpoint string }
	at := map[key]int{}
	var groups []Many
	for _, s := range all {
		k := key{s.Application, s.Client, s.Endpoint}
		i, found := at[k]
		if !found {
			i = len(groups)
			at[k], groups = i, append(groups, Many{Application: s.Application, Client: s.Client, Endpoint: s.Endpoint})
		}
		groups[i].add(s)
	}
	slices.SortFunc(groups, func(a, b Many) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Application, b.Application),
			cmp.Compare(a.Client, b.Client), cmp.Compare(a.Endpoint, b.Endpoint))
	})
	return groups
}

func (m *Many) add(s engine.Session) {
	m.Count++
	if !s.Since.IsZero() && (m.Oldest.IsZero() || s.Since.Before(m.Oldest)) {
		m.Oldest = s.Since
	}
}

// Scattered says whether sessions are at more than one endpoint, so that it must
// be said at which.
func Scattered(all []engine.Session) bool {
	return slices.ContainsFunc(all, func(s engine.Session) bool { return s.Endpoint != all[0].Endpoint })
}

// String is "3 × orders-api from 10.0.0.4 at db1:5432".
func (m Many) String() string {
	text := fmt.Sprintf("%d × %s", m.Count, cmp.Or(m.Application, "unnamed"))
	if m.Client != "" {
		text += " from " + m.Client
	}
	if m.Endpoint != "" {
		text += " at " + m.Endpoint
	}
	return text
}
