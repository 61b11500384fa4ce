package endtoend

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// TestSignedCertificateIsWithdrawnThoughNeverRegistered rolls back between
// generate and create. Servers accept a certificate as soon as it is signed, so
// dropping it from the store is not enough.
func TestSignedCertificateIsWithdrawnThoughNeverRegistered(t *testing.T) {
	t.Parallel()
	d := newWorld(t, localcaTarget, "signed").open(t)
	defer d.close(t)
	run, err := d.engine.Rotate(t.Context(), id, engine.Options{Step: true})
	if err != nil {
		t.Fatal(err)
	}
	var signed engine.Material
	s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if q.Phase != engine.PhaseCreate {
			return enginetest.Yes(q)
		}
		_, h := d.parts(t, id)
		signed = h.Slots[h.Active.Other()].Material
		wantStanding(t, d, signed, engine.Accepted)
		return engine.ChoiceRollBack
	})
	if s.Status != engine.StatusRolledBack {
		t.Fatalf("%s: %v", s.Status, s.Problem)
	}
	wantStanding(t, d, signed, engine.Refused)
	checkOneWorks(t, d, id)
}

func wantStanding(t *testing.T, d deck, m engine.Material, want engine.Standing) {
	t.Helper()
	parts, _ := d.parts(t, id)
	proofs := parts.Target.Prove(t.Context(), m)
	if len(proofs) == 0 {
		t.Error("nobody was asked")
	}
	for _, p := range proofs {
		if p.Standing != want {
			t.Errorf("%s at %s, want %s: %s", p.Standing, p.Endpoint, want, p.Detail)
		}
	}
}
