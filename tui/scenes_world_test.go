package tui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// worldScenes lead to inventories of other sizes, to worlds in which things are
// wrong, and to names that are wider than they look.
func worldScenes() map[string]func(d *deck) {
	return map[string]func(d *deck){
		"empty": func(d *deck) { d.restartOn(nil); d.shows("The inventory is empty") },
		"five-hundred": func(d *deck) {
			d.restartOn(many(500))
			d.shows("500 ")
			d.until("all are probed", func() bool { return !d.sees("not yet seen") })
		},
		"read-only": func(d *deck) { d.restart(func(o *Options) { o.ReadOnly = true }); d.shows("READ ONLY") },
		"unreachable": func(d *deck) {
			d.world.Target.Down(errors.New("dial tcp 10.0.0.7:5432: connect: connection refused"))
			d.restart()
			d.shows("unreachable")
		},
		"refused": func(d *deck) { d.world.Target.Disable(engine.SlotA); d.restart(); d.shows("✗ ") },
		"store-error": func(d *deck) {
			d.world.Store.Fail(engine.NewProblem(errors.New("permission denied"), "chmod u+r it", "the store cannot be read"))
			d.restart()
			d.shows("the store cannot be read")
		},
		"consumer-error": func(d *deck) { d.world.Consumer.Down(true); d.restart(); d.shows("does not answer") },
		"plan-error": func(d *deck) {
			d.world.Store.Fail(errors.New("permission denied"))
			d.press("o")
			d.shows("permission denied")
		},
		"journal-error": func(d *deck) {
			d.world.Journal.Fail(errors.New("disk I/O error"))
			d.begin(d.context.Start(d.rotation))
			d.until("it says why not", func() bool { return d.dialog() != nil })
		},
		"unknown-run": func(d *deck) { d.begin(d.context.Watch("no-such")); d.shows("the journal knows no run") },
		"rights-differ": func(d *deck) {
			d.world.Target.Differ(differences()...)
			d.press("=")
			d.shows("reports.monthly")
		},
		"statement": func(d *deck) {
			d.world.Target.Differ(differences()...)
			d.press("=")
			d.shows("reports.monthly")
			d.press("tab")
		},
		"users-busy": func(d *deck) {
			d.world.Target.Connect(
				enginetest.SessionOf(engine.SlotA, "orders-api", uitest.Now()), enginetest.SessionOf(engine.SlotB, "reports", uitest.Now()))
			d.press("l")
			d.shows("orders-api")
		},
		"wide":      func(d *deck) { d.wide(); d.shows("支払い") },
		"wide-plan": func(d *deck) { d.wide(); d.shows("支払い"); d.press("o"); d.shows("preflight") },
		"wide-question": func(d *deck) {
			d.wide()
			d.shows("支払い")
			d.begin(d.context.Start(d.rotation))
			d.until("a question is open", func() bool { return d.dialog() != nil })
		},
		"wide-error": func(d *deck) {
			d.wide()
			d.world.Target.Down(errors.New("接続できません：ホストが見つかりません 🔌 e\u0301chec"))
			d.restart()
			d.shows("接続")
			d.press("tab")
		},
	}
}

// wide restarts the console with names of two cells a letter, with combining
// marks, and with emoji.
func (d *deck) wide() {
	c := &d.world.Credential
	c.Owner, c.Tags = "支払いチーム", []string{"重要🔑", "prive\u0301", "한국어", "👩‍💻 team"}
	c.Environment.Word, c.Environment.Name = "本番", "本番環境"
	c.Consumers[0].Name, c.Runbook = "注文サービス", "https://runbooks.example.com/注文/データベース"
	d.restart(func(o *Options) { o.Title = "支払い 💳" })
}

// restart makes the console anew, over the world as it is now.
func (d *deck) restart(change ...func(o *Options)) {
	d.options.Engine = d.world.Engine()
	for _, c := range change {
		c(&d.options)
	}
	ctx, cancel := context.WithCancel(context.Background())
	d.t.Cleanup(cancel)
	width, height := d.width, d.height
	d.Model = New(ctx, cancel, d.options)
	d.deliver(tea.WindowSizeMsg{Width: width, Height: height})
	d.begin(d.Init())
}

// restartOn does so with other credentials alone.
func (d *deck) restartOn(credentials []engine.Credential) {
	e := engine.New(engine.Config{
		Credentials: credentials, Open: d.world.Open, Journal: d.world.Journal, Clock: d.world.Clock, Random: d.world.Random,
	})
	d.restart(func(o *Options) { o.Engine = e })
}
