package inventory

import (
	"fmt"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func frameSizes() [][2]int { return [][2]int{{60, 14}, {80, 21}, {140, 37}} }

func TestFrames(t *testing.T) {
	t.Parallel()
	cases := map[string]func(t *testing.T) *Screen{
		"empty": func(t *testing.T) *Screen { return newTestScreen(t) },
		"one":   func(t *testing.T) *Screen { return newTestScreen(t, dozen()[0]) },
		"dozen": func(t *testing.T) *Screen { return newTestScreen(t, dozen()...) },
		"filter": func(t *testing.T) *Screen {
			s := newTestScreen(t, dozen()...)
			press(s, "/")
			typeText(s, "env:prod !verdict:ok")
			return s
		},
		"nothing-passes": func(t *testing.T) *Screen {
			s := newTestScreen(t, dozen()...)
			press(s, "/")
			typeText(s, "nowhere")
			press(s, "enter")
			return s
		},
		"details":    func(t *testing.T) *Screen { s := newTestScreen(t, dozen()...); press(s, "tab"); return s },
		"unfinished": unfinishedScreen,
		"not-probed": func(t *testing.T) *Screen {
			s := New(newTestContext(t, []engine.Credential{dozen()[0].credential(), dozen()[1].credential()}), Options{})
			s.probe()
			return s
		},
		"traffic": func(t *testing.T) *Screen {
			s := newTestScreen(t, dozen()...)
			for i := range 30 {
				usages := []engine.Usage{{Consumer: "orders-api", Version: "7f3c9a", Requests: uint64(400*i + 30*i*(i%5)), Failed: uint64(i / 28 * 3)}}
				s.Update(usageRead{at: uitest.Now().Add(time.Duration(i) * time.Second), usages: usages})
			}
			return s
		},
	}
	for name, screen := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := screen(t)
			for _, size := range frameSizes() {
				uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), s.View(size[0], size[1]))
			}
		})
	}
}

func unfinishedScreen(t *testing.T) *Screen {
	s := newTestScreen(t, dozen()...)
	s.Update(journalRead{runs: []engine.Summary{{
		Run: "20260314-081500-ab12", Credential: "orders-db", Status: engine.StatusStopped, Phase: engine.PhasePublish,
		Rotation: engine.Rotation{Operator: "jane"}, Updated: uitest.Now().Add(-3 * time.Minute),
	}}})
	s.table.Select("orders-db")
	return s
}

func TestFrameSizes(t *testing.T) {
	t.Parallel()
	for name, screen := range map[string]*Screen{
		"empty": newTestScreen(t), "dozen": newTestScreen(t, dozen()...), "unfinished": unfinishedScreen(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			press(screen, "tab")
			uitest.Sizes(t, screen.View)
			press(screen, "tab", "/")
			typeText(screen, "expires<1000d age>")
			uitest.Sizes(t, screen.View)
		})
	}
}
