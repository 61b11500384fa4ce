package history

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// runs are one of each kind, newest first.
func runs() []engine.Summary {
	now := uitest.Now()
	summary := func(ago, took time.Duration, credential string, s engine.Status, p engine.Phase) engine.Summary {
		return engine.Summary{
			Run: now.Add(-ago).Format("20060102-1504"), Credential: credential, Status: s, Phase: p, Seq: 3,
			Started: now.Add(-ago), Updated: now.Add(took - ago), Rotation: engine.Rotation{Operator: "ann", Host: "ops-1"},
		}
	}
	list := []engine.Summary{
		summary(40*time.Second, 30*time.Second, "billing-db", engine.StatusWaiting, engine.PhasePublish),
		summary(2*time.Hour, 90*time.Second, "orders-db", engine.StatusDone, engine.PhaseDone),
		summary(26*time.Hour, 12*time.Minute, "api-client-certificate", engine.StatusStopped, engine.PhaseReload),
		summary(48*time.Hour, 4*time.Second, "orders-db", engine.StatusRolledBack, engine.PhaseValidate),
		summary(900*time.Hour, 2*time.Minute, "orders-db", engine.StatusDone, engine.PhaseDone),
	}
	list[1].Window = now.Add(22 * time.Hour)
	list[4].Window = now.Add(-800 * time.Hour)
	return list
}

func events(run string) []engine.Event {
	at := uitest.Now().Add(-2 * time.Hour)
	return []engine.Event{
		{Seq: 1, Run: run, At: at, Type: engine.EventRunStarted, Rotation: &engine.Rotation{OldSlot: "a", NewSlot: "b", Operator: "ann", Host: "ops-1", PID: 4711}},
		{Seq: 2, Run: run, At: at, Type: engine.EventPhaseStarted, Phase: engine.PhasePreflight},
		{Seq: 3, Run: run, At: at.Add(time.Second), Type: engine.EventPhaseEnded, Phase: engine.PhasePreflight},
	}
}

// screenOf is a screen that has read the runs above.
func screenOf(t *testing.T, id string, list []engine.Summary) *Screen {
	t.Helper()
	e := engine.New(engine.Config{Journal: enginetest.NewJournal(), Clock: clock{}})
	s := New(uitest.Context(t.Context(), e), id)
	s.Update(listed{to: s, runs: list})
	for _, summary := range list {
		s.Update(read{to: s, run: summary.Run, events: events(summary.Run)})
	}
	return s
}

type clock struct{ engine.SystemClock }

func (clock) Now() time.Time { return uitest.Now() }

func press(s *Screen, keys ...string) []tea.Msg {
	var messages []tea.Msg
	for _, key := range keys {
		messages = append(messages, uitest.Messages(s.Update(uitest.Key(key)))...)
	}
	return messages
}

func TestFrames(t *testing.T) {
	t.Parallel()
	for console, size := range map[string][2]int{"60x16": {60, 14}, "80x24": {80, 21}, "140x40": {140, 37}} {
		name := "-" + console
		s := screenOf(t, "", runs())
		uitest.Golden(t, "all"+name, s.View(size[0], size[1]))
		press(s, "down", "enter")
		uitest.Golden(t, "journal"+name, s.View(size[0], size[1]))
		uitest.Golden(t, "empty"+name, screenOf(t, "orders-db", nil).View(size[0], size[1]))
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 5, "orders": 3, "ORDERS done": 2, "stopped": 1, "ann": 5, "publish": 1, "nobody": 0} {
		s := screenOf(t, "", runs())
		press(s, "/")
		if !s.CapturesText() {
			t.Fatal("keys are no text")
		}
		s.Update(tea.PasteMsg{Content: text})
		if s.table.Len() != want {
			t.Errorf("%q lets %d runs through, want %d", text, s.table.Len(), want)
		}
		uitest.Sizes(t, s.View)
		press(s, "enter")
		s.Update(listed{to: s, runs: runs()})
		if s.table.Len() != want || s.CapturesText() {
			t.Errorf("%q: read again, %d runs are listed, want %d", text, s.table.Len(), want)
		}
	}
	s := screenOf(t, "", runs())
	press(s, "/")
	s.Update(tea.PasteMsg{Content: "orders"})
	for console, size := range map[string][2]int{"60x16": {60, 14}, "80x24": {80, 21}, "140x40": {140, 37}} {
		uitest.Golden(t, "filter-"+console, s.View(size[0], size[1]))
	}
	uitest.KeyTable(t, s.Bindings())
	press(s, "enter")
	uitest.KeyTable(t, s.Bindings())
	if got := press(s, "esc"); len(got) > 0 || s.filter.Active() || s.table.Len() != 5 {
		t.Errorf("esc gives %v, and leaves %d runs", got, s.table.Len())
	}
	if got := press(s, "esc"); len(got) != 1 {
		t.Errorf("esc again gives %v", got)
	}
	press(s, "/")
	s.Update(tea.PasteMsg{Content: "nobody"})
	if frame := uitest.Text(s.View(80, 21)); !strings.Contains(frame, "No run passes the filter") {
		t.Errorf("nothing says why the list is empty:\n%s", frame)
	}
	press(s, "esc", "esc", "home", "down", "enter")
	if press(s, "/"); s.CapturesText() {
		t.Error("over an open journal, the list is narrowed down")
	}
}

func TestFailureIsShown(t *testing.T) {
	t.Parallel()
	s := screenOf(t, "orders-db", nil)
	s.Update(listed{to: s, err: engine.NewProblem(errors.New("disk I/O error"), "look at the disk", "open journal.db")})
	uitest.Golden(t, "failure-80x24", s.View(80, 21))
}

