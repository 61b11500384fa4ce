package inventory

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// scroll is the position in a text longer than its pane.
type scroll struct {
	offset int
	height int // of the pane in the last frame
}

func (s *scroll) key(press tea.KeyPressMsg) {
	switch press.String() {
	case "up", "k":
		s.offset--
	case "down", "j":
		s.offset++
	case "pgup":
		s.offset -= s.height
	case "pgdown":
		s.offset += s.height
	case "home", "g":
		s.offset = 0
	case "end", "G":
		s.offset += 1 << 16
	}
}

// details draws everything known of the selected credential.
func (s *Screen) details(width, height int) string {
	id := s.table.Selected()
	if id == "" {
		return ui.Frame(nil, width, height)
	}
	sheet := sheet{theme: s.context.Theme, now: s.context.Now(), width: width}
	sheet.describe(s.rows.of(id))
	s.detail.height = height
	lines, offset := ui.Window(sheet.lines, s.detail.offset, height)
	s.detail.offset = offset
	if hidden := len(sheet.lines) - offset - len(lines); hidden > 0 && len(lines) > 1 {
		lines = append(lines[:len(lines)-1:len(lines)-1], s.context.Theme.Muted.Render(fmt.Sprintf("↓ %d more lines · tab, then ↓", hidden+1)))
	}
	return ui.Frame(lines, width, height)
}

// sheet collects the lines of the details.
type sheet struct {
	theme ui.Theme
	now   time.Time
	width int
	lines []string
}

const labelWidth = 11

func (s *sheet) describe(r row) {
	s.title(r)
	s.facts(r)
	s.logins(r)
	s.consumers(r)
	s.policy(r.credential.Policy)
	s.problems(r)
	s.runs(r)
}

func (s *sheet) title(r row) {
	mark := s.theme.State(r.verdict.State)
	s.lines = append(s.lines, ui.Spread(s.theme.Strong.Render(ui.Clean(r.credential.ID)), mark.Render(), s.width))
	for _, line := range ui.Wrap(ui.Clean(r.verdict.Reason), s.width) {
		s.lines = append(s.lines, s.theme.Muted.Render(line))
	}
	s.lines = append(s.lines, "")
}

func (s *sheet) facts(r row) {
	c := r.credential
	s.styled("where", s.theme.Environment(c.Environment)+s.theme.Text.Render(" "+ui.Clean(c.Environment.Name)))
	s.field("kind", strings.ReplaceAll(string(c.Kind), "-", " "))
	s.field("owner", c.Owner)
	s.field("tags", strings.Join(c.Tags, ", "))
	s.field("target", place(c.Target))
	s.field("store", place(c.Store))
	s.field("slot", string(r.seen.Active))
	s.field("identity", r.seen.Identity)
	s.field("version", r.seen.Version)
	if age, known := r.age(s.now); known {
		s.field("rotated", engine.Span(age)+" ago, says the "+r.seen.RotatedSource)
	}
	if left, known := r.left(s.now); known {
		s.field("expires", r.seen.Expires.UTC().Format("2006-01-02 15:04 UTC")+", "+wordLeft(left))
		s.field("", r.seen.ExpiresSource)
	}
	s.field("runbook", c.Runbook)
}

func wordLeft(left time.Duration) string {
	if left < 0 {
		return engine.Span(-left) + " ago"
	}
	return "in " + engine.Span(left)
}

func (s *sheet) logins(r row) {
	for i, p := range r.seen.Proofs {
		mark := s.theme.Standing(p.Standing)
		text := mark.Render() + s.theme.Text.Render(" "+ui.Clean(p.Endpoint))
		if p.Took > 0 {
			text += s.theme.Muted.Render(fmt.Sprintf(" %d ms", p.Took.Milliseconds()))
		}
		s.styled(once("login", i), text)
		if p.Detail != "" {
			s.field("", p.Detail)
		}
	}
}

