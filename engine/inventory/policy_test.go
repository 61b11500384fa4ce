package inventory_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine"
)

const day = 24 * time.Hour

// policyOf returns the policy of one credential of a kind in staging, with
// lines added to the inventory.
func policyOf(t *testing.T, kind engine.Kind, lines string) engine.Policy {
	t.Helper()
	inv := parse(t, lines+fmt.Sprintf("\n[environments.staging]\n[[credentials]]\nid = \"a\"\nkind = %q\nenvironment = \"staging\"\ntarget.provider = \"manual\"\n", kind))
	return inv.Credentials[0].Policy
}

func TestPolicyOfASilentInventory(t *testing.T) {
	t.Parallel()
	for _, kind := range engine.Kinds() {
		if diff := cmp.Diff(engine.DefaultPolicy(kind), policyOf(t, kind, "")); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", kind, diff)
		}
		// Naming the default age must derive the default warnings.
		age := engine.DefaultPolicy(kind).MaxAge
		if diff := cmp.Diff(engine.DefaultPolicy(kind), policyOf(t, kind, fmt.Sprintf("defaults.policy.max_age = %q", age))); diff != "" {
			t.Errorf("%s with its age spelt out differs (-want +got):\n%s", kind, diff)
		}
	}
}

func TestPolicyPrecedence(t *testing.T) {
	t.Parallel()
	layers := []string{
		"[defaults.policy]\nquiet = \"1s\"\n",
		"[policy.api-key]\nquiet = \"2s\"\n",
		"[environments.staging.policy]\nquiet = \"3s\"\n",
		"[credentials.policy]\nquiet = \"4s\"\n",
	}
	credential := "[environments.staging]\n[[credentials]]\nid = \"a\"\nkind = \"api-key\"\nenvironment = \"staging\"\ntarget.provider = \"manual\"\n"
	for present := range 1 << len(layers) {
		before, after, want := "", "", engine.DefaultPolicy(engine.KindAPIKey).Quiet
		for i, layer := range layers {
			if present&(1<<i) == 0 {
				continue
			}
			want = time.Duration(i+1) * time.Second
			if i == len(layers)-1 {
				after = layer
			} else {
				before += layer
			}
		}
		if got := parse(t, before+credential+after).Credentials[0].Policy.Quiet; got != want {
			t.Errorf("quiet is %s, want %s in\n%s%s%s", got, want, before, credential, after)
		}
	}
}

func TestPolicyWarningsFollowAge(t *testing.T) {
	t.Parallel()
	const key, certificate = engine.KindAPIKey, engine.KindTLSCertificate
	tests := map[string]struct {
		kind             engine.Kind
		lines            string
		age, warn, alert time.Duration
	}{
		"derived":                  {key, `defaults.policy.max_age = "60d"`, 60 * day, 10 * day, 5 * day},
		"warn given":               {key, `defaults.policy = { max_age = "60d", warn_before = "20d" }`, 60 * day, 20 * day, 5 * day},
		"alert given":              {key, `defaults.policy = { max_age = "60d", alert_before = "1d" }`, 60 * day, 10 * day, day},
		"warn alone":               {key, `defaults.policy.warn_before = "20d"`, 90 * day, 20 * day, 180 * time.Hour},
		"age above a warning":      {key, "defaults.policy.warn_before = \"20d\"\npolicy.api-key.max_age = \"6d\"", 6 * day, day, 12 * time.Hour},
		"warning above an age":     {key, "defaults.policy.max_age = \"60d\"\npolicy.api-key.warn_before = \"6d\"", 60 * day, 6 * day, 5 * day},
		"age not judged":           {key, `defaults.policy.max_age = "0"`, 0, 0, 0},
		"long-lived certificate":   {certificate, `defaults.policy.max_age = "365d"`, 365 * day, 15 * day, 14 * day},
		"short-lived certificate":  {certificate, `defaults.policy.max_age = "9d"`, 9 * day, 36 * time.Hour, 36 * time.Hour / 15 * 14},
		"certificate's age unused": {certificate, `defaults.policy.max_age = "0"`, 0, 15 * day, 14 * day},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := policyOf(t, test.kind, test.lines)
			if p.MaxAge != test.age || p.WarnBefore != test.warn || p.AlertBefore != test.alert {
				t.Errorf("got %s, %s, %s; want %s, %s, %s", p.MaxAge, p.WarnBefore, p.AlertBefore, test.age, test.warn, test.alert)
			}
		})
	}
}
