package plain_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestIdentification(t *testing.T) {
	t.Parallel()
	leak := engine.Leak{Credential: "orders-db", Version: "7f3c9a", Field: "password", Slot: engine.SlotA, Held: engine.HeldPublished}
	unread := []engine.Unread{{Credential: "partner-api", Problem: engine.Problem{Text: "vault cannot be reached", Hint: "restore it"}}}
	for name, c := range map[string]struct {
		found engine.Identification
		want  string
	}{
		"ours":     {engine.Identification{Leaks: []engine.Leak{leak}}, "ours: orders-db, password, version 7f3c9a, published in slot a\n"},
		"not ours": {engine.Identification{Compared: 12}, "not ours: compared with 12 versions that the stores hold and held\n"},
		"unread": {
			engine.Identification{Compared: 1, Unread: unread},
			"not found among 1 version, but 1 credential could not be read: it may be theirs\nunread: partner-api: vault cannot be reached\nhint: restore it\n",
		},
	} {
		var out bytes.Buffer
		if err := plain.WriteIdentification(&out, c.found); err != nil || out.String() != c.want {
			t.Errorf("%s: %v, %q, want %q", name, err, out.String(), c.want)
		}
	}
}

// incident is a scope and its board, with word wherever a text may come from
// outside.
func incident(word string) (engine.Scope, engine.Board) {
	barred := engine.NewProblem(nil, "", "it is only watched: %s", word)
	members := []engine.ScopeMember{
		{Suspect: engine.Suspect{Credential: "orders-db", Why: "leaked " + word}, Risk: engine.Risk{Accepted: engine.Accepted, Reasons: []string{"still accepted", word}}, Sessions: 12, Consumers: []string{word}},
		{Suspect: engine.Suspect{Credential: "billing-db", Why: "chosen"}, Sessions: -1, Unfinished: word},
		{Suspect: engine.Suspect{Credential: "partner-api", Why: "chosen"}, Barred: barred},
	}
	scope := engine.Scope{Members: members, Nearby: []engine.Neighbour{{Credential: word, Shares: []string{word}, With: []string{"orders-db"}}}}
	opened := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	board := engine.Board{ID: "20260301-093000-ab12cd34", Title: word, Operator: word, Opened: opened, Status: engine.StatusStopped}
	for i, m := range members {
		board.Members = append(board.Members, engine.Member{ScopeMember: m, State: []engine.MemberState{engine.MemberRevoked, engine.MemberProbing, engine.MemberByHand}[i]})
	}
	board.Members[0].Revoked, board.Members[0].Standing, board.Members[1].Standing = opened.Add(48*time.Second), engine.Refused, engine.Accepted
	return scope, board
}

func writeIncident(t *testing.T, word string) string {
	t.Helper()
	scope, board := incident(word)
	var out bytes.Buffer
	for _, err := range []error{
		plain.WriteScope(&out, scope, plain.Terms(board.Opened, time.Minute)),
		plain.WriteScope(&out, engine.Scope{}, plain.Terms(time.Time{}, 0)),
		plain.WriteBoard(&out, board),
		plain.WriteBoards(&out, []engine.Board{board}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

func TestIncidentInLines(t *testing.T) {
	t.Parallel()
	uitest.Golden(t, "incident", writeIncident(t, "payments"))
	safe(t, writeIncident(t, hostile))
	if lines := strings.Count(writeIncident(t, "payments"), "\n"); strings.Count(writeIncident(t, hostile), "\n") != lines {
		t.Error("a text makes lines of its own")
	}
}
