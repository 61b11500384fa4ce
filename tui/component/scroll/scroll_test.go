package scroll_test

import (
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestScroll(t *testing.T) {
	t.Parallel()
	lines := []string{"a", "b", "c", "d", "e", "f", "g"}
	for keys, want := range map[string]struct {
		first string
		below int
	}{
		"": {"a", 4}, "down": {"b", 3}, "j j": {"c", 2}, "up": {"a", 4}, "down k": {"a", 4},
		"pgdown": {"c", 2}, "space space": {"e", 0}, "end": {"e", 0}, "G up": {"d", 1}, "end home": {"a", 4}, "end pgup": {"c", 2},
		"x": {"a", 4},
	} {
		t.Run(keys, func(t *testing.T) {
			t.Parallel()
			var s scroll.Scroll
			shown := s.Window(lines, 3)
			for _, key := range uitest.Keys(keys) {
				if moved := s.Key(key); moved == (key.String() == "x") {
					t.Errorf("%s: taken %v", key, moved)
				}
				shown = s.Window(lines, 3)
			}
			if shown[0] != want.first || len(shown) != 3 || s.Below(len(lines)) != want.below {
				t.Errorf("shows %v, %d below", shown, s.Below(len(lines)))
			}
		})
	}
}

func TestWheelAndShortTexts(t *testing.T) {
	t.Parallel()
	var s scroll.Scroll
	s.Wheel(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	if shown := s.Window([]string{"a", "b", "c", "d", "e"}, 2); !slices.Equal(shown, []string{"d", "e"}) {
		t.Errorf("the wheel shows %v", shown)
	}
	if shown := s.Window([]string{"a"}, 2); !slices.Equal(shown, []string{"a"}) || s.Below(1) != 0 {
		t.Errorf("a short text shows as %v", shown)
	}
}
