package run

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// TestAFloodOfLinesIsBounded writes more lines than are kept: memory does not
// grow on, the view of a paused reader stands still as long as its lines are
// kept, and who saves the log is told what it lacks.
func TestAFloodOfLinesIsBounded(t *testing.T) {
	t.Parallel()
	s, _ := screenOf(t, scenes()["verifying"])
	pour := func(from, to int) {
		events := make([]engine.Event, 0, to-from)
		for i := from; i < to; i++ {
			events = append(events, engine.Event{Type: engine.EventNote, At: zero, Text: fmt.Sprintf("line %d", i)})
		}
		s.receive(batch{to: s, events: events, ended: true})
	}
	const before, all = mostLines - 1000, 5 * mostLines
	pour(0, before)
	s.View(100, 30)
	s.Update(uitest.Key("up"))
	paused := uitest.Text(s.log.View(s.ctx.Theme, 100, 10))
	pour(before, mostLines+1000)
	held := uitest.Text(s.log.View(s.ctx.Theme, 100, 10))
	if body := func(text string) string { return text[:strings.LastIndex(strings.TrimRight(text, "\n"), "\n")] }; body(held) != body(paused) {
		t.Errorf("a paused view moved from\n%s\nto\n%s", paused, held)
	}
	s.Update(uitest.Key("end"))
	pour(mostLines+1000, all)
	if n := len(s.model.Lines); n > mostLines*5/4 || n+s.model.Dropped < all {
		t.Errorf("%d lines are kept and %d dropped of %d", n, s.model.Dropped, all)
	}
	if got := uitest.Text(s.log.View(s.ctx.Theme, 100, 10)); !strings.Contains(got, fmt.Sprintf("line %d\n", all-1)) {
		t.Errorf("the newest line is not in view:\n%s", got)
	}
	s.folder = t.TempDir()
	press(s, "w")
	files, err := filepath.Glob(filepath.Join(s.folder, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files are %v, %v; want one", files, err)
	}
	saved, err := os.ReadFile(files[0])
	if want := fmt.Sprintf("(%d lines before these are in the journal alone", s.model.Dropped); err != nil || !strings.HasPrefix(string(saved), want) {
		t.Errorf("the saved log begins with %.200s, %v", saved, err)
	}
}