func (s *sheet) consumers(r row) {
	reported := map[string]engine.Usage{}
	for _, u := range r.seen.Usage {
		reported[u.Consumer] = u
	}
	for i, part := range r.credential.Consumers {
		text := s.theme.Text.Render(ui.Clean(part.Name)) + s.theme.Muted.Render(" "+ui.Clean(part.Provider))
		s.styled(once("consumers", i), text)
		if u, ok := reported[part.Name]; ok {
			s.styled("", s.usage(r, u))
		}
		delete(reported, part.Name)
	}
	for _, u := range r.seen.Usage { // reported under names of their own
		if _, left := reported[u.Consumer]; left {
			s.styled("", s.theme.Text.Render(ui.Clean(u.Consumer)))
			s.styled("", s.usage(r, u))
		}
	}
}

func (s *sheet) usage(r row, u engine.Usage) string {
	if u.Problem != "" {
		return s.theme.Warn.Render("? " + ui.Clean(u.Problem))
	}
	using := u.Version
	if using == "" {
		using = u.Fingerprint
	}
	text := s.theme.Text.Render("uses " + ui.Clean(using))
	switch {
	case u.Version == "" || r.seen.Version == "":
	case u.Version == r.seen.Version:
		text = s.theme.OK.Render("✓ current")
	default:
		text = s.theme.Warn.Render("◆ not current: ") + text
	}
	if u.Failed > 0 {
		text += s.theme.Danger.Render(fmt.Sprintf("  %d failed", u.Failed))
	}
	return text
}

func (s *sheet) policy(p engine.Policy) {
	rules := []string{}
	for _, rule := range []struct {
		name string
		span time.Duration
	}{
		{"age", p.MaxAge}, {"warn", p.WarnBefore}, {"alert", p.AlertBefore}, {"grace", p.Grace}, {"undo", p.RollbackWindow},
	} {
		if rule.span > 0 {
			rules = append(rules, rule.name+" "+engine.Span(rule.span))
		}
	}
	s.field("policy", strings.Join(rules, " · "))
}

func (s *sheet) problems(r row) {
	for _, p := range r.seen.Problems {
		s.lines = append(s.lines, "")
		s.lines = append(s.lines, notice.Lines(s.theme, p, s.width)...)
	}
}

func (s *sheet) runs(r row) {
	if r.last.Run == "" {
		return
	}
	mark := s.theme.Status(r.last.Status)
	ago := engine.Span(s.now.Sub(r.last.Updated)) + " ago"
	s.styled("last run", mark.Render()+s.theme.Muted.Render(" "+ago+" by "+ui.Clean(r.last.Rotation.Operator)))
	switch {
	case r.isUnfinished():
		s.field("", fmt.Sprintf("in %s: u resumes, b rolls back", r.last.Phase))
	case r.last.Window.After(s.now):
		s.field("", "can be rolled back for "+engine.Span(r.last.Window.Sub(s.now)))
	}
}

// field adds a plain value from outside, wrapped; an empty one adds nothing.
func (s *sheet) field(label, value string) {
	for i, line := range ui.Wrap(ui.Clean(value), max(1, s.width-labelWidth)) {
		if value != "" {
			s.styled(once(label, i), s.theme.Text.Render(line))
		}
	}
}

// styled adds a line that is styled already.
func (s *sheet) styled(label, value string) {
	s.lines = append(s.lines, ui.Fit(s.theme.Muted.Render(label), min(labelWidth, s.width))+value)
}

// once is the label of the first of several lines.
func once(label string, i int) string {
	if i > 0 {
		return ""
	}
	return label
}

// place words where a part is, from the settings that say so.
func place(p engine.Part) string {
	if p.Provider == "" {
		return ""
	}
	where := p.Settings.Text("host")
	if port := p.Settings.Number("port"); where != "" && port != 0 {
		where = fmt.Sprintf("%s:%d", where, port)
	}
	if database := p.Settings.Text("database"); where != "" && database != "" {
		where += "/" + database
	}
	for _, name := range []string{"address", "url", "file", "path"} {
		if where == "" {
			where = p.Settings.Text(name)
		}
	}
	return strings.TrimSpace(p.Provider + " " + where)
}