func TestSizes(t *testing.T) {
	t.Parallel()
	s := screenOf(t, "", runs())
	uitest.Sizes(t, s.View)
	press(s, "down", "enter")
	uitest.Sizes(t, s.View)
	uitest.Sizes(t, screenOf(t, "", nil).View)
}

func TestKeysSayWhyNot(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		row, key int // down presses; index in the table below
		want     string
	}{
		"done can be rolled back":        {row: 1, key: 1, want: ""},
		"done cannot be resumed":         {row: 1, key: 0, want: "the run is done"},
		"stopped can be resumed":         {row: 2, key: 0, want: ""},
		"stopped can be rolled back":     {row: 2, key: 1, want: ""},
		"rolled back cannot be resumed":  {row: 3, key: 0, want: "the run is rolled back"},
		"elsewhere is not resumed":       {row: 0, key: 0, want: "running elsewhere (ann on ops-1)"},
		"elsewhere is not rolled back":   {row: 0, key: 1, want: "running elsewhere (ann on ops-1)"},
		"closed window is not rolled":    {row: 4, key: 1, want: "closed"},
		"rolled back is not rolled back": {row: 3, key: 1, want: "already"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := screenOf(t, "", runs())
			for range test.row {
				press(s, "down")
			}
			id := []string{keyResume, keyRollBack}[test.key]
			for _, b := range s.Bindings() {
				if b.ID == id && (b.Reason == "") != (test.want == "") || b.ID == id && !strings.Contains(b.Reason, test.want) {
					t.Errorf("reason is %q, want %q", b.Reason, test.want)
				}
			}
		})
	}
}

func TestReadOnlyChangesNothing(t *testing.T) {
	t.Parallel()
	s := screenOf(t, "", runs())
	s.ctx.ReadOnly = true
	if got := press(s, "b", "u"); len(got) > 0 {
		t.Errorf("read-only console sends %v", got)
	}
}

func TestKeyTable(t *testing.T) {
	t.Parallel()
	s := screenOf(t, "", runs())
	for range 2 {
		seen := map[string]string{}
		for _, b := range s.Bindings() {
			for _, key := range b.Keys {
				if other, twice := seen[key]; twice || key == " " {
					t.Errorf("key %q belongs to %s and %s", key, other, b.ID)
				}
				seen[key] = b.ID
			}
			if b.Help == "" || b.Label == "" {
				t.Errorf("%s is not explained", b.ID)
			}
		}
		press(s, "down", "enter")
	}
}

// TestRealJournal reads what a real engine wrote, saves it, and takes the run
// back.
func TestRealJournal(t *testing.T) {
	t.Parallel()
	world := enginetest.NewWorld(t)
	e := world.Engine()
	first, err := e.Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if summary := enginetest.Drive(t, first, enginetest.Yes); summary.Status != engine.StatusDone {
		t.Fatalf("the run is %s", summary.Status)
	}
	context := uitest.Context(t.Context(), e)
	context.Now = e.Now
	s := New(context, enginetest.ID)
	s.folder = t.TempDir()
	for _, msg := range uitest.Messages(s.Init()) {
		for _, inner := range uitest.Messages(s.Update(msg)) {
			s.Update(inner)
		}
	}
	press(s, "enter")
	if frame := uitest.Text(s.View(100, 40)); !strings.Contains(frame, "all phases done") {
		t.Errorf("the journal does not tell the end:\n%s", frame)
	}
	saved := press(s, "w")
	files, err := filepath.Glob(filepath.Join(s.folder, "*.log"))
	if err != nil || len(files) != 1 {
		t.Fatalf("saved files are %v, %v after %v", files, err, saved)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the saved log is %v, %v; want 0600", info.Mode(), err)
	}
	for _, msg := range press(s, "b") {
		opened, ok := msg.(ui.OpenRun)
		if !ok {
			t.Fatalf("rolling back led to %#v", msg)
		}
		back := enginetest.Drive(t, opened.Run, func(engine.Request) engine.ChoiceID { return engine.ChoiceRollBack })
		if back.Status != engine.StatusRolledBack {
			t.Errorf("after rolling back, the run is %s", back.Status)
		}
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := runs()[:1]
			list[0].Credential, list[0].Rotation.Operator = text, text
			s := screenOf(t, "", list)
			noted := events(list[0].Run)[0]
			noted.Seq, noted.Type, noted.Text = 9, engine.EventNote, text
			s.Update(read{to: s, run: list[0].Run, events: []engine.Event{noted}})
			uitest.Harmless(t, s.View(140, 36))
		})
	}
}

// TestClickSelectsARun clicks on the second run in each layout; a click beside the
// list, or on the journal, selects none.
func TestClickSelectsARun(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 14}, {80, 21}, {140, 37}} {
		s := screenOf(t, "", runs())
		click := func(x int) {
			for y, line := range strings.Split(uitest.Text(s.View(size[0], size[1])), "\n") {
				if strings.Contains(line, "api-client") {
					s.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
					return
				}
			}
		}
		if click(4); s.runs[s.table.Selected()].Credential != "api-client-certificate" {
			t.Errorf("%v: a click selects %q in\n%s", size, s.table.Selected(), uitest.Text(s.View(size[0], size[1])))
		}
		press(s, "home")
		if click(size[0] + 1); s.table.Selected() != runs()[0].Run {
			t.Errorf("%v: a click beside the list selects %q", size, s.table.Selected())
		}
		press(s, "down", "enter")
		before := s.table.Selected()
		s.View(size[0], size[1])
		s.Update(tea.MouseClickMsg{X: size[0] - 2, Y: 6, Button: tea.MouseLeft})
		if s.table.Selected() != before {
			t.Errorf("%v: a click on the journal selects %q", size, s.table.Selected())
		}
	}
}
