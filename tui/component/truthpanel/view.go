package truthpanel

import (
	"fmt"
	"slices"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Facts are what is known, wrapped to width.
func (p *Panel) Facts(width int) []string {
	if lines := p.unknown(width); lines != nil {
		return lines
	}
	if p.truth.Problem != "" {
		return styled(ui.Wrap("? "+ui.Clean(p.truth.Problem), width), p.context.Theme.Warn)
	}
	return slices.Concat(
		p.side("old", p.old(), p.truth.OldWorks, p.truth.OldProofs, width),
		p.fresh(width), p.store(width), p.users(width))
}

// Foot is the next step, and when the facts were found; nothing before they are.
func (p *Panel) Foot(width int) []string {
	if p.unknown(width) != nil {
		return nil
	}
	return append(p.step(width), p.stamp(width))
}

// Within is facts and foot on at most height lines: the foot stays, and of the
// facts it is said how many are missing.
func (p *Panel) Within(width, height int) []string {
	facts, foot := p.Facts(width), p.Foot(width)
	room := max(0, height-len(foot))
	if hidden := len(facts) - room; hidden > 0 && room > 0 {
		facts = append(facts[:room-1:room-1], p.context.Theme.Muted.Render(fmt.Sprintf("… %s", ui.Plural(hidden+1, "more line"))))
	}
	lines := append(facts[:min(len(facts), room):min(len(facts), room)], foot...)
	lines = lines[:min(len(lines), max(0, height))]
	for i, line := range lines {
		lines[i] = ui.Fit(line, width)
	}
	return lines
}

// Brief is the same in a few lines, each cut to width.
func (p *Panel) Brief(width int) []string {
	if lines := p.unknown(width); lines != nil {
		return lines[:min(len(lines), 3)]
	}
	theme := p.context.Theme
	var facts string
	if p.truth.Problem != "" {
		facts = theme.Warn.Render("? " + ui.Clean(p.truth.Problem))
	} else {
		facts = theme.Muted.Render("old ") + theme.Standing(p.truth.OldWorks).Render() + theme.Muted.Render("  new ") + p.newMark().Render() +
			theme.Muted.Render("  slot ") + theme.Text.Render(ui.Clean(string(p.truth.Active))) + theme.Muted.Render(" published  ") + p.counts()
	}
	step := theme.Muted.Render("next ") + p.advice() + theme.Text.Render(": "+ui.Clean(p.truth.AdviceText))
	return []string{ui.Fit(facts, width), ui.Fit(step, width)}
}

// unknown is what stands in place of the truth; nil when it is known.
func (p *Panel) unknown(width int) []string {
	theme := p.context.Theme
	switch {
	case p.known && p.err != nil && !p.looking:
		lines := []string{theme.Danger.Render("✗ it cannot be told what is true")}
		return append(lines, notice.Lines(theme, *engine.AsProblem(p.err), width)...)
	case p.known && p.err == nil:
		return nil
	}
	return styled(ui.Wrap("▸ probing what is true now; nothing is changed", width), theme.Muted)
}
