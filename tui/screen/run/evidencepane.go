package run

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/sessions"
	"github.com/rotadeck/rotadeck/tui/component/traffic"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// evidencePane draws who uses which credential, as blocks of lines; each block is
// about one question.
type evidencePane struct {
	theme  ui.Theme
	model  *Model
	quiet  time.Duration // that the policy asks for
	now    time.Time
	width  int
	proven bool   // what is true now is shown, and what was proven before it is not
	away   bool   // another process counts, and what it counts is not seen here
	users  string // the key of what counts here
}

// blocks are the questions that can be answered now, most important first.
func (v evidencePane) blocks() [][]string {
	all := [][]string{v.lack(), v.side("old", v.model.Old), v.side("new", v.model.New), v.grace(), v.sessions(), v.elsewhere(), v.consumers(), v.traffic()}
	return slices.DeleteFunc(all, func(block []string) bool { return len(block) == 0 })
}

// row is a label and what is known about it; more goes on below it.
func (v evidencePane) row(label, text string) string {
	return ui.Fit(v.theme.Muted.Render(label), labelWidth) + text
}

func (v evidencePane) more(text string) string { return "  " + text }

const labelWidth = 10

func (v evidencePane) side(label string, s Side) []string {
	if v.proven || s.Slot == "" && len(s.Proofs) == 0 {
		return nil
	}
	lines := []string{v.row(label, v.theme.Strong.Render(ui.Clean(s.name())))}
	standing := s.Standing()
	if standing == "" {
		return append(lines, v.more(v.theme.Muted.Render("· not tried yet")))
	}
	mark := s.mark(v.theme)
	text := mark.Render() + v.theme.Text.Render(fmt.Sprintf(" at %d of %d", s.Count(standing), len(s.Proofs)))
	return append(lines, v.more(text+v.theme.Muted.Render(" "+v.ago(s.ProvenAt))))
}

func (v evidencePane) ago(at time.Time) string { return engine.Span(max(0, v.now.Sub(at))) + " ago" }

func (v evidencePane) grace() []string {
	left, counting := v.model.GraceLeft(v.now)
	if !counting {
		return nil
	}
	whole := v.model.GraceUntil.Sub(v.model.stage(engine.PhaseGrace).Started)
	return []string{
		v.row("grace", v.theme.Strong.Render(graceWords(left))),
		v.more(v.bar(whole-left, whole) + v.theme.Muted.Render(" until "+v.model.clock(v.model.GraceUntil))),
	}
}

// graceWords says what the grace period waits for.
func graceWords(left time.Duration) string {
	if left <= 0 {
		return "time is up, waiting for evidence"
	}
	return Duration(left) + " left"
}

// lack is the lack of evidence, which holds the run up.
func (v evidencePane) lack() []string {
	if !v.model.Lacking() {
		return nil
	}
	var lines []string
	for _, line := range ui.Wrap("? no evidence: "+ui.Clean(v.model.Evidence.Problem), max(1, v.width)) {
		lines = append(lines, v.theme.Warn.Render(line))
	}
	return lines
}

func (v evidencePane) sessions() []string {
	e := v.model.Evidence
	if e == nil {
		return nil
	}
	if !e.Counted {
		return []string{v.row("sessions", v.theme.Muted.Render("cannot be counted here"))}
	}
	style := v.theme.OK
	if len(e.OldSessions) > 0 {
		style = v.theme.Warn
	}
	leave, use := e.Sides()
	lines := []string{v.row("on "+leave, style.Render(ui.Plural(len(e.OldSessions), "session")))}
	for _, group := range sessions.Group(e.OldSessions) {
		lines = append(lines, v.more(v.theme.Text.Render(ui.Clean(group.String()))))
	}
	lines = append(lines, v.row("on "+use, v.theme.Text.Render(ui.Plural(e.NewSessions, "session"))))
	if v.quiet > 0 && !v.model.Over() {
		quiet := min(e.QuietFor, v.quiet)
		lines = append(lines, v.row("quiet", v.bar(quiet, v.quiet)+v.theme.Muted.Render(fmt.Sprintf(" %s of %s", engine.Span(quiet), engine.Span(v.quiet)))))
	}
	return lines
}

// elsewhere says where sessions are counted that are not seen here.
func (v evidencePane) elsewhere() []string {
	if !v.away {
		return nil
	}
	var lines []string
	for i, line := range ui.Wrap("counted there, not seen here: "+v.users+" counts from here", max(1, v.width-labelWidth)) {
		lines = append(lines, v.row(map[bool]string{true: "sessions"}[i == 0], v.theme.Muted.Render(line)))
	}
	return lines
}

func (v evidencePane) traffic() []string {
	t := &v.model.Traffic
	if !t.Counting() {
		return nil
	}
	failed := v.theme.OK
	if t.Failed() > 0 {
		failed = v.theme.Danger
	}
	total := v.row("failed", failed.Render(traffic.Number(t.Failed()))+v.theme.Text.Render(" of "+traffic.Number(t.Requests())+" requests"))
	if v.model.Over() { // nobody asks any more: what was last is not what is
		return []string{total}
	}
	rate := v.theme.Strong.Render(t.Rate()) + v.theme.Text.Render(" req/s ")
	return []string{v.row("traffic", rate+v.theme.Accent.Render(t.Curve(v.width-labelWidth-12))), total}
}

// bar shows how much of a whole is done.
func (v evidencePane) bar(done, whole time.Duration) string {
	const cells = 10
	full := cells
	if whole > 0 {
		full = int(max(0, min(cells, cells*done/whole)))
	}
	return v.theme.Accent.Render(strings.Repeat("▰", full)) + v.theme.Muted.Render(strings.Repeat("▱", cells-full))
}

// evidence is what is true where that is in question, and what the run has seen.
func (s *Screen) evidence(width int) []string {
	if truth := s.truthBlock(width); truth != nil {
		return append(append(truth, ""), s.seen(width)...)
	}
	return s.seen(width)
}

// seen sets the blocks below one another, or in two columns.
func (s *Screen) seen(width int) []string {
	const column = 30
	v := evidencePane{theme: s.ctx.Theme, model: s.model, quiet: s.credential.Policy.Quiet, now: s.ctx.Now(), width: width, away: s.watching(), users: s.ctx.Key("run.users", "l")}
	_, v.proven = s.truth.Truth()
	v.proven = v.proven && s.truthWanted()
	if width < 2*column {
		lines := stack(v.blocks())
		if len(lines) == 0 {
			return []string{s.ctx.Theme.Muted.Render("nothing was looked at yet")}
		}
		return lines
	}
	v.width = (width - 2) / 2
	blocks := v.blocks()
	left, right := stack(blocks[:(len(blocks)+1)/2]), stack(blocks[(len(blocks)+1)/2:])
	var lines []string
	for i := range max(len(left), len(right)) {
		lines = append(lines, ui.Fit(at(left, i), v.width)+"  "+ui.Fit(at(right, i), v.width))
	}
	return lines
}

func stack(blocks [][]string) []string {
	var lines []string
	for i, block := range blocks {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, block...)
	}
	return lines
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}
