package engine_test

import (
	"context"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// roster is a target on which some users are not there.
type roster struct {
	*enginetest.Target
	missing map[engine.Slot]string
}

func (r roster) Missing(context.Context) (map[engine.Slot]string, error) { return r.missing, nil }

// Before the first rotation there is nobody to compare with; that is not a
// difference. That the user in use is gone is one.
func TestParityOfAMissingUser(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		missing map[engine.Slot]string
		want    engine.Slot
	}{
		"nobody":   {nil, ""},
		"the next": {map[engine.Slot]string{engine.SlotB: "app_b"}, engine.SlotB},
		"in use":   {map[engine.Slot]string{engine.SlotA: "app_a"}, ""},
		"both":     {map[engine.Slot]string{engine.SlotA: "app_a", engine.SlotB: "app_b"}, ""},
	} {
		w := enginetest.NewWorld(t)
		w.Target.Differ(engine.Difference{Slot: engine.SlotA, What: "SELECT on t"})
		w.Adapt = func(p *engine.Parts) { p.Target = roster{w.Target, c.missing} }
		p, err := w.Engine().Parity(t.Context(), enginetest.ID)
		if err != nil || p.Missing != c.want || p.Even() || (len(p.Differences) == 0) != (c.want != "") || (p.Absence() == "") != (c.want == "") {
			t.Errorf("%s: %+v, %q, %v", name, p, p.Absence(), err)
		}
		if c.want != "" && p.Identities[c.want] != c.missing[c.want] {
			t.Errorf("%s: identities %v", name, p.Identities)
		}
	}
}
