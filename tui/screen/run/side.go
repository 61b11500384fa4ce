package run

import (
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// Side is one of the two credentials of a run, with what was last proven of it.
type Side struct {
	Slot     engine.Slot
	Version  string
	Identity string
	Proofs   []engine.Proof // the last one of each endpoint
	ProvenAt time.Time
	Wanted   engine.Standing // how the last proof was to be received
}

// Standing sums the last proofs up: refused if any endpoint refused,
// unreachable if any could not be asked, "" when nothing was proven yet.
func (s Side) Standing() engine.Standing {
	return engine.Observation{Proofs: s.Proofs}.Login()
}

// Count is the number of endpoints with that standing.
func (s Side) Count(standing engine.Standing) int {
	n := 0
	for _, p := range s.Proofs {
		if p.Standing == standing {
			n++
		}
	}
	return n
}

func (s *Side) rename(slot engine.Slot, version, identity string) {
	s.Slot, s.Version, s.Identity = slot, version, identity
}

func (s *Side) prove(p engine.Proof, at time.Time, wanted engine.Standing) {
	s.ProvenAt, s.Wanted = at, wanted
	for i := range s.Proofs {
		if s.Proofs[i].Endpoint == p.Endpoint {
			s.Proofs[i] = p
			return
		}
	}
	s.Proofs = append(s.Proofs, p)
}
