package report_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/report"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// sampleAudit is an audit of n credentials.
func sampleAudit(n int) engine.Audit {
	const day = 24 * time.Hour
	var credentials []engine.Credential
	var observations []engine.Observation
	var runs []engine.Summary
	for i := range n {
		kind := engine.Kinds()[i%6]
		c := engine.Credential{
			ID: fmt.Sprintf("credential-%02d", i), Kind: kind, Owner: []string{"payments", "", "search"}[i%3],
			Environment: engine.Environment{Name: "production"}, Policy: engine.DefaultPolicy(kind), Tags: []string{"pci", "tier-1"}[:i%3%2+1],
		}
		o := engine.Observation{Credential: c.ID, At: uitest.Now(), Rotated: uitest.Now().Add(-time.Duration(i*i%53) * c.Policy.MaxAge / 40)}
		switch {
		case kind == engine.KindTLSCertificate:
			o.Expires = uitest.Now().Add(time.Duration(i*17%160-8) * day)
		case i == 4:
			o.Withheld = &engine.Withheld{Since: uitest.Now().Add(-3 * day), What: "refused at db1:5432"}
			o.Problems = []engine.Problem{{Text: "refused at db1:5432 3d ago; not tried again by itself"}}
		case i == 6:
			o.Rotated = time.Time{}
		}
		credentials, observations = append(credentials, c), append(observations, o)
		runs = append(runs, engine.Summary{Credential: c.ID, Status: engine.StatusDone, Ended: uitest.Now().Add(-time.Duration(60+i*7) * day)})
	}
	return engine.NewAudit(credentials, observations, runs, uitest.Now())
}

func TestAudit(t *testing.T) {
	t.Parallel()
	d := report.Audit(sampleAudit(14), "payments")
	_, page, _ := strings.Cut(html(t, d), "</style>")
	uitest.Golden(t, "audit-page", page)
	uitest.Golden(t, "audit-markdown", markdown(t, d))
	var csv strings.Builder
	heads, rows := report.AuditCSV(sampleAudit(14))
	if err := report.WriteCSV(&csv, heads, rows); err != nil {
		t.Fatal(err)
	}
	uitest.Golden(t, "audit-csv", csv.String())
	closed(t, html(t, d))
	closed(t, html(t, report.Audit(sampleAudit(0), "nothing")))
}

func TestAuditOfHostileNames(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := engine.Credential{ID: text, Kind: engine.Kind(text), Owner: "=" + text, Tags: []string{text}, Environment: engine.Environment{Name: text}}
			o := engine.Observation{Credential: text, At: uitest.Now(), Problems: []engine.Problem{{Text: text}}}
			a := engine.NewAudit([]engine.Credential{c}, []engine.Observation{o}, nil, uitest.Now())
			page := html(t, report.Audit(a, text))
			closed(t, page)
			uitest.Harmless(t, page)
			uitest.Harmless(t, markdown(t, report.Audit(a, text)))
			var csv strings.Builder
			heads, rows := report.AuditCSV(a)
			if err := report.WriteCSV(&csv, heads, rows); err != nil {
				t.Fatal(err)
			}
			uitest.Harmless(t, strings.ReplaceAll(csv.String(), "\r\n", "\n"))
			if !strings.Contains(csv.String(), ",'=") && !strings.Contains(csv.String(), `,"'=`) {
				t.Errorf("an owner that is a formula stays one:\n%s", csv.String())
			}
		})
	}
}
