package inventory

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func unfinishedDialog(t *testing.T, count int) *unfinished {
	t.Helper()
	var runs []engine.Summary
	for i := range count {
		runs = append(runs, engine.Summary{
			Run: fmt.Sprintf("run-%d", i), Credential: fmt.Sprintf("orders-db-%d", i), Status: engine.StatusStopped, Phase: engine.PhasePublish,
			Rotation: engine.Rotation{Operator: "jane"}, Updated: uitest.Now().Add(-time.Duration(i+3) * time.Minute),
		})
	}
	return newUnfinished(newTestContext(t, nil), runs)
}

func TestUnfinishedFrames(t *testing.T) {
	t.Parallel()
	truth := engine.Truth{
		OldWorks: engine.Accepted, NewWorks: engine.Accepted, Active: engine.SlotB,
		Advice: engine.AdviceResume, AdviceText: "both credentials work and the store publishes the new one",
	}
	cases := map[string]func(d *unfinished){
		"probing": func(*unfinished) {},
		"truth":   func(d *unfinished) { d.Update(truthSeen{dialog: d, run: "run-0", truth: truth}) },
		"dark": func(d *unfinished) {
			d.Update(truthSeen{dialog: d, run: "run-0", truth: engine.Truth{
				Problem: "the folder /var/lib/secrets cannot be read: permission denied", Advice: engine.AdviceWait,
				AdviceText: "the store cannot be read: mend that first, then resume",
			}})
		},
		"error": func(d *unfinished) {
			d.Update(truthSeen{dialog: d, run: "run-0", err: errors.New("the store is locked")})
		},
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, count := range []int{1, 30} {
				d := unfinishedDialog(t, count)
				d.Init()
				change(d)
				uitest.Golden(t, fmt.Sprintf("unfinished-%s-%d", name, count), d.View(80, 21))
			}
			d := unfinishedDialog(t, 30)
			change(d)
			uitest.BoxSizes(t, d.View)
		})
	}
}

func TestUnfinishedKeys(t *testing.T) {
	t.Parallel()
	d := unfinishedDialog(t, 3)
	uitest.KeyTable(t, d.Bindings())
	d.Update(uitest.Key("down"))
	if d.cursor != 1 {
		t.Errorf("the cursor is at %d", d.cursor)
	}
	if got := uitest.Messages(d.Update(uitest.Key("esc"))); !slices.Equal(got, []tea.Msg{ui.CloseDialog{Dialog: d}}) {
		t.Errorf("esc gives %v", got)
	}
	for _, key := range []string{"enter", "y", "space"} {
		if cmd := d.Update(uitest.Key(key)); cmd != nil {
			t.Errorf("%s does something", key)
		}
	}
}
