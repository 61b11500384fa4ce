package census

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/agebar"
	"github.com/rotadeck/rotadeck/tui/component/curve"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/component/sessions"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The width from which both sides stand beside one another, and the height from
// which lines are left blank for the eye.
const (
	splitWidth = 120
)

// margin is the space left of everything.
const margin = "  "

// View draws the screen: what matters stays, the sessions scroll.
func (s *Screen) View(width, height int) string {
	inside := max(1, width-2*len(margin))
	head := s.head(inside)
	if height >= ui.AiryHeight {
		head = append(head, "")
	}
	head = head[:min(len(head), max(1, height*2/3))]
	body := s.body(inside, height >= ui.AiryHeight)
	room := height - len(head)
	shown := s.scroll.Window(body, room)
	if hidden := s.scroll.Below(len(body)); hidden > 0 && len(shown) > 1 {
		shown = append(shown[:len(shown)-1:len(shown)-1], s.context.Theme.Muted.Render(fmt.Sprintf("↓ %d more lines", hidden+1)))
	}
	lines := append(head, shown...)
	for i, line := range lines {
		lines[i] = margin + line
	}
	return ui.Frame(lines, width, height)
}

// head is what is waited for: how many are left, for how long there was none,
// and what the run still grants.
func (s *Screen) head(width int) []string {
	theme := s.context.Theme
	name := theme.Strong.Render(ui.Clean(s.credential.ID))
	if s.credential.Environment.Name != "" {
		name += "  " + theme.Environment(s.credential.Environment)
	}
	lines := []string{ui.Spread(name, s.freshness(), width)}
	switch {
	case s.err != nil:
		lines = append(lines, theme.Danger.Render("✗ the users cannot be counted"))
		lines = append(lines, notice.Lines(theme, *engine.AsProblem(s.err), width)...)
	case s.users.At.IsZero():
		return append(lines, "", theme.Muted.Render("▸ counting sessions and asking consumers; nothing is changed"))
	case !s.users.Counted:
		for _, line := range ui.Wrap("? sessions are not counted: "+ui.Clean(s.users.Problem), width) {
			lines = append(lines, theme.Warn.Render(line))
		}
	}
	if s.users.Counted {
		lines = append(lines, s.left(width), s.quiet())
	}
	if line := s.countdown(); line != "" {
		lines = append(lines, line)
	}
	return lines
}

// freshness says how old the picture is.
func (s *Screen) freshness() string {
	theme, now := s.context.Theme, s.context.Now()
	if s.users.At.IsZero() {
		return ""
	}
	old := max(0, now.Sub(s.users.At))
	text, style := "counted "+s.users.At.In(now.Location()).Format("15:04:05"), theme.Muted
	if old >= 2*time.Second {
		text += ", " + engine.Span(old) + " ago"
	}
	switch took := now.Sub(s.askedAt); {
	case s.paused:
		text, style = "paused · "+text, theme.Warn
	case s.asking && took >= 2*time.Second:
		text, style = text+" · ▸ counting for "+engine.Span(took), theme.Warn
	}
	return style.Render(text)
}

// left is how many sessions are on the side that is to be left, now and over the
// last minutes.
func (s *Screen) left(width int) string {
	theme := s.context.Theme
	n := len(sessions.Of(s.users.Sessions, s.leaving))
	style := theme.OK
	if n > 0 {
		style = theme.Warn
	}
	text := theme.Muted.Render("on "+ui.Fit(s.label(s.leaving), 7)) + style.Bold(true).Render(ui.Plural(n, "session"))
	values := s.trend.values()
	if len(values) < 2 || slices.Max(values) == 0 {
		return text
	}
	text += theme.Muted.Render(fmt.Sprintf("  %d → %d in %s", s.trend.counts[0].n, n, engine.Span(s.trend.span())))
	if s.context.Animation {
		text += "  " + theme.Info.Render(curve.Draw(values, min(60, width-50)))
	}
	return text
}

// quiet is how long there was no session, of what the policy asks for.
func (s *Screen) quiet() string {
	theme, wanted := s.context.Theme, s.credential.Policy.Quiet
	label := theme.Muted.Render(ui.Fit("quiet", 10))
	d, quiet := s.trend.quietFor()
	switch {
	case !quiet:
		return label + theme.Muted.Render("not yet, "+minutes(wanted)+" wanted")
	case d >= wanted:
		return label + theme.OK.Render("✓ for "+minutes(d)) + theme.Muted.Render(", "+minutes(wanted)+" is enough")
	}
	share := d.Seconds() / wanted.Seconds()
	return label + theme.Text.Render("for "+minutes(d)) + theme.Muted.Render(" of "+minutes(wanted)+"  ") +
		agebar.Draw(theme, theme.Accent, share, 10)
}

// countdown is what the run waits for.
func (s *Screen) countdown() string {
	theme := s.context.Theme
	if s.course.asks() {
		return theme.Muted.Render(ui.Fit("run", 10)) + theme.Warn.Render("◆ the run waits for an answer")
	}
	phase, left, counting := s.course.countdown(s.credential.Policy, s.context.Now())
	if !counting {
		return ""
	}
	label := theme.Muted.Render(ui.Fit(string(phase), 10))
	switch {
	case left <= 0:
		return label + theme.Warn.Render("time is up: the evidence decides, or you are asked")
	case phase == engine.PhaseVerify:
		return label + theme.Strong.Render(minutes(left)+" left") + theme.Muted.Render(", then you are asked")
	}
	return label + theme.Strong.Render(minutes(left)+" left") + theme.Muted.Render(", until "+s.course.grace.In(s.context.Now().Location()).Format("15:04:05"))
}

// body is both sides, beside or below one another, then the consumers.
func (s *Screen) body(width int, airy bool) []string {
	if s.users.At.IsZero() {
		return nil
	}
	var lines []string
	if s.users.Counted {
		lines = s.sides(width, airy)
	}
	consumers := s.consumers(width)
	if len(lines) > 0 && len(consumers) > 0 && airy {
		lines = append(lines, "")
	}
	return append(lines, consumers...)
}

func (s *Screen) sides(width int, airy bool) []string {
	if width >= splitWidth {
		const gap = 4
		half := (width - gap) / 2
		left, right := s.side(s.leaving, half), s.side(s.leaving.Other(), half)
		lines := make([]string, max(len(left), len(right)))
		for i := range lines {
			lines[i] = ui.Fit(at(left, i), half) + strings.Repeat(" ", gap) + ui.Fit(at(right, i), half)
		}
		return lines
	}
	lines := s.side(s.leaving, width)
	if airy {
		lines = append(lines, "")
	}
	return append(lines, s.side(s.leaving.Other(), width)...)
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// minutes words a span as a clock that counts down: "00:12", "1:02:03".
func minutes(d time.Duration) string {
	seconds := int(d.Round(time.Second).Seconds())
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%02d:%02d", seconds/60, seconds%60)
}
