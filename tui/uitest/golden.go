package uitest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Golden compares the text of a frame, styles stripped and trailing spaces
// cut, with testdata/<name>.golden.
func Golden(t *testing.T, name, frame string) {
	t.Helper()
	File(t, filepath.Join("testdata", name+".golden"), Text(frame))
}

// File compares a text with a file, which -update writes anew.
func File(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run this package's tests with -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

// Text is a frame as a person reads it: no styles, no trailing spaces.
func Text(frame string) string {
	var b strings.Builder
	for line := range strings.Lines(ansi.Strip(frame)) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return b.String()
}
