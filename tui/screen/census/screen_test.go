package census

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// users are so many sessions of slot b, the spare one, and nine of slot a, as
// counted ago before now.
func users(spare int, ago time.Duration) engine.Users {
	at := uitest.Now().Add(-ago)
	u := engine.Users{
		Credential: enginetest.ID, At: at, Active: engine.SlotA, Counted: true,
		Identities: map[engine.Slot]string{engine.SlotA: "orders_a", engine.SlotB: "orders_b"},
		Consumers: []engine.Usage{
			{Consumer: "orders-api at https://10.0.0.4/reload", Version: "3f2a91bc07", Identity: "orders_a", Since: at.Add(-3 * time.Hour)},
			{Consumer: "billing", Version: "7c1d0e42aa", Identity: "orders_b", Since: at.Add(-26 * time.Hour), Failed: 2},
			{Consumer: "cron", Problem: "connection refused"},
			{Consumer: "legacy", Version: "11aa22bb33"},
		},
	}
	for i := range spare {
		u.Sessions = append(u.Sessions, engine.Session{
			Slot: engine.SlotB, Application: []string{"billing", ""}[i/3%2], Client: fmt.Sprintf("10.0.0.%d", 7+i/3), Since: at.Add(-time.Duration(i+1) * time.Hour),
		})
	}
	for i := range 9 {
		u.Sessions = append(u.Sessions, engine.Session{
			Slot: engine.SlotA, Application: "orders-api", Client: "10.0.0.4", Since: at.Add(-time.Duration(i) * time.Minute),
		})
	}
	return u
}

// newTestScreen is the screen of a world, nothing counted yet.
func newTestScreen(t *testing.T) (*Screen, *enginetest.World) {
	t.Helper()
	world := enginetest.NewWorld(t)
	world.Credential.Environment = engine.Environment{Name: "production", Word: "PROD", Protected: true}
	world.Credential.Policy.Quiet = 30 * time.Second
	c := uitest.Context(t.Context(), world.Engine())
	c.Animation = true
	return New(c, enginetest.ID, nil), world
}

// screenOf is a screen that was given answers one after another.
func screenOf(t *testing.T, answers ...engine.Users) *Screen {
	t.Helper()
	s, _ := newTestScreen(t)
	for _, u := range answers {
		s.Init()
		s.Update(counts{screen: s, users: u})
	}
	return s
}

// falling are counts of a spare slot that empties, one a second.
func falling() []engine.Users {
	var all []engine.Users
	for i, n := range []int{6, 6, 5, 3, 3, 1, 0, 0, 0, 0, 0, 0, 0} {
		all = append(all, users(n, time.Duration(12-i)*time.Second))
	}
	return all
}

func press(s *Screen, keys ...string) []tea.Msg {
	var messages []tea.Msg
	for _, key := range keys {
		messages = append(messages, uitest.Messages(s.Update(uitest.Key(key)))...)
	}
	return messages
}

// sizes are those of consoles; header and footer take their lines from them.
func sizes() map[string][2]int {
	return map[string][2]int{"60x16": {60, 14}, "80x24": {80, 21}, "140x40": {140, 37}}
}

func scenes() map[string]func(t *testing.T) *Screen {
	blind := users(0, 0)
	blind.Counted, blind.Sessions, blind.Problem = false, nil, "the target cannot count sessions"
	ageless := users(3, 0)
	for i := range ageless.Sessions {
		ageless.Sessions[i].Since = time.Time{}
		ageless.Sessions[i].Endpoint = []string{"db1:3306", "db2:3306"}[i%2]
	}
	return map[string]func(t *testing.T) *Screen{
		"counting": func(t *testing.T) *Screen { s, _ := newTestScreen(t); s.Init(); return s },
		"busy":     func(t *testing.T) *Screen { return screenOf(t, falling()[:6]...) },
		"quiet":    func(t *testing.T) *Screen { return screenOf(t, falling()...) },
		"paused":   func(t *testing.T) *Screen { s := screenOf(t, users(4, 12*time.Second)); press(s, "space"); return s },
		"blind":    func(t *testing.T) *Screen { return screenOf(t, blind) },
		"ageless":  func(t *testing.T) *Screen { return screenOf(t, ageless) },
		"slow": func(t *testing.T) *Screen {
			s := screenOf(t, users(2, 8*time.Second))
			s.Init()
			s.askedAt = uitest.Now().Add(-7 * time.Second)
			return s
		},
		"error": func(t *testing.T) *Screen {
			s := screenOf(t, users(2, 3*time.Second))
			s.Init()
			s.Update(counts{screen: s, err: engine.NewProblem(errors.New("permission denied"), "see whether the store can be read", "the store does not answer")})
			return s
		},
		"calm": func(t *testing.T) *Screen { s := screenOf(t, falling()...); s.context.Animation = false; return s },
	}
}

func TestFrames(t *testing.T) {
	t.Parallel()
	for name, scene := range scenes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for console, size := range sizes() {
				uitest.Golden(t, name+"-"+console, scene(t).View(size[0], size[1]))
			}
			s := scene(t)
			uitest.KeyTable(t, s.Bindings())
			if name == "busy" || name == "error" {
				uitest.Sizes(t, s.View)
			}
		})
	}
}

