package manual_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/targets/manual"
)

func TestManual(t *testing.T) {
	t.Parallel()
	for instructions, want := range map[string]string{"": "by hand", "see the wiki": "by hand: see the wiki"} {
		target, err := manual.New(engine.Part{Settings: engine.Settings{"instructions": instructions}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := target.Where(); got != want {
			t.Errorf("Where() = %q; want %q", got, want)
		}
		if proofs := target.Prove(t.Context(), nil); len(proofs) > 0 {
			t.Errorf("claims to have proven %+v", proofs)
		}
	}
	var target engine.Target = new(manual.Target)
	if _, able := target.(engine.Rotatable); able {
		t.Error("claims that rotadeck can rotate it")
	}
}
