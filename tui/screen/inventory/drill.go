package inventory

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// drill narrows the list down to what another screen asks for, and remembers the
// way back there.
func (s *Screen) drill(msg ui.OpenInventory) {
	s.detailed, s.origin = false, msg.Return
	s.filter.Set(msg.Query)
	s.narrow()
}

// leave goes back to where the query came from, if it came from anywhere.
func (s *Screen) leave() tea.Cmd {
	origin := s.origin
	s.origin = nil
	if origin == nil {
		return nil
	}
	return ui.Send(origin)
}

// report is what was seen so far.
func (r *rows) report() ui.Seen {
	seen := make([]engine.Observation, 0, len(r.ids))
	for _, id := range r.ids {
		if o := r.byID[id].seen; !o.At.IsZero() {
			seen = append(seen, o)
		}
	}
	return ui.Seen{Observations: seen, Runs: r.runs}
}
