package mysql_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

func wantFailed(t *testing.T, checks []engine.Check, want []string) {
	t.Helper()
	var failed []string
	for _, check := range checks {
		if !check.OK {
			failed = append(failed, check.Name)
			if check.Hint == "" || check.Detail == "" {
				t.Errorf("a failed check without hint or detail: %+v", check)
			}
		}
	}
	if strings.Join(failed, ", ") != strings.Join(want, ", ") {
		t.Errorf("failed checks %q; want %q: %+v", failed, want, checks)
	}
}
