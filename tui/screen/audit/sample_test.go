package audit

import (
	"fmt"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

const day = 24 * time.Hour

// sample is an inventory of n credentials, with what was seen of them.
func sample(n int) ([]engine.Credential, ui.Seen) {
	names := []string{"orders-db", "billing-db", "gateway-mtls", "mail-api-key", "ci-deployer", "backup-ssh", "archive-key", "受注データベース"}
	owners := []string{"payments", "team ops", "", "search"}
	environments := []string{"production", "staging", "development"}
	var credentials []engine.Credential
	var seen ui.Seen
	for i := range n {
		kind := engine.Kinds()[i*7%6]
		c := engine.Credential{
			ID: fmt.Sprintf("%s-%02d", names[i%len(names)], i), Kind: kind, Owner: owners[i%len(owners)], Policy: engine.DefaultPolicy(kind),
			Environment: engine.Environment{Name: environments[i%3], Word: "ENV", Protected: i%3 == 0},
		}
		if i%2 == 0 {
			c.Tags = []string{"pci", "tier-1"}
		}
		o := engine.Observation{
			Credential: c.ID, At: uitest.Now(),
			Rotated: uitest.Now().Add(-time.Duration(i*i%97) * c.Policy.MaxAge / 70),
			Proofs:  []engine.Proof{{Endpoint: "db:5432", Standing: engine.Accepted}},
		}
		switch {
		case kind == engine.KindTLSCertificate:
			o.Expires = uitest.Now().Add(time.Duration(i*11%200-9) * day)
		case i%9 == 5:
			o.Rotated = time.Time{}
		}
		credentials, seen.Observations = append(credentials, c), append(seen.Observations, o)
		seen.Runs = append(seen.Runs, engine.Summary{
			Run: fmt.Sprint("r", i), Credential: c.ID, Status: engine.StatusDone, Ended: earlier(o.Rotated).Add(-time.Duration(20+i*5%90) * day),
		})
	}
	return credentials, seen
}

// earlier is a moment, or now where there is none.
func earlier(at time.Time) time.Time {
	if at.IsZero() {
		return uitest.Now()
	}
	return at
}

// screenOf returns a screen that has added up a sample of n.
func screenOf(t testing.TB, n int) *Screen {
	credentials, seen := sample(n)
	return screenWith(t, credentials, seen)
}

func screenWith(t testing.TB, credentials []engine.Credential, seen ui.Seen) *Screen {
	t.Helper()
	world := enginetest.NewWorld(t)
	s := New(uitest.Context(t.Context(), engine.New(engine.Config{Credentials: credentials, Open: world.Open, Journal: world.Journal})))
	s.folder = t.TempDir()
	for _, msg := range uitest.Messages(s.Update(seen)) {
		s.Update(msg)
	}
	return s
}

func press(s *Screen, keys string) {
	for _, key := range uitest.Keys(keys) {
		s.Update(key)
	}
}

func column(id string) table.Column { return table.Column{ID: id, Width: 10} }
