package plain_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func auditOf(n int, name string) engine.Audit {
	var credentials []engine.Credential
	var observations []engine.Observation
	for i := range n {
		kind := engine.Kinds()[i%6]
		c := engine.Credential{ID: fmt.Sprint(name, i), Kind: kind, Owner: name, Policy: engine.DefaultPolicy(kind), Tags: []string{name}}
		o := engine.Observation{Credential: c.ID, At: uitest.Now(), Rotated: uitest.Now().Add(-time.Duration(i) * c.Policy.MaxAge / 5)}
		if i == 2 {
			o.Withheld = &engine.Withheld{Since: uitest.Now(), What: "refused at db1:5432"}
			o.Problems = []engine.Problem{{Text: "refused at db1:5432 0s ago; not tried again by itself"}}
		}
		credentials, observations = append(credentials, c), append(observations, o)
	}
	return engine.NewAudit(credentials, observations, nil, uitest.Now())
}

func TestAudit(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := plain.WriteAudit(&b, auditOf(7, "payments")); err != nil {
		t.Fatal(err)
	}
	uitest.Golden(t, "audit", b.String())
	for name, text := range uitest.Untrusted() {
		b.Reset()
		if err := plain.WriteAudit(&b, auditOf(2, text)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		uitest.Harmless(t, b.String())
	}
}
