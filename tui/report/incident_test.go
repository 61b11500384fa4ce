package report_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/report"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// incident is one of four credentials, with word wherever a text may come from
// outside.
func incident(word string) engine.IncidentReport {
	opened := uitest.Now().Add(-10 * time.Minute)
	member := func(id string, state engine.MemberState, after time.Duration) engine.Member {
		m := engine.Member{State: state, Run: "run-" + id}
		m.Credential, m.Why, m.Risk.Reasons, m.Sessions, m.Consumers = id, "leaked: "+word, []string{"still accepted", word}, 3, []string{word}
		if after > 0 {
			m.Cut = 3
			m.Revoked, m.Standing = opened.Add(after), engine.Refused
			m.Proofs = []engine.Proof{{Endpoint: "db1:5432 " + word, Standing: engine.Refused}}
		}
		return m
	}
	failed := member("search-db", engine.MemberFailed, 0)
	failed.Problem = engine.NewProblem(nil, "restore it "+word, "it cannot be reached: %s", word)
	hand := member("partner-api", engine.MemberByHand, 0)
	hand.Barred = engine.NewProblem(nil, "rotate it by hand", "it is only watched: %s", word)
	return engine.IncidentReport{
		Board: engine.Board{
			ID: "20260314-091653-ab12cd34", Title: word, Operator: "sam " + word, Host: "ops-1",
			Leaked: opened.Add(-time.Hour), Opened: opened, Ended: uitest.Now(), Status: engine.StatusStopped, Grace: time.Minute,
			Members: []engine.Member{
				member("orders-db", engine.MemberRevoked, 48*time.Second), member("billing-db", engine.MemberRevoked, 62*time.Second), failed, hand,
			},
			Nearby: []engine.Neighbour{{Credential: "audit-db " + word, Shares: []string{word}, With: []string{"orders-db"}}},
		},
		Timeline: []engine.ReportLine{
			{At: opened, Text: "opened: " + word},
			{At: opened.Add(time.Second), Credential: "orders-db", Kind: engine.EventProof, Run: "run-orders-db", Text: "preflight " + word},
			{At: opened.Add(48 * time.Second), Credential: "orders-db", Text: "refused at " + word},
		},
	}
}

func TestIncident(t *testing.T) {
	t.Parallel()
	d := report.Incident(incident("orders-db leaked"))
	page := html(t, d)
	closed(t, page)
	_, page, _ = strings.Cut(page, "</style>")
	uitest.Golden(t, "incident-page", page)
	uitest.Golden(t, "incident-markdown", markdown(t, d))
	closed(t, html(t, report.Incident(engine.IncidentReport{})))
}

func TestIncidentSaysHowItEnded(t *testing.T) {
	t.Parallel()
	ended := func(status engine.Status, states ...engine.MemberState) string {
		r := incident("sam")
		r.Board.Status, r.Board.Members = status, r.Board.Members[:len(states)]
		for i := range states {
			m := &r.Board.Members[i]
			m.State, m.Problem = states[i], nil
			if states[i] == engine.MemberTicked {
				m.Revoked, m.Ticked, m.By, m.Text = time.Time{}, r.Board.Opened.Add(90*time.Second), "sam", "at their portal"
			}
		}
		return markdown(t, report.Incident(r))
	}
	for _, c := range [][2]string{
		{ended(engine.StatusDone, engine.MemberRevoked), "The one credential is revoked, 1h10m after the leak"},
		{ended(engine.StatusDone, engine.MemberTicked), "The one credential is revoked by hand, 1h10m"},
		{ended(engine.StatusDone, engine.MemberRevoked, engine.MemberRevoked), "All 2 credentials are revoked, the last one"},
		{ended(engine.StatusDone, engine.MemberRevoked, engine.MemberTicked), "All 2 credentials are revoked, 1 of them by hand"},
		{ended(engine.StatusDone, engine.MemberRevoked, engine.MemberTicked), "✓ done by hand 1m30s after the incident was opened, says sam: at their portal"},
		{ended(engine.StatusRolledBack, engine.MemberStopped), "↺ declined"},
		{ended(engine.StatusStopped, engine.MemberTicked, engine.MemberFailed), "0 of 2 revoked, 1 by hand; 1 not"},
	} {
		if text, want := c[0], c[1]; !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestIncidentTakesNoTextForMarkup(t *testing.T) {
	t.Parallel()
	tags := func(page string) int { return len(regexp.MustCompile(`<[a-z/!][^>]*>`).FindAllString(page, -1)) }
	want := tags(html(t, report.Incident(incident("harmless"))))
	hostile := uitest.Untrusted()
	hostile["script"], hostile["attribute"] = `payload<script>alert(1)</script>`, `payload" onload="alert(1)`
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := report.Incident(incident(text))
			page := html(t, d)
			if got := tags(page); got != want {
				t.Errorf("%d tags, want %d", got, want)
			}
			closed(t, page)
			uitest.Harmless(t, page)
			uitest.Harmless(t, markdown(t, d))
		})
	}
}
