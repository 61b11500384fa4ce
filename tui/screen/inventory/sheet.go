package inventory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// sheet collects the lines of the details, in groups.
type sheet struct {
	theme  ui.Theme
	now    time.Time
	key    func(path, own string) string // see ui.Context
	width  int
	groups [][]string

	elsewhere   string // who carries its last run out, if another process does
	rehearsable bool   // whether it can be at all
}

const labelWidth = 11

func newSheet(c *ui.Context, width int, elsewhere string) *sheet {
	return &sheet{theme: c.Theme, now: c.Now(), key: c.Key, width: width, elsewhere: elsewhere}
}

func (s *sheet) describe(r row) *sheet {
	for _, group := range []func(row){s.title, s.problems, s.identity, s.held, s.logins, s.consumers, s.rules} {
		s.groups = append(s.groups, nil)
		group(r)
	}
	s.groups = slices.DeleteFunc(s.groups, func(group []string) bool { return len(group) == 0 })
	return s
}

// text joins the groups, with a line between them when all fit into height.
func (s *sheet) text(height int) []string {
	joined := slices.Concat(s.groups...)
	if len(joined)+len(s.groups)-1 > height {
		return joined
	}
	var lines []string
	for i, group := range s.groups {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, group...)
	}
	return lines
}

func (s *sheet) add(lines ...string) {
	last := len(s.groups) - 1
	s.groups[last] = append(s.groups[last], lines...)
}

func (s *sheet) title(r row) {
	mark := s.theme.State(r.verdict.State)
	s.add(ui.Spread(s.theme.Strong.Render(ui.Clean(r.credential.ID)), mark.Render(), s.width))
	if len(r.seen.Problems) > 0 && r.verdict.Reason == r.seen.Problems[0].Text {
		return // it follows, with its cause
	}
	for _, line := range ui.Wrap(ui.Clean(r.verdict.Reason), s.width) {
		s.add(s.theme.Muted.Render(line))
	}
}

// identity is what the inventory says.
func (s *sheet) identity(r row) {
	c := r.credential
	s.styled("where", s.theme.Text.Render(ui.Clean(c.Environment.Name)+" ")+s.theme.Environment(c.Environment))
	s.field("kind", strings.ReplaceAll(string(c.Kind), "-", " "))
	s.field("owner", c.Owner)
	s.field("tags", strings.Join(c.Tags, ", "))
	s.field("target", place(c.Target))
	s.field("store", place(c.Store))
	s.field("runbook", c.Runbook)
}

// held is what target and store say.
func (s *sheet) held(r row) {
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
}

func wordLeft(left time.Duration) string {
	if left < 0 {
		return engine.Span(-left) + " ago"
	}
	return "in " + engine.Span(left)
}

func (s *sheet) logins(r row) {
	if w := r.seen.Withheld; w != nil {
		s.styled("login", s.theme.Danger.Render("✗ withheld")+s.theme.Muted.Render(", "+s.key("inventory.probe", "r")+" tries it"))
		s.field("", w.What+" at "+w.Since.UTC().Format("2006-01-02 15:04 UTC"))
	}
	for i, p := range r.seen.Proofs {
		took := ""
		if p.Took > 0 {
			took = fmt.Sprintf(" in %d ms", p.Took.Milliseconds())
		}
		s.styled(once("login", i), s.theme.Standing(p.Standing).Render()+s.theme.Muted.Render(took))
		s.field("", p.Endpoint)
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
		for consumer, u := range reported {
			if consumer == part.Name || strings.HasPrefix(consumer, part.Name+" ") { // "web at http://10.0.0.4/reload"
				s.usage(r, u)
				delete(reported, consumer)
			}
		}
	}
	for _, u := range r.seen.Usage { // reported under names of their own
		if _, left := reported[u.Consumer]; left {
			s.styled("", s.theme.Text.Render(ui.Clean(u.Consumer)))
			s.usage(r, u)
		}
	}
}

// usage adds what a consumer says about itself.
func (s *sheet) usage(r row, u engine.Usage) {
	if u.Problem != "" {
		s.styled("", s.theme.Warn.Render("? "+ui.Clean(u.Problem)))
		return
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
	s.styled("", text)
	if u.Failed > 0 {
		s.styled("", s.theme.Danger.Render("✗ "+ui.Plural(int(u.Failed), "request")+" failed"))
	}
}

// rules are the policy, and what became of the last run under it.
func (s *sheet) rules(r row) {
	s.policy(r.credential.Policy)
	s.last(r)
	s.rehearsals(r)
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
		s.add(notice.Lines(s.theme, p, s.width)...)
	}
}

// rehearsals is when it was rehearsed last, where it can be.
func (s *sheet) rehearsals(r row) {
	if s.rehearsable || r.rehearsed.Run != "" {
		mark := s.theme.RehearsedMark(r.rehearsed)
		for i, line := range ui.Wrap(ui.RehearsedWhen(r.rehearsed, s.now), max(1, s.width-labelWidth-2)) {
			sign := mark.Sign()
			if i > 0 {
				sign = " "
			}
			s.styled(once("rehearsed", i), sign+" "+s.theme.Text.Render(line))
		}
	}
}

func (s *sheet) last(r row) {
	if r.last.Run == "" {
		return
	}
	if s.elsewhere != "" {
		s.field("last run", s.theme.Status(engine.StatusRunning).Glyph+" "+s.elsewhere)
		return
	}
	mark := s.theme.Status(r.last.Status)
	ago := engine.Span(s.now.Sub(r.last.Updated)) + " ago"
	s.styled("last run", mark.Render()+s.theme.Muted.Render(" "+ago+" by "+ui.Clean(r.last.Rotation.Operator)))
	switch {
	case r.isUnfinished():
		s.field("", fmt.Sprintf("%s: %s tells what is true, %s resumes, %s rolls back", strings.TrimPrefix(ui.Halt(r.last, ""), "stopped "),
			s.key("inventory.truth", "t"), s.key("inventory.resume", "u"), s.key("inventory.roll-back", "b")))
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
	s.add(ui.Fit(s.theme.Muted.Render(label), min(labelWidth, s.width)) + value)
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
