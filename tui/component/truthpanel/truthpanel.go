// Package truthpanel shows what is true of a run now, whatever its record says:
// whether both credentials work, what the store holds, who uses what, and the
// one safe next step.
//
//	panel := truthpanel.New(c, truthpanel.Keys{Resume: "u", RollBack: "b", Again: "r"})
//	cmd := panel.Look(run)  // probes once
//	panel.Take(msg)         // in Update, of every message
//	lines := panel.Within(width, height)
//
// A probe presents both credentials. It is never repeated unasked: a server may
// lock an account after a few refused logins.
package truthpanel

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Keys are what the next step is pressed with, where the panel stands; "" for a
// step that cannot be taken from there.
type Keys struct{ Resume, RollBack, Again string }

// Panel is what probes said of one run. Make one with New.
type Panel struct {
	context *ui.Context
	keys    Keys
	run     engine.Summary
	asked   int // probes begun: only the last one's answer counts
	looking bool
	known   bool // truth or err holds an answer
	truth   engine.Truth
	err     error
}

// New returns a panel of no run.
func New(c *ui.Context, keys Keys) *Panel { return &Panel{context: c, keys: keys} }

// seen delivers an answer.
type seen struct {
	panel *Panel
	asked int
	truth engine.Truth
	err   error
}

// Look probes what is true of a run, in place of what was known.
func (p *Panel) Look(run engine.Summary) tea.Cmd {
	if run.Run != p.run.Run {
		p.known = false
	}
	p.run = run
	p.asked++
	p.looking = true
	asked, probe := p.asked, p.context.Engine.Truth
	return p.context.Work(func(ctx context.Context) tea.Msg {
		truth, err := probe(ctx, run.Run)
		return seen{p, asked, truth, err}
	})
}

// Of is Look for a run of which nothing is known yet, or that has gone on since
// it was probed; else it does nothing.
func (p *Panel) Of(run engine.Summary) tea.Cmd {
	if run.Run == p.run.Run && run.Seq == p.run.Seq && (p.known || p.looking) {
		return nil
	}
	return p.Look(run)
}

// Take takes an answer; other messages, and late answers, change nothing.
func (p *Panel) Take(msg tea.Msg) {
	answer, ours := msg.(seen)
	if !ours || answer.panel != p || answer.asked != p.asked {
		return
	}
	p.looking, p.known = false, true
	p.truth, p.err = answer.truth, answer.err
}

// Looking says that a probe is under way.
func (p *Panel) Looking() bool { return p.looking }

// Run is the run that the panel is about; its Run is "" before the first Look.
func (p *Panel) Run() engine.Summary { return p.run }

// Truth is what probes found; known is false before the first answer, and when
// they found nothing.
func (p *Panel) Truth() (truth engine.Truth, known bool) { return p.truth, p.known && p.err == nil }
