package plain_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

// On a terminal, what has no room beside each other stands below; elsewhere, lines
// are whole.
func TestTablesFitTheTerminal(t *testing.T) {
	t.Parallel()
	opened := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	boards := []engine.Board{
		{ID: "20260301-093000-0badcafe", Status: engine.StatusDone, Opened: opened, Ended: opened.Add(time.Hour), Operator: "sam", Title: "a pastebin with all of it, found by a customer"},
		{ID: "20260302-093000-0badcafe", Status: engine.StatusRunning, Opened: opened.Add(24 * time.Hour), Operator: "sam"},
	}
	for width, want := range map[int]string{
		0: `INCIDENT                  STATUS   REVOKED         OPENED                ENDED                 OPERATOR  TITLE                                           NOTE
20260301-093000-0badcafe  done     0 of 0 revoked  2026-03-01T09:30:00Z  2026-03-01T10:30:00Z  sam       a pastebin with all of it, found by a customer  -
20260302-093000-0badcafe  running  0 of 0 revoked  2026-03-02T09:30:00Z  -                     sam       -                                               -
`,
		80: `INCIDENT                  STATUS   REVOKED         OPENED
20260301-093000-0badcafe  done     0 of 0 revoked  2026-03-01T09:30:00Z
    ended: 2026-03-01T10:30:00Z
    operator: sam
    title: a pastebin with all of it, found by a customer
20260302-093000-0badcafe  running  0 of 0 revoked  2026-03-02T09:30:00Z
    operator: sam
`,
		30: `INCIDENT
20260301-093000-0badcafe
    status: done
    revoked: 0 of 0 revoked
    opened:
    2026-03-01T09:30:00Z
    ended:
    2026-03-01T10:30:00Z
    operator: sam
    title: a pastebin with all
    of it, found by a customer
20260302-093000-0badcafe
    status: running
    revoked: 0 of 0 revoked
    opened:
    2026-03-02T09:30:00Z
    operator: sam
`,
	} {
		var out bytes.Buffer
		err := plain.WriteBoards(&out, boards)
		if width > 0 {
			out.Reset()
			err = plain.WriteBoards(plain.Fitted{Writer: &out, Width: width}, boards)
		}
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("width %d (-want +got):\n%s", width, diff)
		}
		for line := range strings.Lines(out.String()) {
			if cells := ansi.StringWidth(line); width > 0 && cells > width {
				t.Errorf("%d cells of %d: %s", cells, width, line)
			}
		}
	}
}
