package inventory

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestWaysToScreensOfACredential(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	s.Update(away(engine.StatusStopped))
	s.table.Select("orders-db")
	for key, want := range map[string]tea.Msg{
		"l": ui.OpenUsers{ID: "orders-db"},
		"=": ui.OpenParity{ID: "orders-db"},
		"t": ui.OpenTruth{Run: away(engine.StatusStopped).runs[0]},
	} {
		if got := uitest.Messages(s.Update(uitest.Key(key))); len(got) != 1 || got[0] != want {
			t.Errorf("%s led to %v", key, got)
		}
	}
	s.table.Select("billing-db")
	if got := uitest.Messages(s.Update(uitest.Key("t"))); len(got) != 0 {
		t.Errorf("the truth of no run led to %v", got)
	}
}

func TestARunElsewhereOpens(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	s.Update(away(engine.StatusRunning))
	s.table.Select("orders-db")
	asked := ""
	s.context.Watch = func(run string) tea.Cmd { asked = run; return nil }
	if press(s, "enter"); asked != "r1" {
		t.Errorf("enter watches %q", asked)
	}
}
