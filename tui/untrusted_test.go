package tui

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// TestNothingUntrustedReachesTheTerminal puts texts that would take hold of a
// terminal wherever a text comes from outside: owners, tags, environments,
// consumers and runbooks of the inventory, errors and details of servers, checks,
// log lines, the journal. It plays every scene over them, draws each through the
// renderer, and looks at the bytes that a terminal would get: text, and of escapes
// only those that the renderer itself makes.
func TestNothingUntrustedReachesTheTerminal(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	views := map[string][]tea.View{}
	t.Run("scenes", func(t *testing.T) {
		hostileScenes(t, func(name string, seen []tea.View) {
			mu.Lock()
			defer mu.Unlock()
			views[name] = seen
		})
	})
	for name, seen := range views { // outside the bubbles, where a program may listen to signals
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, view := range seen {
				uitest.Harmless(t, view.Content)
				sane(t, rendered(t, view))
			}
		})
	}
}

// hostileScenes plays every scene over attacks, and keeps what it shows.
func hostileScenes(t *testing.T, keep func(name string, seen []tea.View)) {
	t.Helper()
	attacks := uitest.Untrusted()
	eachSceneOf(t, func(w *enginetest.World) {
		c := &w.Credential
		c.Owner, c.Tags, c.Runbook = attacks["clipboard"], slices.Collect(maps.Values(attacks)), attacks["device"]
		c.Consumers[0].Name, c.Target.Settings = attacks["cursor"], engine.Settings{"host": attacks["title"]}
		w.Target.Warn(engine.Check{Name: attacks["carriage"], OK: true, Detail: attacks["raw C1"]})
		w.Target.Connect(engine.Session{Slot: engine.SlotB, Application: attacks["application"], Client: attacks["bidi"], Since: uitest.Now()})
	}, func(_ *testing.T, name string, d *deck) { keep(name, d.hostile()) })
}

// hostile makes everything that the deck has from outside an attack, and returns
// what it shows then.
func (d *deck) hostile() []tea.View {
	attacks := uitest.Untrusted()
	names := slices.Sorted(maps.Keys(attacks))
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = attacks[name]
	}
	everything := strings.Join(all, " ")
	d.deliver(ui.Flash{Text: everything})
	views := []tea.View{d.View()}
	for _, p := range d.places() {
		if p.run != nil {
			for _, text := range all {
				for _, kind := range []engine.EventType{engine.EventNote, engine.EventCheck, engine.EventProof, engine.EventPhaseFailed} {
					p.run.Feed().Publish(attack(p.run, kind, text))
				}
			}
		}
	}
	d.settle()
	views = append(views, d.View())
	d.deliver(ui.ShowProblem{Title: everything, Problem: &engine.Problem{Text: everything, Hint: everything, Cause: everything}})
	return append(views, d.View())
}

// attack is an event all of whose texts are one.
func attack(run *engine.Run, kind engine.EventType, text string) engine.Event {
	e := engine.Event{Run: run.ID(), Credential: run.Credential().ID, At: uitest.Now(), Type: kind, Phase: engine.PhaseCreate, Text: text}
	switch kind {
	case engine.EventCheck:
		e.Check = &engine.Check{Name: text, Detail: text}
	case engine.EventProof:
		e.Proof = &engine.Proof{Endpoint: text, Identity: text, Detail: text, Standing: engine.Refused}
	case engine.EventPhaseFailed, engine.EventRunStopped:
		e.Problem = &engine.Problem{Text: text, Hint: text, Cause: text}
	default:
	}
	return e
}

// still is a console that shows one view and ends.
type still struct{ view tea.View }

func (s still) Init() tea.Cmd                       { return tea.Quit }
func (s still) Update(tea.Msg) (tea.Model, tea.Cmd) { return s, nil }
func (s still) View() tea.View                      { return s.view }

// rendered is what a terminal gets to show a view.
func rendered(t *testing.T, view tea.View) string {
	t.Helper()
	var out bytes.Buffer
	program := tea.NewProgram(still{view}, tea.WithInput(nil), tea.WithOutput(&out), tea.WithWindowSize(200, 60),
		tea.WithColorProfile(colorprofile.TrueColor), tea.WithoutSignals(), tea.WithEnvironment([]string{"TERM=xterm-256color"}))
	if _, err := program.Run(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(out.Bytes(), []byte("payload")) {
		t.Errorf("the frame was not drawn: %q", out.String())
	}
	return out.String()
}

// sane checks that bytes for a terminal hold nothing but text, styles, moves of the
// cursor, and what the console tells a terminal of itself.
func sane(t *testing.T, output string) {
	t.Helper()
	rest := output
	for _, known := range []string{
		`\x1b\](2;(rotadeck)?|9;4;[0-9;]*|7501;[\w=;: -]*|11[0-2]?(;\?)?)?(\x07|\x1b\\)`, // title, progress, status, colours
		`\x1b\[[<=>?]?[0-9;:]*[ $]?[@-~]`, `\x1b[=>78MDH]`,
	} {
		rest = regexp.MustCompile(known).ReplaceAllString(rest, "")
	}
	for _, bad := range []string{"\x1b", "\x07", "\x00", "\x7f", "\u009b", "\u202e", "\u2066", "\u200b"} {
		if i := strings.Index(rest, bad); i >= 0 {
			t.Errorf("the terminal gets %q in %q", bad, rest[max(0, i-20):min(len(rest), i+20)])
		}
	}
	if strings.ToValidUTF8(output, "") != output {
		t.Error("the terminal gets bytes that are no text")
	}
}
