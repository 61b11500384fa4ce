package plain_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func TestWriteParity(t *testing.T) {
	t.Parallel()
	p := engine.Parity{
		Credential: "orders-db", Active: engine.SlotA, Identities: map[engine.Slot]string{engine.SlotA: "orders"},
		Differences: []engine.Difference{
			{Slot: engine.SlotA, What: "SELECT on table t", Remedy: "GRANT SELECT;\nGRANT INSERT"},
			{Slot: engine.SlotB, What: "owns table u"},
			{What: "the owner role o", Remedy: "CREATE ROLE o"},
		},
	}
	var text strings.Builder
	if err := plain.WriteParity(&text, p); err != nil {
		t.Fatal(err)
	}
	const want = `parity of orders-db: 3 differences between orders (slot a), in use, and slot b
1. only slot a: SELECT on table t
  to even out: GRANT SELECT;
  to even out: GRANT INSERT
2. only slot b: owns table u
3. neither slot: the owner role o
  to even out: CREATE ROLE o
`
	if got := text.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	text.Reset()
	p.Differences[0].What, p.Differences[1].Remedy = hostile, hostile
	if err := plain.WriteParity(&text, p); err != nil {
		t.Fatal(err)
	}
	safe(t, text.String())
	text.Reset()
	p.Missing, p.Identities[engine.SlotB] = engine.SlotB, "orders_b"
	const absent = "parity of orders-db: orders_b (slot b) does not exist yet: a rotation, or rotadeck adopt orders-db, makes it\n"
	if err := plain.WriteParity(&text, engine.Parity{Credential: p.Credential, Identities: p.Identities, Missing: p.Missing}); err != nil || text.String() != absent {
		t.Errorf("%s, %v", text.String(), err)
	}
	text.Reset()
	p.Missing, p.Differences = "", nil
	if err := plain.WriteParity(&text, p); err != nil || !strings.Contains(text.String(), "have the same rights") {
		t.Errorf("%s, %v", text.String(), err)
	}
}
