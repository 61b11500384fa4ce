package run

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

func TestStages(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		events []engine.Event
		phase  engine.Phase
		want   ui.PhaseState
	}{
		"nothing yet":      {nil, engine.PhaseCreate, ui.PhasePending},
		"running":          {started("create"), engine.PhaseCreate, ui.PhaseRunning},
		"done":             {ended("create"), engine.PhaseCreate, ui.PhaseDone},
		"failed":           {failed("create"), engine.PhaseCreate, ui.PhaseFailed},
		"retried":          {then(failed("create"), started("create")), engine.PhaseCreate, ui.PhaseRunning},
		"gate":             {asked("create"), engine.PhaseCreate, ui.PhaseWaiting},
		"gate answered":    {then(asked("create"), answered("continue")), engine.PhaseCreate, ui.PhasePending},
		"asked on failure": {then(failed("create"), asked("create")), engine.PhaseCreate, ui.PhaseWaiting},
		"stopped in it":    {then(started("create"), stopped()), engine.PhaseCreate, PhaseStopped},
		"undoing":          {then(ended("create"), undo(engine.EventPhaseStarted, "create")), engine.PhaseCreate, ui.PhaseUndoing},
		"undone":           {then(ended("create"), undo(engine.EventPhaseEnded, "create")), engine.PhaseCreate, ui.PhaseUndone},
		"undo failed":      {then(ended("create"), undo(engine.EventPhaseFailed, "create")), engine.PhaseCreate, ui.PhaseFailed},
		"never reached":    {then(ended("create"), rollback()), engine.PhasePublish, ui.PhaseSkipped},
		"gone past":        {then(ended("preflight"), started("create")), engine.PhaseGenerate, ui.PhaseSkipped},
		"last one":         {then(started("done"), over(engine.StatusDone)), engine.PhaseDone, ui.PhaseDone},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := fold(test.events).Stage(test.phase).State; got != test.want {
				t.Errorf("state of %s is %q, want %q", test.phase, got, test.want)
			}
		})
	}
}

func TestAttemptsAndElapsed(t *testing.T) {
	t.Parallel()
	m := fold(then(failed("create"), started("create")))
	stage := m.Stage(engine.PhaseCreate)
	if stage.Attempts != 2 {
		t.Errorf("attempts are %d, want 2", stage.Attempts)
	}
	if got := stage.Elapsed(stage.Started.Add(90 * time.Second)); got != 90*time.Second {
		t.Errorf("elapsed is %s, want 1m30s: only the last attempt counts", got)
	}
}

func TestProblemStaysPinnedUntilItsPhaseSucceeds(t *testing.T) {
	t.Parallel()
	m := fold(then(failed("create"), started("create")))
	if m.Problem == nil {
		t.Fatal("the problem is gone before its phase succeeded")
	}
	m.Add(event(engine.EventPhaseEnded, "create"))
	if m.Problem != nil {
		t.Errorf("problem %v is still pinned after success", m.Problem)
	}
}

func TestSides(t *testing.T) {
	t.Parallel()
	rotation := engine.Event{Type: engine.EventRunStarted, At: zero, Rotation: &engine.Rotation{
		OldSlot: "a", NewSlot: "b", OldIdentity: "orders_a", NewIdentity: "orders_b",
	}}
	proof := func(text, identity, endpoint string, s engine.Standing) engine.Event {
		return engine.Event{Type: engine.EventProof, At: zero, Text: text, Proof: &engine.Proof{
			Endpoint: endpoint, Identity: identity, Standing: s,
		}}
	}
	m := fold([]engine.Event{
		rotation,
		proof("the old credential logs in", "orders_a", "db1", engine.Accepted),
		proof("a wrong credential is refused", "orders_a", "db1", engine.Refused),
		proof("", "orders_b", "db1", engine.Accepted),
		proof("the new credential logs in", "", "db2", engine.Accepted),
		proof("the new credential logs in", "", "db2", engine.Unreachable),
	})
	if m.Old.Standing() != engine.Accepted || len(m.Old.Proofs) != 1 {
		t.Errorf("old side is %+v: a negative control must not count", m.Old)
	}
	if m.New.Standing() != engine.Unreachable || m.New.Count(engine.Accepted) != 1 {
		t.Errorf("new side is %+v: the last proof of each endpoint counts", m.New)
	}
}

func TestEvidenceIsToldWhenItChanges(t *testing.T) {
	t.Parallel()
	look := func(n int) engine.Event {
		return engine.Event{Type: engine.EventEvidence, At: zero, Evidence: &engine.Evidence{
			Counted: true, OldSessions: make([]engine.Session, n),
		}}
	}
	m := fold([]engine.Event{look(2), look(2), look(1), look(1), look(0)})
	if len(m.Lines) != 3 {
		t.Errorf("%d lines, want 3: one for each change\n%v", len(m.Lines), m.Lines)
	}
	if m.Summary.Seq != 0 || !m.Evidence.At.Equal(zero) {
		t.Error("evidence must not touch the summary")
	}
}

