package truthpanel

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/component/sessions"
	"github.com/rotadeck/rotadeck/tui/ui"
)

const labelWidth = 7

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
		facts = append(facts[:room-1:room-1], p.context.Theme.Muted.Render(fmt.Sprintf("… %s", plural(hidden+1, "more line"))))
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

func (p *Panel) old() string { return sideName(p.run.Rotation.OldIdentity, p.run.Rotation.OldSlot) }

func (p *Panel) next() string { return sideName(p.run.Rotation.NewIdentity, p.run.Rotation.NewSlot) }

func sideName(identity string, slot engine.Slot) string {
	switch {
	case slot == "":
		return "credential"
	case identity == "":
		return "slot " + ui.Clean(string(slot))
	}
	return fmt.Sprintf("%s (slot %s)", ui.Clean(identity), ui.Clean(string(slot)))
}

// newMark is how the new credential fares; there may be none.
func (p *Panel) newMark() ui.Mark {
	if !p.truth.Pending {
		return ui.Mark{Glyph: "·", Word: "not there", Style: p.context.Theme.Muted}
	}
	return p.context.Theme.Standing(p.truth.NewWorks)
}

// side says how a credential is received, endpoint by endpoint.
func (p *Panel) side(label, name string, standing engine.Standing, proofs []engine.Proof, width int) []string {
	theme := p.context.Theme
	text := theme.Standing(standing).Render()
	if n := len(proofs); n > 1 {
		text += theme.Muted.Render(fmt.Sprintf(" at %d of %d", count(proofs, standing), n))
	}
	lines := p.pair(label, theme.Strong.Render(name), text, width)
	for _, proof := range proofs {
		mark := theme.Standing(proof.Standing)
		words := []string{proof.Endpoint, proof.Detail, took(proof.Took)}
		if proof.Standing != engine.Accepted {
			words = slices.Insert(words, 1, mark.Word)
		}
		lines = append(lines, p.marked(mark, list(words...), width)...)
	}
	return lines
}

// pair sets two texts on one line, or below one another where they do not fit.
func (p *Panel) pair(label, text, more string, width int) []string {
	if ansi.StringWidth(text)+ansi.StringWidth(more)+2+labelWidth <= width {
		return []string{p.row(label, text+"  "+more, width)}
	}
	return []string{p.row(label, text, width), p.row("", more, width)}
}

// marked sets a text that is not clean beside a glyph, wrapped.
func (p *Panel) marked(mark ui.Mark, text string, width int) []string {
	var lines []string
	for i, line := range ui.Wrap(ui.Clean(text), max(1, width-labelWidth-2)) {
		sign := mark.Sign() + " "
		if i > 0 {
			sign = "  "
		}
		lines = append(lines, p.row("", sign+p.context.Theme.Text.Render(line), width))
	}
	return lines
}

// wrapped sets a text that is not clean beside a label.
func (p *Panel) wrapped(label, text string, style lipgloss.Style, width int) []string {
	var lines []string
	for _, line := range ui.Wrap(ui.Clean(text), max(1, width-labelWidth)) {
		lines = append(lines, p.row(label, style.Render(line), width))
		label = ""
	}
	return lines
}

func (p *Panel) fresh(width int) []string {
	if !p.truth.Pending {
		theme := p.context.Theme
		return append([]string{p.row("new", theme.Strong.Render(p.next()), width)},
			p.wrapped("", "the store holds no new credential of this run", theme.Muted, width)...)
	}
	return p.side("new", p.next(), p.truth.NewWorks, p.truth.NewProofs, width)
}

func count(proofs []engine.Proof, standing engine.Standing) int {
	n := 0
	for _, proof := range proofs {
		if proof.Standing == standing {
			n++
		}
	}
	return n
}

func took(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return fmt.Sprintf("%d ms", max(1, d.Milliseconds()))
}

// store says what the store publishes, and what it keeps beside it.
func (p *Panel) store(width int) []string {
	r := p.run.Rotation
	text := "publishes slot " + string(p.truth.Active)
	switch {
	case p.truth.Active == "":
	case p.truth.Active == r.NewSlot:
		text += ", the new one"
	case p.truth.Active == r.OldSlot:
		text += ", the old one"
	}
	if p.truth.Pending && p.truth.Active != r.NewSlot {
		text += "; keeps the new one beside it"
	}
	return p.wrapped("store", text, p.context.Theme.Text, width)
}

// counts is who uses what, in numbers: sessions on either side.
func (p *Panel) counts() string {
	theme, e := p.context.Theme, p.truth.Evidence
	if !e.Counted {
		return ""
	}
	style := theme.OK
	if len(e.OldSessions) > 0 {
		style = theme.Warn
	}
	return style.Render(fmt.Sprintf("%d on old", len(e.OldSessions))) + theme.Text.Render(fmt.Sprintf(", %d on new", e.NewSessions))
}

// users says who uses what.
func (p *Panel) users(width int) []string {
	theme, e := p.context.Theme, p.truth.Evidence
	var lines []string
	if e.Counted {
		style := theme.OK
		if len(e.OldSessions) > 0 {
			style = theme.Warn
		}
		lines = p.pair("users", style.Render(plural(len(e.OldSessions), "session")+" on the old"),
			theme.Text.Render(fmt.Sprintf("%d on the new", e.NewSessions)), width)
	}
	for _, g := range sessions.Group(e.OldSessions) {
		lines = append(lines, p.marked(ui.Mark{Glyph: "·", Style: theme.Muted}, g.String(), width)...)
	}
	if e.Reports > 0 {
		style := theme.Warn
		if e.OnNew == e.Reports {
			style = theme.OK
		}
		lines = append(lines, p.wrapped("", fmt.Sprintf("%d of %s on the new", e.OnNew, plural(e.Reports, "consumer")), style, width)...)
	}
	silent := ui.Mark{Glyph: "?", Style: theme.Warn}
	for _, u := range e.Consumers {
		if u.Problem != "" {
			lines = append(lines, p.marked(silent, u.Consumer+": "+u.Problem, width)...)
		}
	}
	if e.Problem != "" {
		lines = append(lines, p.marked(silent, e.Problem, width)...)
	}
	if !e.Counted && len(lines) > 0 {
		lines[0] = p.row("users", ansi.TruncateLeft(lines[0], labelWidth, ""), width)
	}
	return lines
}

// step is the one safe next step, with the key for it.
func (p *Panel) step(width int) []string {
	theme := p.context.Theme
	switch s := p.run.Status; {
	case s.Finished():
		return p.wrapped("next", "nothing: "+p.truth.AdviceText, theme.Text, width)
	case s != engine.StatusStopped:
		return p.wrapped("next", "nothing while the run goes on; were it stopped: "+p.truth.AdviceText, theme.Text, width)
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

func (p *Panel) row(label, text string, width int) string {
	return ui.Fit(ui.Fit(p.context.Theme.Muted.Render(label), min(width, labelWidth))+text, width)
}

func styled(lines []string, style lipgloss.Style) []string {
	for i, line := range lines {
		lines[i] = style.Render(line)
	}
	return lines
}

func list(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), ", ")
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
