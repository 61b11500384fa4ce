package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/query"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// frames are the sizes of the body in windows of 60x16, 80x24, 120x40 and 200x50.
func frames() [][2]int { return [][2]int{{60, 14}, {80, 21}, {120, 37}, {200, 47}} }

func TestFrames(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string]string{
		"heat": "", "shares": "tab", "ages": "tab right", "months": "tab tab down down", "days": "tab tab down right",
		"kinds": "tab tab tab", "owners": "tab tab tab right right", "trend": "tab tab tab tab down",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := screenOf(t, 40)
			press(s, keys)
			for _, size := range frames() {
				uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), s.View(size[0], size[1]))
			}
		})
	}
	for name, s := range map[string]*Screen{"waiting": New(uitest.Context(t.Context(), nil)), "empty": screenOf(t, 0)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			uitest.Golden(t, name+"-80x21", s.View(80, 21))
		})
	}
}

func TestFrameSizes(t *testing.T) {
	t.Parallel()
	s := screenOf(t, 40)
	for range s.panes {
		uitest.Sizes(t, s.View)
		press(s, "right")
		uitest.Sizes(t, s.View)
		press(s, "tab")
	}
	uitest.Sizes(t, screenOf(t, 0).View)
}

func TestKeyTable(t *testing.T) {
	t.Parallel()
	s := screenOf(t, 40)
	for range s.panes {
		uitest.KeyTable(t, s.Bindings())
		press(s, "tab")
	}
	uitest.KeyTable(t, New(uitest.Context(t.Context(), nil)).Bindings())
}

// TestEveryRowLeadsToWhatItCounts opens the list of every row of every pane: it
// has as many credentials as the row says.
func TestEveryRowLeadsToWhatItCounts(t *testing.T) {
	t.Parallel()
	credentials, seen := sample(120)
	s := screenWith(t, credentials, seen)
	counted := 0
	for range 4 { // the last pane leads nowhere
		p := s.panes[s.focus]
		for range max(1, len(p.views)) {
			for _, id := range p.rows() {
				p.table.Select(id)
				want := 1
				if s.focus > 0 {
					_, _ = fmt.Sscan(strings.TrimSpace(uitest.Text(p.cell(id, column("count")))), &want)
				}
				messages := uitest.Messages(s.Update(uitest.Key("enter")))
				if want == 0 {
					if len(messages) != 0 {
						t.Errorf("%s %s: opens %v though it is empty", p.title(), id, messages)
					}
					continue
				}
				open := messages[0].(ui.OpenInventory)
				if open.Return != (ui.OpenAudit{Screen: s}) {
					t.Errorf("the way back is %v", open.Return)
				}
				if got := passing(t, open.Query, credentials, seen); got != want {
					t.Errorf("%s %s: %q lets %d through, the row counts %d", p.title(), id, open.Query, got, want)
				}
				counted++
			}
			press(s, "right")
		}
		press(s, "tab")
	}
	if counted < 150 {
		t.Errorf("only %d rows led anywhere", counted)
	}
}

func passing(t *testing.T, text string, credentials []engine.Credential, seen ui.Seen) (n int) {
	t.Helper()
	q, problem := query.Parse(text)
	if problem != "" {
		t.Fatalf("%s: %s", text, problem)
	}
	for i, c := range credentials {
		o := seen.Observations[i]
		if q.Matches(query.Row{Credential: c, Seen: o, Verdict: engine.Judge(c.Policy, o, uitest.Now())}, uitest.Now()) {
			n++
		}
	}
	return n
}

func TestDaysLeadBackToTheirMonth(t *testing.T) {
	t.Parallel()
	s := screenOf(t, 40)
	press(s, "tab tab down down down right")
	if got := s.panes[2].title(); got != "ends by day in May 2026" || s.month != "2026-05" {
		t.Fatalf("%s of %s", got, s.month)
	}
	if cmd := s.Update(uitest.Key("esc")); cmd != nil || s.panes[2].view != 0 || s.panes[2].table.Selected() != "2026-05" {
		t.Errorf("esc leads to %s", s.panes[2].table.Selected())
	}
	if got := uitest.Messages(s.Update(uitest.Key("esc"))); len(got) != 1 || got[0] != (ui.Back{}) {
		t.Errorf("esc again gives %v", got)
	}
}

