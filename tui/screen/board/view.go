package board

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/agebar"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The height from which lines are left blank for the eye, and the space left of
// everything.
const (
	airyHeight = 18
	margin     = "  "
)

// View draws the screen.
func (s *Screen) View(width, height int) string {
	inside := max(1, width-2*len(margin))
	head := s.head(inside)
	foot := s.about(inside)
	if height >= airyHeight {
		head = append(head, "")
		foot = append([]string{""}, foot...)
	}
	head = head[:min(len(head), max(1, height*2/3))]
	foot = foot[:min(len(foot), max(0, height-len(head)-min(len(s.rows)+1, max(4, height/2))))]
	var lines []string
	for _, line := range head {
		lines = append(lines, margin+line)
	}
	s.listTop = len(lines)
	if room := min(height-len(head)-len(foot), len(s.rows)+1); room > 0 { // what is told of the selected one stands close
		s.table.SetColumns(columns())
		lines = append(lines, strings.Split(s.table.View(s.context.Theme, width, room, s.cell), "\n")...)
	}
	for _, line := range foot {
		lines = append(lines, margin+line)
	}
	return ui.Frame(lines, width, height)
}

// head is what leaked and since when, how far all have come, and under which terms.
func (s *Screen) head(width int) []string {
	theme, b := s.context.Theme, s.board
	title := theme.Danger.Bold(true).Render("▲ " + ui.Clean(b.Title))
	if all(b) {
		title = theme.OK.Bold(true).Render("✓ " + ui.Clean(b.Title))
	}
	lines := []string{ui.Spread(title, s.clock(), width)}
	lines = append(lines, s.totals(width)...)
	facts := "opened " + s.ago(b.Opened) + " by " + ui.Clean(b.Operator)
	if b.Host != "" {
		facts += " on " + ui.Clean(b.Host)
	}
	facts += " · grace " + grace(b.Grace)
	lines = append(lines, wrapped(theme.Muted, facts, width)...)
	switch {
	case s.request != nil && s.begun:
		lines = append(lines, wrapped(theme.Warn, "◆ nothing goes on yet: the question waits. "+s.context.Key("board.ask", "enter")+" shows it, esc leaves all as it stands", width)...)
	case s.request != nil:
		lines = append(lines, wrapped(theme.Warn, "◆ nothing has begun: the question waits. "+s.context.Key("board.ask", "enter")+" shows it, esc drops it", width)...)
	case s.note.Editing():
		lines = append(lines, s.noteLine())
	case b.Left() > 0 && b.Left() == b.Count(engine.MemberByHand) && s.ended:
		lines = append(lines, wrapped(theme.Warn, "◇ what is left is to be revoked by hand: "+s.context.Key("board.command", "C")+" says how, "+s.context.Key("board.tick", "d")+" ticks it off", width)...)
	case b.Status == engine.StatusStopped && s.ended && b.Left() == 0:
		lines = append(lines, wrapped(theme.Warn, "◇ all is revoked, but not everything has come to its end: "+s.context.Key("board.resume", "u")+" goes on with it", width)...)
	case b.Status == engine.StatusStopped && s.ended:
		lines = append(lines, wrapped(theme.Danger, "■ the incident was stopped before all was revoked: "+s.context.Key("board.resume", "u")+" resumes it", width)...)
	}
	if b.Problem != nil {
		lines = append(lines, notice.Lines(theme, *b.Problem, width)...)
	}
	return lines
}

func grace(d time.Duration) string {
	if d == 0 {
		return "0, cut at once"
	}
	return engine.Span(d)
}

func (s *Screen) ago(at time.Time) string {
	return engine.Span(max(0, s.context.Now().Sub(at))) + " ago"
}

