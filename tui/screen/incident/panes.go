package incident

import (
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// impact says what revoking will cost: how many, sessions that are cut, who is
// told, and what is left to people.
func (s *Screen) impact() string {
	theme := s.context.Theme
	if s.chosen.empty() {
		return theme.Muted.Render("nothing is chosen yet")
	}
	line := theme.Strong.Render(ui.Plural(len(s.rows), "credential"))
	if s.scoping.busy {
		line += theme.Muted.Render(" · ▸ counting what will be cut")
		if s.eager {
			line += theme.Accent.Render(", then it is asked")
		}
		return line
	}
	cost := s.cost
	line += theme.Muted.Render(" · ") + theme.Warn.Render(cost.Cut())
	if len(cost.Told) > 0 {
		line += theme.Muted.Render(" · tells ") + theme.Text.Render(some(cost.Told, len(cost.Told)))
	}
	if cost.ByHand > 0 {
		line += theme.Muted.Render(" · ") + theme.Warn.Render(fmt.Sprintf("%d by hand", cost.ByHand))
	}
	return line
}

// mostNamed is how many of several are named.
const mostNamed = 3

// some names the first of several, of which there are all.
func some(names []string, all int) string {
	named := names[:min(mostNamed, len(names))]
	text := ui.Clean(strings.Join(named, ", "))
	if more := all - len(named); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// listPane is the list to choose from.
func (s *Screen) listPane(width, height int) string {
	theme := s.context.Theme
	keys := s.context.Key("incident.choose", "space") + " chooses, " + s.context.Key("incident.filter", "/") + " filters"
	title := theme.Muted.Render("choose what leaked: " + keys)
	if s.focus == onList {
		title = theme.Accent.Bold(true).Render("choose what leaked") + theme.Muted.Render("  "+keys)
	}
	if s.filter.Active() || s.filter.Editing() {
		title = s.filter.Chip(theme, s.list.Len(), len(s.credentials), s.problem)
	}
	s.list.SetColumns(s.listColumns())
	if s.list.Len() == 0 {
		return ui.Frame([]string{margin + title, "", margin + theme.Strong.Render("No credential passes the filter.")}, width, height)
	}
	foot := s.reasons(max(1, width-2*len(margin)))
	if height < airyHeight/2 {
		foot = nil
	}
	room := max(1, min(height-1-len(foot), s.list.Len()+1)) // why the selected one is there stands close
	lines := append([]string{margin + title}, strings.Split(s.list.View(theme, width, room, s.listCell), "\n")...)
	for _, line := range foot {
		lines = append(lines, margin+line)
	}
	return ui.Frame(lines, width, height)
}

func (s *Screen) listCell(id string, column table.Column) string {
	theme := s.context.Theme
	c, found := s.context.Engine.Find(id)
	if !found {
		return ""
	}
	switch column.ID {
	case "name":
		if s.chosen.has(id) {
			return theme.Accent.Bold(true).Render("●") + " " + theme.Strong.Render(ui.Clean(id))
		}
		return theme.Muted.Render("○") + " " + theme.Text.Render(ui.Clean(id))
	case "env":
		return theme.EnvironmentWord(c.Environment)
	case "note":
		return s.note(id)
	case "owner":
		return theme.Muted.Render(ui.Clean(c.Owner))
	case "store":
		return theme.Muted.Render(ui.Clean(c.Store.Name))
	default:
		return theme.Muted.Render(ui.Clean(strings.Join(c.Tags, ", ")))
	}
}

// note says why a row of the list is chosen, or what it has to do with those that
// are.
func (s *Screen) note(id string) string {
	theme, words := s.context.Theme, ui.Clean(s.noteWords(id))
	if s.chosen.has(id) {
		return theme.Accent.Render(words)
	}
	if shared, near := strings.CutPrefix(words, nearWord); near {
		return theme.Warn.Render(nearWord) + theme.Muted.Render(shared)
	}
	return ""
}

const nearWord = "near: "

func (s *Screen) noteWords(id string) string {
	if at, chosen := s.chosen.place[id]; chosen {
		return s.chosen.suspects[at].Why
	}
	if n, near := s.near[id]; near {
		return nearWord + strings.Join(n.Shares, ", ")
	}
	return ""
}

// reasons tells of the selected row in full what its cells may cut.
func (s *Screen) reasons(width int) []string {
	id := s.list.Selected()
	c, found := s.context.Engine.Find(id)
	if !found || s.focus != onList {
		return nil
	}
	words := []string{id}
	if note := s.noteWords(id); note != "" {
		words = append(words, note)
	}
	if len(c.Tags) > 0 {
		words = append(words, "tags "+strings.Join(c.Tags, ", "))
	}
	if len(words) == 1 {
		return nil
	}
	lines := wrapped(s.context.Theme.Muted, ui.Clean(strings.Join(words, " · ")), width)
	return append([]string{""}, lines[:min(len(lines), 3)]...)
}

// scopePane is what was chosen, worst first, with what is near.
func (s *Screen) scopePane(width, height int) string {
	theme := s.context.Theme
	title := theme.Muted.Render("to revoke, worst first")
	if s.focus == onScope {
		title = theme.Accent.Bold(true).Render("to revoke, worst first")
	}
	if s.chosen.empty() {
		hint := "what is chosen shows here, worst first, with what it will cost"
		return ui.Frame([]string{margin + title, "", margin + theme.Muted.Render(hint)}, width, height)
	}
	inside := max(1, width-2*len(margin))
	foot := s.about(inside)
	foot = append(foot, s.nearLines(inside)...)
	foot = foot[:min(len(foot), max(0, height-1-min(s.scope.Len()+1, max(3, height/2))))]
	for i, line := range foot {
		foot[i] = margin + line
	}
	if height >= airyHeight/2 {
		foot = append([]string{""}, foot...)
	}
	s.scope.SetColumns(s.scopeColumns())
	room := max(1, min(height-1-len(foot), s.scope.Len()+1)) // what is told of the selected one stands close
	lines := append([]string{margin + title}, strings.Split(s.scope.View(theme, width, room, s.scopeCell), "\n")...)
	return ui.Frame(append(lines, foot...), width, height)
}

func (s *Screen) scopeCell(id string, column table.Column) string {
	theme, r := s.context.Theme, s.rows[id]
	switch column.ID {
	case "name":
		return theme.Strong.Render(ui.Clean(id))
	case "env":
		c, found := s.context.Engine.Find(id)
		if !found {
			return ""
		}
		return theme.EnvironmentWord(c.Environment)
	case "risk":
		return s.risk(r)
	}
	switch {
	case !r.probed:
		return theme.Muted.Render("–")
	case r.Barred != nil:
		return theme.Warn.Render("by hand")
	case r.Sessions < 0:
		return theme.Warn.Render("unknown")
	}
	return theme.Text.Render(fmt.Sprintf("%d", r.Sessions))
}

// risk is the mark of whether it is accepted, and the reasons of the engine.
func (s *Screen) risk(r row) string {
	theme := s.context.Theme
	if !r.probed {
		return theme.Muted.Render("▸ probing")
	}
	mark := theme.Leaked(r.Risk.Accepted)
	return mark.Sign() + " " + theme.Text.Render(ui.Clean(strings.Join(r.Risk.Reasons, " · ")))
}

// about tells more of the selected one: why it is there, who is told, and what
// stands in the way.
func (s *Screen) about(width int) []string {
	theme, r := s.context.Theme, s.rows[s.scope.Selected()]
	lines := wrapped(theme.Muted, ui.Clean(strings.Join(append([]string{r.Credential, r.Why}, r.Risk.Reasons...), " · ")), width)
	if len(r.Consumers) > 0 {
		lines = append(lines, wrapped(theme.Muted, "tells "+some(r.Consumers, len(r.Consumers)), width)...)
	}
	if r.Barred != nil {
		lines = append(lines, wrapped(theme.Warn, "◇ by hand: "+sentence(*r.Barred), width)...)
	}
	if r.Unfinished != "" {
		lines = append(lines, wrapped(theme.Warn, "◇ run "+ui.Clean(r.Unfinished)+" is unfinished: it is ended first", width)...)
	}
	return lines
}

func sentence(p engine.Problem) string {
	if p.Hint != "" {
		return ui.Clean(p.Text + "; " + p.Hint)
	}
	return ui.Clean(p.Text)
}

// nearLines names the blast radius.
func (s *Screen) nearLines(width int) []string {
	theme := s.context.Theme
	if len(s.nearby) == 0 {
		return nil
	}
	var names []string
	for _, n := range s.nearby[:min(mostNamed, len(s.nearby))] {
		names = append(names, n.Credential+" ("+strings.Join(n.Shares, ", ")+")")
	}
	add := s.context.Key("incident.near", "n")
	key := theme.Muted.Render(", ") + theme.Accent.Render(add) + theme.Muted.Render(" adds them")
	switch {
	case len(s.addedNear()) > 0: // n takes back what it added
		key = ""
	case s.focus == onField:
		key = theme.Muted.Render(", tab, then " + add + " adds them")
	}
	return []string{ui.Fit(theme.Warn.Render(fmt.Sprintf("%d near", len(s.nearby)))+key+theme.Muted.Render(": "+some(names, len(s.nearby))), width)}
}
