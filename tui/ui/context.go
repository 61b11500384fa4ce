package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
)

// Context is what a screen needs of the world. The root makes one and shares
// it by pointer: Theme may change between two frames. It is used on the
// program's own goroutine only.
type Context struct {
	Engine    *engine.Engine
	Theme     Theme
	Now       func() time.Time
	Host      string // where the console itself runs; "" when that is not known
	ReadOnly  bool   // no change may be started
	Animation bool   // false: nothing moves by itself except facts

	// Work makes a command of something that blocks. It runs on a goroutine of
	// its own under the console's context; its message comes back to Update.
	Work func(work func(ctx context.Context) tea.Msg) tea.Cmd

	// Start makes a command that begins, resumes or rolls back a run. It ends
	// in OpenRun, or in ShowProblem when the run could not begin. The console
	// waits for runs that were started in this way before it exits.
	Start func(start func(ctx context.Context) (*engine.Run, error)) tea.Cmd

	// Watch makes a command that shows a run which another process carries out.
	// It ends in OpenRun with a run that can only be read, or in ShowProblem.
	Watch func(run string) tea.Cmd

	// Respond makes a command that opens or resumes an incident; start is how the
	// runs of its members begin. It ends in OpenIncidentBoard, or in ShowProblem.
	// The console waits for incidents as it does for runs.
	Respond func(open func(ctx context.Context, start StartRun) (*engine.Incident, error)) tea.Cmd

	// Incidents lists those begun by Respond that have not ended, the oldest first.
	Incidents func() []*engine.Incident

	// Keys gives a binding of a screen the keys that the operator wishes; nil where
	// nobody wishes any. Screens ask it by Shown.
	Keys func(s Screen, b Binding) Binding

	// Wished are the keys that the operator wishes for an action, by its path in
	// console.toml; nil where nobody wishes any. Screens ask it by Key.
	Wished func(path string) (keys []string, changed bool)

	// Active lists the runs begun by Start that have not ended.
	Active func() []*engine.Run
}

// StartRun begins a run, and counts it among those that the console waits for.
type StartRun = func(ctx context.Context, begin func(context.Context) (*engine.Run, error)) (*engine.Run, error)

// Send makes a command that delivers msg.
func Send(msg tea.Msg) tea.Cmd {
	return func() tea.Msg { return msg }
}

// Key names the key of an action in words about it: that which the operator has
// given it, or else its own. An action that was left without keys is done by the
// palette.
func (c *Context) Key(path, own string) string {
	if c.Wished == nil {
		return KeyName(own)
	}
	keys, changed := c.Wished(path)
	switch {
	case !changed:
		return KeyName(own)
	case len(keys) == 0:
		return "the palette"
	}
	return KeyName(keys[0])
}

// Shown is a binding of a screen as it is to be shown: with the keys that the
// operator has given it.
func (c *Context) Shown(s Screen, b Binding) Binding {
	if c.Keys == nil {
		return b
	}
	return c.Keys(s, b)
}
