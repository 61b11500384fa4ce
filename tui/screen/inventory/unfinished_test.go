package inventory

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
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
	return newUnfinished(newTestContext(t, nil), runs, nil)
}

// unfinishedIncident is the dialog on two incidents, the first with three runs, and
// a run that is of none.
func unfinishedIncident(t *testing.T) *unfinished {
	t.Helper()
	d := unfinishedDialog(t, 5)
	for i, id := range []string{"first", "first", "", "second", "first"} {
		d.all[i].Rotation.Incident = id
	}
	board := func(id string) engine.Board {
		return engine.Board{
			ID: id, Title: "orders-db and 2 more leaked, " + id, Operator: "jane", Opened: uitest.Now().Add(-time.Hour), Status: engine.StatusStopped,
			Members: []engine.Member{{State: engine.MemberRevoked}, {State: engine.MemberStopped}, {State: engine.MemberWaiting}},
		}
	}
	return newUnfinished(d.context, d.all, []engine.Board{board("first"), board("second")})
}

// TestUnfinishedIncidentIsOneRow leads to the incident, and not to one run of many.
func TestUnfinishedIncidentIsOneRow(t *testing.T) {
	t.Parallel()
	d := unfinishedIncident(t)
	uitest.Golden(t, "unfinished-incident", d.View(80, 21))
	uitest.BoxSizes(t, d.View)
	uitest.KeyTable(t, d.Bindings())
	if len(d.runs) != 3 {
		t.Fatalf("%d rows, want one for each incident and one for the run of none", len(d.runs))
	}
	if cmd := d.look(); cmd != nil {
		t.Error("one run of an incident is probed")
	}
	for _, key := range []string{"enter", "!"} {
		want := []tea.Msg{ui.CloseDialog{Dialog: d}, ui.OpenIncidentBoard{Record: d.boards[0]}}
		if got := uitest.Messages(d.Update(uitest.Key(key))); !reflect.DeepEqual(got, want) {
			t.Errorf("%s gives %v", key, got)
		}
	}
	asked := false
	d.context.Respond = func(func(context.Context, ui.StartRun) (*engine.Incident, error)) tea.Cmd {
		asked = true
		return nil
	}
	if d.Update(uitest.Key("b")); asked {
		t.Error("one run of an incident is rolled back")
	}
	if d.Update(uitest.Key("u")); !asked {
		t.Error("u does not resume the incident")
	}
	d.Update(uitest.Key("down"))
	if got := uitest.Text(d.View(80, 21)); !strings.Contains(got, "probing what is true") {
		t.Errorf("a run of no incident is not probed:\n%s", got)
	}
	d.boards[0].Status = engine.StatusRunning
	d.Update(uitest.Key("up"))
	if ui.Pressed(d.Bindings(), uitest.Key("u")) != "" || !strings.Contains(uitest.Text(d.View(80, 21)), "look at the incident") {
		t.Error("an incident that goes on can be resumed")
	}
	d.boards[0].Status = engine.StatusDone
	if d.take(d.all); len(d.runs) != 5 {
		t.Errorf("%d rows, want one for each run of an incident that is over", len(d.runs))
	}
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
				d.take(d.runs)
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
	for _, key := range []string{"y", "space"} {
		if cmd := d.Update(uitest.Key(key)); cmd != nil {
			t.Errorf("%s does something", key)
		}
	}
}

func TestUnfinishedLeadsToTheTruth(t *testing.T) {
	t.Parallel()
	d := unfinishedDialog(t, 3)
	d.Update(uitest.Key("down"))
	want := []tea.Msg{ui.CloseDialog{Dialog: d}, ui.OpenTruth{Run: d.runs[1]}}
	if got := uitest.Messages(d.Update(uitest.Key("enter"))); !reflect.DeepEqual(got, want) {
		t.Errorf("enter gives %v", got)
	}
}

// TestUnfinishedLeavesTheListWhereItWas has the next key in the list be about the
// run that was read about.
func TestUnfinishedLeavesTheListWhereItWas(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	var runs []engine.Summary
	for i, id := range []string{s.rows.ids[5], s.rows.ids[2], s.rows.ids[8]} {
		runs = append(runs, engine.Summary{
			Run: fmt.Sprint("run-", i), Credential: id, Status: engine.StatusStopped, Started: uitest.Now().Add(-time.Duration(i) * time.Hour),
		})
	}
	s.Update(journalRead{runs: runs})
	for i, id := range []string{runs[0].Credential, runs[1].Credential, runs[2].Credential} {
		if got := s.table.Selected(); i > 0 && got == id {
			t.Fatalf("%s is selected before the dialog chose it", id)
		}
		d := uitest.Messages(s.prompt())[0].(ui.ShowDialog).Dialog.(*unfinished)
		for range i {
			d.Update(uitest.Key("down"))
		}
		d.Update(uitest.Key([]string{"enter", "esc", "enter"}[i]))
		if got := s.table.Selected(); got != id {
			t.Errorf("%s is selected, want %s", got, id)
		}
	}
	listed := s.rows.arrange(nil, byUrgency, uitest.Now())
	for i, run := range runs {
		if !strings.Contains(fmt.Sprint(listed[i]), run.Credential) {
			t.Errorf("row %d is %v, want %s as in the dialog", i, listed[i], run.Credential)
		}
	}
}

func TestUnfinishedGoesWithItsRuns(t *testing.T) {
	t.Parallel()
	d := unfinishedDialog(t, 2)
	if d.Appear() == nil || ui.Pressed(d.Bindings(), uitest.Key("u")) != "" {
		t.Fatal("runs can be taken up before the journal says that they wait")
	}
	d.Update(journalRead{runs: d.runs})
	d.Update(truthSeen{dialog: d, run: "run-1"})
	d.Update(truthSeen{dialog: d, run: "run-0"})
	d.Update(uitest.Key("down"))
	later := slices.Clone(d.runs)
	later[0].Seq++
	d.Update(journalRead{runs: later})
	if _, kept := d.truths["run-1"]; !kept || d.cursor != 1 {
		t.Errorf("a run that rests lost its truth, or the cursor at %d", d.cursor)
	}
	if _, kept := d.truths["run-0"]; kept {
		t.Error("a run that went on kept what was true before")
	}
	later[0].Status, later[1].Status = engine.StatusDone, engine.StatusRolledBack
	if got := uitest.Messages(d.Update(journalRead{runs: later})); !slices.Equal(got, []tea.Msg{ui.CloseDialog{Dialog: d}}) {
		t.Errorf("with every run finished, the dialog does %v", got)
	}
}

func TestUnfinishedIsShownOnlyAtTheStart(t *testing.T) {
	t.Parallel()
	stopped := journalRead{runs: []engine.Summary{{Run: "r1", Credential: "orders-db", Status: engine.StatusStopped}}}
	shows := func(messages []tea.Msg) bool {
		return slices.ContainsFunc(messages, func(msg tea.Msg) bool { _, ok := msg.(ui.ShowDialog); return ok })
	}
	first, second := newTestScreen(t, dozen()...), newTestScreen(t, dozen()...)
	first.options.Unfinished, second.options.Unfinished = true, true
	if !shows(uitest.Messages(first.Update(stopped))) {
		t.Error("not shown at the start")
	}
	second.Update(journalRead{})
	if shows(uitest.Messages(second.Update(stopped))) {
		t.Error("shown over a run that stopped later: the banner is enough")
	}
}
