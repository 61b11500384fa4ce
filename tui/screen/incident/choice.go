package incident

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/query"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// choice is what may have leaked, in the order in which that was said.
type choice struct {
	suspects []engine.Suspect
	place    map[string]int // in suspects, by credential
}

func (c *choice) empty() bool { return len(c.suspects) == 0 }

func (c *choice) has(id string) bool {
	_, found := c.place[id]
	return found
}

// add takes a suspect in. Of one that is there already, the version that leaked
// says more than a choice by hand; two versions that did are all.
func (c *choice) add(s engine.Suspect) {
	at, found := c.place[s.Credential]
	if !found {
		if c.place == nil {
			c.place = map[string]int{}
		}
		c.place[s.Credential] = len(c.suspects)
		c.suspects = append(c.suspects, s)
		return
	}
	c.suspects[at] = ui.Joined(c.suspects[at], s)
}

func (c *choice) remove(id string) {
	c.suspects = slices.DeleteFunc(c.suspects, func(s engine.Suspect) bool { return s.Credential == id })
	clear(c.place)
	for i, s := range c.suspects {
		c.place[s.Credential] = i
	}
}

func byName(credentials []engine.Credential) []engine.Credential {
	slices.SortFunc(credentials, func(a, b engine.Credential) int { return cmp.Compare(a.ID, b.ID) })
	return credentials
}

// toggle chooses the selected row, or leaves it out, and goes on to the next.
func (s *Screen) toggle(t *table.Table) tea.Cmd {
	id := t.Selected()
	if s.chosen.has(id) {
		s.chosen.remove(id)
	} else {
		s.chosen.add(engine.Suspect{Credential: id, Why: "chosen"})
	}
	if t == s.list {
		t.Move(1)
	}
	return s.rechosen()
}

// chooseAll chooses every row that the filter lets through.
func (s *Screen) chooseAll() tea.Cmd {
	for _, id := range s.passing() {
		s.chosen.add(engine.Suspect{Credential: id, Why: "chosen by " + strings.TrimSpace(s.filter.Text())})
	}
	return s.rechosen()
}

// toggleNearby chooses what shares something with those that are chosen, or leaves
// out again what it chose so.
func (s *Screen) toggleNearby() tea.Cmd {
	if added := s.addedNear(); len(added) > 0 {
		for _, id := range added {
			s.chosen.remove(id)
		}
		s.added = nil
		return s.rechosen()
	}
	s.added = map[string]string{}
	for _, n := range s.nearby {
		s.added[n.Credential] = ui.Sharing(n)
		s.chosen.add(engine.Suspect{Credential: n.Credential, Why: s.added[n.Credential]})
	}
	return s.rechosen()
}

// addedNear lists what is chosen for being near alone.
func (s *Screen) addedNear() []string {
	var ids []string
	for _, suspect := range s.chosen.suspects {
		if why, added := s.added[suspect.Credential]; added && suspect.Why == why {
			ids = append(ids, suspect.Credential)
		}
	}
	return ids
}

// rechosen follows a change of what is chosen.
func (s *Screen) rechosen() tea.Cmd {
	s.eager = false
	if s.chosen.empty() && s.focus == onScope {
		s.focus = onList
	}
	s.order()
	return s.rescope()
}

// narrow applies the filter's text.
func (s *Screen) narrow() {
	s.query, s.problem = query.Parse(s.filter.Text())
	s.arrange()
}

func (s *Screen) arrange() {
	s.list.SetRows(s.passing())
	s.measure()
}

// passing lists what the filter lets through.
func (s *Screen) passing() []string {
	now := s.context.Now()
	var ids []string
	for _, c := range s.credentials {
		if s.query.Matches(query.Row{Credential: c}, now) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}
