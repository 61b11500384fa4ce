package tui

import (
	"context"
	"errors"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// runScenes lead to a run in each state that it can be in, and to each question
// that the engine asks about one.
func runScenes() map[string]func(d *deck) {
	return map[string]func(d *deck){
		"question-gate":   func(d *deck) { d.asked(engine.RequestGate) },
		"question-retire": func(d *deck) { d.askedBefore(engine.PhaseRetire) },
		"question-parity": func(d *deck) { d.world.Target.Differ(differences()...); d.asked(engine.RequestParity) },
		"question-evidence": func(d *deck) {
			d.impatient()
			d.world.Target.Connect(enginetest.SessionOf(engine.SlotA, "reports", d.context.Now()))
			d.asked(engine.RequestEvidence)
		},
		"question-failure": func(d *deck) { d.failing(); d.asked(engine.RequestFailure) },
		"question-unknown": func(d *deck) {
			d.world.Target.Fail("set-password", errors.New("the connection was lost while the statement ran"))
			d.asked(engine.RequestUnknown)
		},
		"question-no-return": func(d *deck) {
			d.asked(engine.RequestGate)
			d.world.Target.Disable(engine.SlotA)
			d.asked(engine.RequestNoReturn)
		},
		"question-rollback": func(d *deck) {
			d.gracious()
			d.shows("both credentials stay valid for")
			d.rested()
			d.press("b")
			d.until("it asks whether to roll back", func() bool { return openQuestion(d.front().run).Kind == engine.RequestRollback })
		},
		"question-resume": func(d *deck) { d.stopped(); d.rested(); d.press("u"); d.shows("Go on with the rotation") },

		"run-failed": func(d *deck) { d.failing(); d.asked(engine.RequestFailure); d.aside() },
		"run-grace":  func(d *deck) { d.gracious(); d.shows("both credentials stay valid for") },
		"run-extended": func(d *deck) {
			d.gracious()
			d.shows("both credentials stay valid for")
			d.rested()
			d.press("x")
			d.shows("both credentials stay valid for 2h")
		},
		"run-lacking": func(d *deck) {
			d.impatient()
			d.world.Target.Connect(enginetest.SessionOf(engine.SlotA, "reports", d.context.Now()))
			d.asked(engine.RequestEvidence)
			d.aside()
		},
		"run-done":        func(d *deck) { d.finished(enginetest.Yes) },
		"run-rolled-back": func(d *deck) { d.finished(enginetest.Prefer(engine.ChoiceRollBack, engine.ChoiceContinue)) },
		"run-stopped":     func(d *deck) { d.asked(engine.RequestGate); d.choose(engine.ChoiceStop); d.rests() },
		"run-locked": func(d *deck) {
			d.elsewhere()
			d.begin(d.context.Start(d.rotation))
			d.until("it says why not", func() bool { return d.dialog() != nil })
		},
		"truth-done": func(d *deck) {
			d.finished(enginetest.Yes)
			d.deliver(ui.OpenTruth{Run: d.front().run.Summary()})
			d.shows("probes again")
		},
		"history-many": func(d *deck) { d.stopped(); d.press("H"); d.shows("1 run") },
	}
}

func differences() []engine.Difference {
	return []engine.Difference{
		{Slot: engine.SlotA, What: "SELECT on table reports.monthly", Remedy: "GRANT SELECT ON reports.monthly TO app_b"},
		{Slot: engine.SlotB, What: "member of role maintenance", Remedy: "REVOKE maintenance FROM app_b"},
		{What: "CONNECT on database orders"},
	}
}

// failing makes the next change fail, for good reason.
func (d *deck) failing() {
	d.world.Target.Fail("set-password", engine.NotAppliedError(engine.NewProblem(errors.New("permission denied to alter role"),
		"GRANT app_owner TO rotadeck", "the administrator may not set the password of app_b")))
}

// impatient asks at once when evidence is missing.
func (d *deck) impatient() {
	d.world.Credential.Policy.VerifyWithin = 0
	d.restart()
}

// gracious is a run in its grace period.
func (d *deck) gracious() {
	d.world.Credential.Policy.Grace = time.Hour
	d.restart()
	d.asked(engine.RequestGate)
	d.choose(engine.ChoiceContinue)
}

// rotation begins the rotation of the world's credential.
func (d *deck) rotation(ctx context.Context) (*engine.Run, error) {
	return d.options.Engine.Rotate(ctx, enginetest.ID, engine.Options{})
}

// asked begins a run if there is none, and goes on until a question of that kind
// is open.
func (d *deck) asked(kind engine.RequestKind) {
	d.t.Helper()
	d.goOn(func(q engine.Request) bool { return q.Kind == kind })
}

// askedBefore does so until it is asked whether a phase may begin.
func (d *deck) askedBefore(phase engine.Phase) {
	d.t.Helper()
	d.goOn(func(q engine.Request) bool { return q.Kind == engine.RequestGate && q.Phase == phase })
}

func (d *deck) goOn(there func(q engine.Request) bool) {
	d.t.Helper()
	if d.front().run == nil {
		d.rotate()
	}
	run := d.front().run
	for q := openQuestion(run); !there(q); q = openQuestion(run) {
		d.choose(engine.ChoiceContinue)
		d.until("it asks again", func() bool { now := openQuestion(run).ID; return now != "" && now != q.ID })
	}
	d.until("the question is in front", func() bool { return d.dialog() != nil })
}

// choose gives an answer to the question that is open, and closes its dialog.
func (d *deck) choose(choice engine.ChoiceID) {
	d.t.Helper()
	run := d.front().run
	d.until("the question is in front", func() bool { return openQuestion(run).ID != "" && d.dialog() != nil })
	question := openQuestion(run)
	c, _ := question.Choice(choice)
	if err := run.Answer(engine.Answer{Request: question.ID, Choice: choice, Typed: c.Typed}); err != nil {
		d.t.Fatal(err)
	}
	d.aside()
}

// aside closes the dialog in front.
func (d *deck) aside() { d.deliver(ui.CloseDialog{Dialog: d.dialog()}) }

// rested waits until keys that begin something count.
func (d *deck) rested() { d.until("keys count again", func() bool { return !d.rest.Waiting() }) }

// finished is a run that was answered until its end.
func (d *deck) finished(answer enginetest.Answerer) {
	d.t.Helper()
	run := d.rotate()
	for asked := ""; ; {
		d.until("it asks or ends", func() bool {
			q := openQuestion(run).ID
			return q != "" && q != asked || len(d.launcher.active()) == 0
		})
		q := openQuestion(run)
		if q.ID == "" {
			return
		}
		asked = q.ID
		d.choose(answer(q))
	}
}

// rests waits for the end of every run.
func (d *deck) rests() {
	d.until("no run is under way", func() bool { return len(d.launcher.active()) == 0 })
}
