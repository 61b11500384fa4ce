package trigger_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/tui/component/trigger"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestPull(t *testing.T) {
	t.Parallel()
	repeat := uitest.Key("enter")
	repeat.IsRepeat = true
	harmless, dangerous := ui.Binding{Label: "look"}, ui.Binding{Label: "rotate", Danger: true}
	disabled := ui.Binding{Label: "resume", Reason: "it has no unfinished run"}
	for name, c := range map[string]struct {
		binding ui.Binding
		typed   bool
		repeat  bool
		ready   bool
		problem string
	}{
		"harmless":                {binding: harmless, ready: true},
		"harmless, just typed":    {binding: harmless, typed: true, ready: true},
		"repeat":                  {binding: harmless, repeat: true},
		"disabled":                {binding: disabled, problem: "resume: it has no unfinished run"},
		"dangerous":               {binding: dangerous, ready: true},
		"dangerous, just typed":   {binding: dangerous, typed: true, problem: "rotate: enter counts once keys rest"},
		"dangerous, keys at rest": {binding: dangerous, ready: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var pulled trigger.Trigger
			press := uitest.Key("enter")
			if c.typed {
				pulled.Typed()
			}
			if c.repeat {
				press = repeat
			}
			if ready, _ := pulled.Pull(press, c.binding); ready != c.ready || pulled.Problem() != c.problem {
				t.Errorf("ready %t with %q, want %t with %q", ready, pulled.Problem(), c.ready, c.problem)
			}
		})
	}
}

func TestDangerousWaitsAnewAfterEachPull(t *testing.T) {
	t.Parallel()
	var pulled trigger.Trigger
	pulled.Typed()
	dangerous := ui.Binding{Label: "rotate", Danger: true}
	for range 3 {
		if ready, cmd := pulled.Pull(uitest.Key("enter"), dangerous); ready || cmd == nil {
			t.Fatal("it does not wait")
		}
	}
	pulled.End()
	if ready, _ := pulled.Pull(uitest.Key("enter"), dangerous); !ready {
		t.Error("it waits for ever")
	}
}
