package inventory

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/tui/component/query"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestQuery(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	cases := map[string]string{ // query → what passes, in order of names
		"db":                        "billing-db orders-db orders-db-replica reports-db search-db",
		"ORDERS":                    "orders-db orders-db-replica",
		"expires<14d":               "ci-deployer gateway-mtls partner-api-client-certificate",
		"expires>2w":                "edge-certificate",
		"expires<14d expires>1d":    "gateway-mtls",
		"age>93d":                   "archive-key backup-ssh orders-db-replica",
		"age<36h":                   "ci-deployer",
		"env:prod kind:tls":         "gateway-mtls partner-api-client-certificate",
		"env:DEV":                   "reports-db search-db",
		"verdict:overdue":           "orders-db-replica",
		"!verdict:ok !env:prod":     "ci-deployer search-db",
		"!age>5d":                   "ci-deployer edge-certificate search-db",
		"owner:payments tag:pci db": "billing-db orders-db orders-db-replica reports-db search-db",
		"owner:nobody":              "",
		"name:ssh":                  "backup-ssh",
		"target:postgres !db !tls":  "archive-key backup-ssh ci-deployer sendgrid",
	}
	for text, want := range cases {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			q, problem := query.Parse(text)
			if problem != "" {
				t.Fatalf("problem %q", problem)
			}
			got := s.rows.arrange(q, byName, uitest.Now())
			if strings.Join(got, " ") != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestQueryProblems(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	for text, part := range map[string]string{
		"expires<":     "expires< wants a duration such as 14d",
		"age>tomorrow": "duration such as 14d",
		"age>-3d":      "duration such as 14d",
		"colour:red":   "no field colour",
		"name<3d":      "only age, life, expires",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			q, problem := query.Parse("db " + text)
			if !strings.Contains(problem, part) {
				t.Errorf("problem %q, want %q in it", problem, part)
			}
			if got := len(s.rows.arrange(q, byName, uitest.Now())); got != 0 {
				t.Errorf("a query that is not understood lets %d through", got)
			}
		})
	}
}

func TestQueryNeverPanicsAndNegationIsTheRest(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	rapid.Check(t, func(r *rapid.T) {
		word := rapid.StringMatching(`[a-z:<>!0-9]{1,12}`).Draw(r, "word")
		q, problem := query.Parse(word)
		negated, _ := query.Parse("!" + word)
		if problem != "" || len(q) != 1 || len(negated) != 1 {
			return
		}
		all := append(s.rows.arrange(q, byName, uitest.Now()), s.rows.arrange(negated, byName, uitest.Now())...)
		slices.Sort(all)
		if len(slices.Compact(all)) != len(dozen()) {
			r.Fatalf("%q and its opposite let %d of %d through", word, len(all), len(dozen()))
		}
	})
}
