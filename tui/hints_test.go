package tui

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/rotadeck/rotadeck/tui/keymap"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// hint is a key in words about it: "t shows all". What answers questions, and what
// types and leaves, is fixed; "a" and "slot b" are no keys.
var hint = regexp.MustCompile(`(?:^|[ (·:,])([b-zA-Z=$!/]|tab|space|shift\+tab) ((?:probes|shows|looks|watches|resumes|rolls|tells|tries|turns|counts|takes|there|filters|rehearses|goes|adds|chooses|says|ticks|narrows)\b[^│·;,]*)`)

// TestHintsNameTheKeysOfTheOperator gives every action that can have other keys one
// more, which is shown in the place of its own, and finds frames that go on to name
// its own.
func TestHintsNameTheKeysOfTheOperator(t *testing.T) {
	t.Parallel()
	keys, free := keymap.Overrides{}, map[string]rune{}
	for _, a := range keymap.Table() {
		if !a.Fixed {
			keys[a.Path()] = append([]string{fmt.Sprintf("alt+%c", 'A'+free[a.Context])}, a.Keys...)
			free[a.Context]++
		}
	}
	var mu sync.Mutex
	seen := 0
	t.Run("scenes", func(t *testing.T) {
		eachScene(t, func(t *testing.T, name string, d *deck) {
			if d.dialog() != nil {
				return
			}
			for _, size := range [][2]int{{60, 16}, {80, 24}, {140, 40}} {
				frame := uitest.Text(d.frameAt(size[0], size[1]))
				mu.Lock()
				seen += strings.Count(frame, "alt+")
				mu.Unlock()
				for _, found := range hint.FindAllString(frame, -1) {
					t.Errorf("at %v it says %q, whatever key the operator chose, in\n%s", size, strings.TrimSpace(found), frame)
				}
			}
		}, func(o *Options) { o.Keys = keys })
	})
	if seen < 100 {
		t.Errorf("only %d times is a key of the operator shown", seen)
	}
}
