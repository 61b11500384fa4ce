package query

import (
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

const day = 24 * time.Hour

func TestStore(t *testing.T) {
	t.Parallel()
	r := Row{Credential: engine.Credential{Store: engine.Part{Name: "mounts", Provider: "file"}}}
	for text, want := range map[string]bool{"store:mount": true, "store:file": true, "!store:vault": true, "store:vault": false, "age>0s": false} {
		if q, problem := Parse(text); problem != "" || q.Matches(r, time.Time{}) != want {
			t.Errorf("%s: problem %q, want %v", text, problem, want)
		}
	}
}
