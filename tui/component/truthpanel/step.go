package truthpanel

import (
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// step is the one safe next step, with the key for it.
func (p *Panel) step(width int) []string {
	theme := p.context.Theme
	switch s := p.run.Status; {
	case s.Finished():
		return p.wrapped("next", "nothing: "+p.truth.AdviceText, theme.Text, width)
	case s != engine.StatusStopped:
		return p.wrapped("next", "nothing while the run goes on; were it stopped: "+p.truth.Next(), theme.Text, width)
	}
	return append([]string{p.row("next", p.advice(), width)}, p.wrapped("", p.truth.AdviceText, theme.Text, width)...)
}

// advice is the step alone: "u resume".
func (p *Panel) advice() string {
	theme := p.context.Theme
	text := theme.Strong.Render(ui.Clean(string(p.truth.Advice)))
	key := map[engine.Advice]string{engine.AdviceResume: p.keys.Resume, engine.AdviceRollBack: p.keys.RollBack}[p.truth.Advice]
	if key == "" {
		return text
	}
	return theme.Accent.Bold(true).Render(key) + " " + text
}

// stamp says when it was probed.
func (p *Panel) stamp(width int) string {
	theme, now := p.context.Theme, p.context.Now()
	if p.looking {
		return p.row("probed", theme.Accent.Render("▸ probing again"), width)
	}
	text, ago := p.truth.At.In(now.Location()).Format("15:04:05"), ", "+engine.Span(max(0, now.Sub(p.truth.At)))+" ago"
	again := ""
	if p.keys.Again != "" {
		again = " · " + p.keys.Again + " probes again"
	}
	if ansi.StringWidth(text+ago+again)+labelWidth > width {
		ago = ""
	}
	return p.row("probed", theme.Muted.Render(text+ago+again), width)
}