// clock is the time since the leak, or how long it took until all was refused.
// Where nothing is to move by itself, it counts minutes.
func (s *Screen) clock() string {
	theme, b := s.context.Theme, s.board
	since := b.Leaked
	if since.IsZero() {
		since = b.Opened
	}
	switch {
	case all(b) && b.Count(engine.MemberTicked) > 0:
		return theme.OK.Bold(true).Render(elapsed(b.Ended.Sub(since), true)) + theme.Muted.Render(" from leak to done")
	case all(b):
		return theme.OK.Bold(true).Render(elapsed(b.Ended.Sub(since), true)) + theme.Muted.Render(" from leak to refused")
	case s.request != nil && !s.begun:
		return theme.Muted.Render("not begun")
	}
	return theme.Danger.Bold(true).Render(elapsed(s.context.Now().Sub(since), s.context.Animation)) + theme.Muted.Render(" since the leak")
}

// all says that every member is refused everywhere, or ticked off.
func all(b engine.Board) bool { return !b.Ended.IsZero() && b.Left() == 0 }

// elapsed words a span as one reads it from a clock: "48 s", "12 min 03 s", "3 h
// 05 min", "2 d 4 h".
func elapsed(d time.Duration, seconds bool) string {
	d = max(0, d)
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d d %d h", d/(24*time.Hour), d/time.Hour%24)
	case d >= time.Hour:
		return fmt.Sprintf("%d h %02d min", d/time.Hour, d/time.Minute%60)
	case !seconds:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%d min %02d s", d/time.Minute, d/time.Second%60)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}

// order is how states are counted: what needs a person first.
func order() []engine.MemberState {
	return []engine.MemberState{
		engine.MemberAsks, engine.MemberFailed, engine.MemberByHand, engine.MemberStopped,
		engine.MemberProbing, engine.MemberRotating, engine.MemberWaiting, engine.MemberRevoked, engine.MemberTicked,
	}
}

// totals count the members by state, with a bar of those that are revoked.
func (s *Screen) totals(width int) []string {
	theme := s.context.Theme
	counts := map[engine.MemberState]int{}
	cut := 0
	for _, m := range s.board.Members {
		counts[m.State]++
		cut += m.Cut
	}
	all := max(1, len(s.board.Members))
	share := float64(len(s.board.Members)-s.board.Left()) / float64(all)
	items := []string{
		agebar.Draw(theme, theme.OK, share, min(20, width/4)) + theme.Strong.Render(" "+ui.Revoked(s.board)),
	}
	for _, state := range order() {
		if n := counts[state]; n > 0 && !state.Closed() {
			mark := theme.Member(state)
			items = append(items, mark.Style.Render(fmt.Sprintf("%s %d %s", mark.Glyph, n, mark.Word)))
		}
	}
	if cut > 0 {
		items = append(items, theme.Text.Render(ui.Plural(cut, "session")+" cut"))
	}
	return flow(items, width)
}

// flow sets items one after another, on as many lines as they need.
func flow(items []string, width int) []string {
	const gap = "   "
	lines := items[:1:1]
	for _, item := range items[1:] {
		last := len(lines) - 1
		if ansi.StringWidth(lines[last]+gap+item) > width {
			lines = append(lines, item)
		} else {
			lines[last] += gap + item
		}
	}
	return lines
}

func columns() []table.Column {
	return []table.Column{
		{ID: "name", Title: "credential", Width: 12, Max: 26},
		{ID: "env", Title: "env", Width: 6, Drop: 4},
		{ID: "state", Title: "state", Width: 16},
		{ID: "phase", Title: "phase", Width: 9, Drop: 3},
		{ID: "cut", Title: "cut", Width: 9, Drop: 2, Right: true},
		{ID: "accepted", Title: "the leaked one", Width: 16, Drop: 1},
		{ID: "after", Title: "revoked", Width: 12, Drop: 5, Max: 16},
	}
}

func (s *Screen) cell(id string, column table.Column) string {
	theme, m := s.context.Theme, s.rows[id]
	switch column.ID {
	case "name":
		return theme.Strong.Render(ui.Clean(id))
	case "env":
		c, found := s.context.Engine.Find(id)
		if !found {
			return ""
		}
		return theme.EnvironmentWord(c.Environment)
	case "state":
		return theme.Member(m.State).Render()
	case "phase":
		return theme.Muted.Render(ui.Clean(string(m.Phase)))
	case "cut":
		return s.cut(m)
	case "accepted":
		return s.leaked(m)
	}
	if !m.Ticked.IsZero() {
		return theme.OK.Render("after " + elapsed(m.Ticked.Sub(s.board.Opened), true))
	}
	if m.Revoked.IsZero() {
		return theme.Muted.Render("–")
	}
	return theme.OK.Render("after " + elapsed(m.Revoked.Sub(s.board.Opened), true))
}

// cut is how many sessions were ended. How many there are before that changes all
// the time, and is not counted again.
func (s *Screen) cut(m engine.Member) string {
	if m.Lingers {
		return s.context.Theme.Warn.Render("may go on")
	}
	if m.Cut > 0 || m.State == engine.MemberRevoked || m.State == engine.MemberProbing {
		return s.context.Theme.Text.Render(fmt.Sprint(m.Cut))
	}
	return s.context.Theme.Muted.Render("–")
}

// leaked says whether what leaked is still accepted, as last asked.
func (s *Screen) leaked(m engine.Member) string {
	standing := m.Standing
	if standing == "" {
		standing = m.Risk.Accepted
	}
	if m.State == engine.MemberTicked && standing != engine.Refused && m.Standing != engine.Unreachable {
		return s.context.Theme.Muted.Render("not asked since")
	}
	mark := s.context.Theme.Leaked(standing)
	if standing == engine.Accepted && m.State != engine.MemberProbing { // it is expected until it is retired
		return s.context.Theme.Warn.Render("◆ accepted yet")
	}
	return mark.Render()
}

// about tells more of the selected member.
func (s *Screen) about(width int) []string {
	theme, m := s.context.Theme, s.rows[s.table.Selected()]
	if m.Credential == "" {
		return nil
	}
	lines := wrapped(theme.Muted, ui.Clean(m.Credential)+" · "+ui.Clean(m.Why), width)
	if found := atOpening(m); len(found) > 0 {
		lines = append(lines, wrapped(theme.Muted, "at the opening: "+ui.Clean(strings.Join(found, ", ")), width)...)
	}
	if m.Lingers {
		lines = append(lines, wrapped(theme.Warn, "◇ revoked; "+ui.Lingering+": they can be neither counted nor ended from here", width)...)
	}
	if !m.Ticked.IsZero() {
		text := "ticked off " + s.ago(m.Ticked) + " by " + ui.Clean(m.By)
		if m.Text != "" {
			text += ": " + ui.Clean(m.Text)
		}
		lines = append(lines, wrapped(theme.Text, text, width)...)
	} else if m.Text != "" {
		lines = append(lines, wrapped(theme.Text, ui.Clean(m.Text), width)...)
	}
	if len(m.Consumers) > 0 {
		lines = append(lines, wrapped(theme.Muted, "tells "+ui.Clean(strings.Join(m.Consumers, ", ")), width)...)
	}
	for _, p := range ui.Problems(m) {
		if m.State.Closed() {
			break // it was overcome
		}
		lines = append(lines, notice.Lines(theme, p, width)...)
	}
	for _, p := range m.Proofs {
		lines = append(lines, ui.Fit(theme.Leaked(p.Standing).Render()+theme.Muted.Render(" at "+ui.Clean(p.Endpoint)), width))
	}
	return lines
}

// atOpening is what the probes found before anything was begun.
func atOpening(m engine.Member) []string {
	found := slices.Clone(m.Risk.Reasons)
	if m.Sessions >= 0 && m.Barred == nil {
		found = append(found, ui.Plural(m.Sessions, "session"))
	}
	return found
}

func wrapped(style interface{ Render(...string) string }, text string, width int) []string {
	var lines []string
	for _, line := range ui.Wrap(text, width) {
		lines = append(lines, style.Render(line))
	}
	return lines
}
