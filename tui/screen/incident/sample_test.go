package incident

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

const canary = "canary-leaked-secret"

func credential(id, env, owner, store string, tags ...string) engine.Credential {
	words := map[string]string{"production": "PROD", "staging": "STAGE"}
	return engine.Credential{
		ID: id, Kind: engine.KindDatabasePassword, Owner: owner, Tags: tags, StoreKey: id,
		Environment: engine.Environment{Name: env, Word: words[env], Protected: env == "production"},
		Policy:      engine.DefaultPolicy(engine.KindDatabasePassword),
		Target:      engine.Part{Name: id, Provider: "postgres"},
		Store:       engine.Part{Name: store, Provider: "file"},
	}
}

func inventory() []engine.Credential {
	return []engine.Credential{
		credential("orders-db", "production", "payments", "mounts", "tier-1", "pci"),
		credential("billing-db", "production", "payments", "mounts", "pci"),
		credential("search-db", "staging", "search", "mounts"),
		credential("partner-api", "production", "partners", "vault", "tier-1"),
		credential("reports-db", "staging", "reports", "vault"),
		credential("edge-certificate", "production", "platform", "cluster"),
	}
}

// newTestScreen is incident mode over the inventory, with credentials marked.
func newTestScreen(t testing.TB, marked ...string) *Screen {
	t.Helper()
	world := enginetest.NewWorld(t)
	c := uitest.Context(t.Context(), engine.New(engine.Config{
		Credentials: inventory(), Open: world.Open, Journal: world.Journal,
	}))
	return New(c, marked)
}

func leak() engine.Leak {
	return engine.Leak{Credential: "orders-db", Version: "7f3c9a", Field: "password", Slot: engine.SlotA, Held: engine.HeldPublished}
}

// sampleScope is what the engine might say of orders-db, billing-db and partner-api.
func sampleScope() engine.Scope {
	return engine.Scope{
		Members: []engine.ScopeMember{
			{
				Suspect:   engine.Suspect{Credential: "orders-db", Why: "leaked: password, version 7f3c9a, published in slot a", Version: "7f3c9a"},
				Risk:      engine.Risk{Accepted: engine.Accepted, Reasons: []string{"still accepted", "privileged", "in production", "reachable from the internet"}},
				Sessions:  12,
				Consumers: []string{"orders-api", "orders-worker"},
			},
			{
				Suspect:  engine.Suspect{Credential: "billing-db", Why: "chosen"},
				Risk:     engine.Risk{Accepted: engine.Accepted, Reasons: []string{"still accepted", "in production"}},
				Sessions: -1, Unfinished: "20260314-091500-ab12cd34", Consumers: []string{"billing"},
			},
			{
				Suspect: engine.Suspect{Credential: "partner-api", Why: "chosen"},
				Risk:    engine.Risk{Accepted: engine.Unreachable, Reasons: []string{"not known whether it is accepted", "in production"}},
				Barred:  engine.NewProblem(nil, "rotate it by hand: https://runbooks.example.com/partner-api", "partner-api is only watched: a certificate target cannot be rotated from here"),
			},
		},
		Nearby: []engine.Neighbour{
			{Credential: "search-db", Shares: []string{"store mounts", "PostgreSQL db1:5432"}, With: []string{"orders-db"}},
			{Credential: "reports-db", Shares: []string{"store vault"}, With: []string{"partner-api"}},
		},
	}
}

// only keeps of a scope those that are named.
func only(scope engine.Scope, ids ...string) engine.Scope {
	kept := engine.Scope{Nearby: scope.Nearby}
	for _, m := range scope.Members {
		for _, id := range ids {
			if m.Credential == id {
				kept.Members = append(kept.Members, m)
			}
		}
	}
	return kept
}

func press(s *Screen, keys ...string) (last tea.Cmd) {
	for _, key := range keys {
		last = s.Update(uitest.Key(key))
	}
	return last
}

func typeText(s *Screen, text string) {
	for _, msg := range uitest.Type(text) {
		s.Update(msg)
	}
}

// answer gives the screen a scope in place of the one that it has asked for.
func answer(s *Screen, scope engine.Scope) tea.Cmd {
	s.scoping.busy, s.scoping.again = true, false
	return s.Update(scoped{s, scope, nil})
}

func oldBoard() engine.Board {
	return engine.Board{
		ID: "20260310-101500-11aa22bb", Title: "billing-db leaked", Operator: "ann", Host: "ops-2",
		Opened: uitest.Now().Add(-4 * 24 * time.Hour), Status: engine.StatusStopped,
		Members: []engine.Member{{State: engine.MemberRevoked}, {State: engine.MemberStopped}},
	}
}