// TestEveryEventIsTold guards against an event type that the log forgets, with
// and without the fields that belong to it.
func TestEveryEventIsTold(t *testing.T) {
	t.Parallel()
	for _, kind := range eventTypes() {
		for name, e := range map[string]engine.Event{"bare": event(kind, "create"), "full": full(kind)} {
			m := fold([]engine.Event{e})
			if len(m.Lines) == 0 && (kind != engine.EventEvidence || name == "full") {
				t.Errorf("%s event of type %s leaves no line", name, kind)
			}
		}
	}
}

func TestTextsAreTold(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for _, kind := range eventTypes() {
		for _, line := range fold([]engine.Event{full(kind)}).Lines {
			text.WriteString(line.Text + "\n")
		}
	}
	for _, want := range []string{
		"ALTER ROLE", "LOGIN", "orders_b", "password rejected", "look at pg_hba.conf", "28P01",
		"flip the slot", "PROD", "services switch", "until retire", "rights are enough", "by ann",
		"10:10:00", "1 session on the old credential", "1 of 2 consumers",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no line says %q", want)
		}
	}
}

// TestAnyOrder says that no sequence of events, however mad, breaks the model.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := NewModel(nil)
		for _, e := range rapid.SliceOf(anyEvent()).Draw(t, "events") {
			before := len(m.Lines)
			m.Add(e)
			if len(m.Lines) == before && e.Type != engine.EventEvidence {
				t.Fatalf("%s left no line", e.Type)
			}
			if len(m.Stages) != len(engine.Phases()) {
				t.Fatalf("%d stages", len(m.Stages))
			}
			_, _ = m.Current(), m.Over()
		}
		for _, line := range m.Lines {
			if strings.ContainsAny(line.Text, "\n\x1b") {
				t.Fatalf("line %q is not clean", line.Text)
			}
		}
	})
}

func anyEvent() *rapid.Generator[engine.Event] {
	return rapid.Custom(func(t *rapid.T) engine.Event {
		phases := []engine.Phase{"", "unheard-of"}
		for _, row := range engine.Phases() {
			phases = append(phases, row.Phase)
		}
		e := full(rapid.SampledFrom(append(eventTypes(), "unheard-of")).Draw(t, "type"))
		e.Phase = rapid.SampledFrom(phases).Draw(t, "phase")
		e.Undoing = rapid.Bool().Draw(t, "undoing")
		e.At = zero.Add(time.Duration(rapid.Int64Range(-1e12, 1e12).Draw(t, "at")))
		e.Text = rapid.SampledFrom([]string{"", "a\nb", "\x1b[31mred", "\r\n"}).Draw(t, "text")
		if rapid.Bool().Draw(t, "bare") {
			e = event(e.Type, e.Phase)
		}
		return e
	})
}

func TestPicture(t *testing.T) {
	t.Parallel()
	published := then(ended("create"), ended("validate"), ended("publish"), ended("reload"), ended("verify"))
	undone := func(phases ...engine.Phase) []engine.Event {
		all := then(published, rollback())
		for _, p := range phases {
			all = then(all, undo(engine.EventPhaseStarted, p), undo(engine.EventPhaseEnded, p))
		}
		return all
	}
	tests := map[string]struct {
		events []engine.Event
		want   engine.Picture
	}{
		"nothing yet":       {nil, engine.PictureOldAlone},
		"asked to retire":   {then(published, asked("retire")), engine.PictureOnNew},
		"retiring":          {then(published, started("retire")), engine.PictureRetired},
		"rolling back":      {undone("retire"), engine.PictureOnNew},
		"flipped back":      {undone("retire", "publish", "reload", "verify"), engine.PictureBothValid},
		"withdrawn":         {undone("retire", "publish", "reload", "verify", "create"), engine.PictureOldAlone},
		"created, undoing":  {then(ended("create"), rollback(), undo(engine.EventPhaseStarted, "retire")), engine.PictureBothValid},
		"undone after done": {then(published, ended("cleanup"), ended("done"), rollback(), undo(engine.EventPhaseEnded, "retire")), engine.PictureOnNew},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := fold(test.events).Picture(); got != test.want {
				t.Errorf("picture is %q, want %q", got, test.want)
			}
		})
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		-time.Second: "0ms", 24 * time.Millisecond: "24ms", 1299 * time.Millisecond: "1.2s",
		59 * time.Second: "59s", 185 * time.Second: "3m05s", 130 * time.Minute: "2h10m",
	} {
		if got := Duration(d); got != want {
			t.Errorf("%v is worded %q, want %q", d, got, want)
		}
	}
}
