package inventory_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine/inventory"
)

// update rewrites the expected messages: go test ./engine/inventory -update.
var update = flag.Bool("update", false, "rewrite testdata/inventory/bad/*.want")

// canary stands for a secret that someone wrote into an inventory. The bad
// inventories have it in many places, and no message may repeat it.
const canary = "hunter2"

func TestBadInventories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/inventory/bad/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no bad inventories found: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".toml"), func(t *testing.T) {
			t.Parallel()
			got := messages(t, file)
			if strings.Contains(got, canary) {
				t.Errorf("a message repeats a secret:\n%s", got)
			}
			want := strings.TrimSuffix(file, ".toml") + ".want"
			if *update {
				if err := os.WriteFile(want, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			expected, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(expected), got); diff != "" {
				t.Errorf("messages differ (-want +got):\n%s", diff)
			}
		})
	}
}

func messages(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, err = inventory.Parse(filepath.Base(file), text, "/etc/rotadeck", providers())
	var errs inventory.Errors
	if !errors.As(err, &errs) {
		t.Fatalf("Parse returned %v, want Errors", err)
	}
	return errs.Error() + "\n"
}