func TestCountsNeverStack(t *testing.T) {
	t.Parallel()
	s, _ := newTestScreen(t)
	if s.Init() == nil {
		t.Fatal("nothing is counted at first")
	}
	for range 3 {
		if s.Update(ui.Tick{Front: s}) != nil {
			t.Fatal("a count begins before the last one has answered")
		}
	}
	s.Update(counts{screen: s, users: users(1, 0)})
	if s.Update(ui.Tick{}) != nil {
		t.Error("it counts behind another screen")
	}
	cmd := s.Update(ui.Tick{Front: s})
	if cmd == nil {
		t.Fatal("it does not count again")
	}
	if _, ours := cmd().(counts); !ours {
		t.Error("counting again brings something else")
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	s := screenOf(t, users(1, 0))
	press(s, "space")
	if s.Update(ui.Tick{Front: s}) != nil || s.Resume() != nil {
		t.Error("it counts while paused")
	}
	if got := press(s, "r"); len(got) != 1 {
		t.Error("it cannot be told to count while paused")
	}
	s.asking = false
	if got := press(s, "space"); len(got) != 1 || s.paused {
		t.Error("it does not go on")
	}
}

func TestCalmScreensCountSeldom(t *testing.T) {
	t.Parallel()
	s := screenOf(t, users(1, 0))
	s.context.Animation = false
	now := uitest.Now()
	s.context.Now = func() time.Time { return now }
	for range 4 {
		now = now.Add(time.Second)
		if s.Update(ui.Tick{Front: s}) != nil {
			t.Fatal("it counts each second")
		}
	}
	now = now.Add(time.Second)
	if s.Update(ui.Tick{Front: s}) == nil {
		t.Error("it does not count")
	}
}

func TestQuietIsOnlyWhatWasCounted(t *testing.T) {
	t.Parallel()
	s := screenOf(t, users(1, 40*time.Second), users(0, 30*time.Second), users(0, 20*time.Second))
	if d, quiet := s.trend.quietFor(); !quiet || d != 10*time.Second {
		t.Errorf("quiet for %s, %t", d, quiet)
	}
	s.Update(counts{screen: s, err: errors.New("connection refused")})
	if _, quiet := s.trend.quietFor(); quiet {
		t.Error("quiet while nothing could be counted")
	}
	s.Update(counts{screen: s, users: users(0, 10*time.Second)})
	if d, quiet := s.trend.quietFor(); !quiet || d != 0 {
		t.Errorf("quiet for %s, %t, since before a count failed", d, quiet)
	}
}

// TestRunGivesTheSides watches the users of a run through verify and grace.
func TestRunGivesTheSides(t *testing.T) {
	t.Parallel()
	world := enginetest.NewWorld(t)
	world.Credential.Policy.Grace = time.Hour
	e := world.Engine()
	ctx, cancel := context.WithCancel(t.Context())
	run, err := e.Rotate(ctx, enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); run.Wait() })
	for event := range run.Feed().Follow(t.Context()) {
		if q := event.Request; q != nil {
			if err := run.Answer(engine.Answer{Request: q.ID, Choice: engine.ChoiceContinue, Typed: q.Choices[0].Typed}); err != nil {
				t.Fatal(err)
			}
		}
		if event.Type == engine.EventGraceSet {
			break
		}
	}
	c := uitest.Context(t.Context(), e)
	c.Now = e.Now
	c.Active = func() []*engine.Run { return []*engine.Run{run} }
	s := New(c, enginetest.ID, nil)
	world.Target.Connect(engine.Session{Slot: engine.SlotA, Application: "orders-api", Client: "10.0.0.4"})
	s.Update(s.Init()())
	frame := uitest.Text(s.View(140, 37))
	for _, want := range []string{"old · app_a (slot a)", "new · app_b (slot b)", "1× ", "age unknown", "grace", "left, until", "✓ new"} {
		if !strings.Contains(frame, want) {
			t.Errorf("does not show %q:\n%s", want, frame)
		}
	}
}

func TestVerifyCountsDown(t *testing.T) {
	t.Parallel()
	policy := engine.Policy{VerifyWithin: 2 * time.Minute}
	none := course{}
	if _, _, counting := none.countdown(policy, uitest.Now()); counting || none.asks() {
		t.Error("it counts down without a run")
	}
	for d, want := range map[time.Duration]string{0: "00:00", 12 * time.Second: "00:12", 90 * time.Second: "01:30", time.Hour + 2*time.Minute + 3*time.Second: "1:02:03"} {
		if got := minutes(d); got != want {
			t.Errorf("%s is %s, want %s", d, got, want)
		}
	}
}

func TestWaysOn(t *testing.T) {
	t.Parallel()
	s := screenOf(t, users(1, 0))
	for key, want := range map[string]tea.Msg{"=": ui.OpenParity{ID: enginetest.ID}, "esc": ui.Back{}} {
		if got := press(s, key); len(got) != 1 || got[0] != want {
			t.Errorf("%s led to %v", key, got)
		}
	}
}

func TestAnswersToOthersAreIgnored(t *testing.T) {
	t.Parallel()
	s := screenOf(t, users(1, 0))
	other, _ := newTestScreen(t)
	s.Update(counts{screen: other, users: users(5, 0)})
	if len(s.users.Sessions) != 10 {
		t.Error("the answer to another screen was taken")
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := users(1, 0)
			u.Identities[engine.SlotA] = text
			u.Problem = text
			u.Sessions[0].Application, u.Sessions[0].Client, u.Sessions[0].Endpoint = text, text, text
			u.Consumers = []engine.Usage{{Consumer: text, Version: text}, {Consumer: text, Problem: text}}
			s := screenOf(t, u)
			blind := u
			blind.Counted = false
			for _, screen := range []*Screen{s, screenOf(t, blind)} {
				for _, size := range sizes() {
					uitest.Harmless(t, screen.View(size[0], size[1]))
				}
			}
			s.Update(counts{screen: s, err: errors.New(text)})
			uitest.Harmless(t, s.View(80, 21))
		})
	}
}