func TestItAsksOncePerChange(t *testing.T) {
	t.Parallel()
	credentials, seen := sample(10)
	half := ui.Seen{Observations: seen.Observations[:5]}
	s := screenWith(t, credentials, half)
	if !strings.Contains(uitest.Text(s.View(120, 37)), "5 not yet seen") {
		t.Error("it does not say that some were not seen")
	}
	asks := func() bool { return len(uitest.Messages(s.Update(ui.Tick{Front: s}))) == 1 }
	if !asks() {
		t.Error("it does not ask again while some were not seen")
	}
	for _, msg := range uitest.Messages(s.Update(seen)) {
		s.Update(msg)
	}
	if asks() {
		t.Error("it asks each second")
	}
	s.context.Now = func() time.Time { return uitest.Now().Add(askEvery) }
	if !asks() {
		t.Error("it never asks again")
	}
	s.asked = time.Time{}
	if len(uitest.Messages(s.Update(ui.Tick{}))) != 0 {
		t.Error("it asks though nobody sees it")
	}
	if s.Update(seen); s.Update(seen) != nil {
		t.Error("it adds up twice at a time")
	}
}

func TestSelectionSurvivesNewAudits(t *testing.T) {
	t.Parallel()
	credentials, seen := sample(40)
	s := screenWith(t, credentials, seen)
	press(s, "down down down")
	before := s.panes[0].table.Selected()
	seen.Observations[0].Rotated = uitest.Now().Add(-1000 * day)
	for _, msg := range uitest.Messages(s.Update(seen)) {
		s.Update(msg)
	}
	if got := s.panes[0].table.Selected(); got != before {
		t.Errorf("selected %s, before %s", got, before)
	}
}

func TestMouse(t *testing.T) {
	t.Parallel()
	s := screenOf(t, 40)
	s.View(120, 37)
	s.Update(tea.MouseClickMsg{X: 100, Y: 16, Button: tea.MouseLeft})
	if s.focus != 3 || s.panes[3].table.Selected() != "1" {
		t.Errorf("a click went to pane %d, row %s", s.focus, s.panes[3].table.Selected())
	}
	s.Update(tea.MouseWheelMsg{X: 3, Y: 10, Button: tea.MouseWheelDown})
	if s.panes[0].table.Selected() != s.digest.ids[3] {
		t.Error("the wheel does not turn the pane under it")
	}
	s.Update(tea.MouseClickMsg{X: 500, Y: 500})
}

func TestSave(t *testing.T) {
	t.Parallel()
	s := screenOf(t, 40)
	messages := uitest.Messages(s.Update(uitest.Key("w")))
	path := filepath.Join(s.folder, "rotadeck-audit-20260314T092653Z.html")
	if len(messages) != 1 || messages[0].(ui.Flash).Text != "saved to "+path {
		t.Fatalf("got %v", messages)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	page, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(page), "orders-db-00") || !strings.HasSuffix(string(page), "</html>\n") {
		t.Errorf("%v: %s", err, page)
	}
	if cmd := New(uitest.Context(t.Context(), nil)).Update(uitest.Key("w")); cmd != nil {
		t.Error("nothing is saved")
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			credentials, seen := sample(1)
			credentials[0].ID, credentials[0].Owner, credentials[0].Tags, credentials[0].Environment.Name = text, text, []string{text}, text
			seen.Observations[0].Credential = text
			s := screenWith(t, credentials, seen)
			for range 20 {
				for _, size := range frames() {
					uitest.Harmless(t, s.View(size[0], size[1]))
				}
				press(s, "right tab")
			}
		})
	}
}

func BenchmarkKeyToFrame(b *testing.B) {
	credentials, seen := sample(10_000)
	s := screenWith(b, credentials, seen)
	keys := uitest.Keys("down pgdown right tab end up home left tab enter")
	for i := 0; b.Loop(); i++ {
		s.Update(keys[i%len(keys)])
		s.View(200, 47)
	}
}
