package run

import (
	"strings"
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

func (s *Side) prove(p engine.Proof, at time.Time) {
	s.ProvenAt = at
	for i := range s.Proofs {
		if s.Proofs[i].Endpoint == p.Endpoint {
			s.Proofs[i] = p
			return
		}
	}
	s.Proofs = append(s.Proofs, p)
}

// side finds whom a proof is about; nil for a negative control, which shows a
// wrong credential and so says nothing about either. A refused login often has
// no identity, so the engine's words decide before the identity does.
func (m *Model) side(e engine.Event) *Side {
	if e.Proof == nil {
		return nil
	}
	text := strings.ToLower(e.Text)
	switch id := e.Proof.Identity; {
	case strings.Contains(text, "wrong"):
		return nil
	case strings.Contains(text, "the old"):
		return &m.Old
	case strings.Contains(text, "the new"):
		return &m.New
	case id == "" || m.Old.Identity == m.New.Identity:
		return nil
	case id == m.New.Identity:
		return &m.New
	case id == m.Old.Identity:
		return &m.Old
	}
	return nil
}
