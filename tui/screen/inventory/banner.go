package inventory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// banner says in words which runs need someone, and which go on: each by name,
// those that need someone first. The key stands before the names, which may be
// too long for the line.
func (s *Screen) banner() string {
	theme := s.context.Theme
	var stopped, waiting, going []string
	for _, r := range s.unfinished() {
		stopped = append(stopped, ui.Clean(r.Credential)+", "+ui.Halt(r, s.rows.undone[r.Run]))
	}
	for _, run := range s.context.Active() {
		name := ui.Clean(run.Credential().ID)
		if run.Summary().Status == engine.StatusWaiting {
			waiting = append(waiting, name)
		} else {
			going = append(going, name)
		}
	}
	for _, r := range s.away() {
		name := ui.Clean(r.Credential) + " is " + s.context.Elsewhere(r)
		if r.Status == engine.StatusWaiting {
			waiting = append(waiting, name)
		} else {
			going = append(going, name)
		}
	}
	var parts []string
	for _, part := range []struct {
		status engine.Status
		names  []string
		words  string
		hint   string
	}{
		{engine.StatusStopped, stopped, "unfinished", " · U shows more"},
		{engine.StatusWaiting, waiting, "waiting for an answer", " · enter watches"},
		{engine.StatusRunning, going, "under way", " · enter watches"},
	} {
		if mark := theme.Status(part.status); len(part.names) > 0 {
			parts = append(parts, mark.Sign()+" "+mark.Style.Render(part.words)+
				theme.Muted.Render(part.hint+": ")+theme.Text.Render(strings.Join(part.names, "; ")))
		}
	}
	parts = append(s.incidents(), parts...)
	if n, names := s.late(); n > 0 {
		mark := theme.Loose(engine.LooseServed)
		parts = append(parts, mark.Sign()+" "+mark.Style.Render(ui.Plural(n, "loose end"))+
			theme.Muted.Render(" · L looks: ")+theme.Text.Render(strings.Join(names, "; ")))
	}
	if len(parts) == 0 {
		return ""
	}
	return "  " + strings.Join(parts, "  ")
}

// lateNamed is of how many credentials with something loose the banner has the
// names.
const lateNamed = 4

// late counts credentials that are published and not taken up by a consumer, while
// no run is about to see to that, and names the first of them.
func (s *Screen) late() (n int, names []string) {
	active := s.context.Active()
	for _, r := range s.rows.count().late {
		if r.last.Run != "" && !r.last.Status.Finished() ||
			slices.ContainsFunc(active, func(run *engine.Run) bool { return run.Credential().ID == r.credential.ID }) {
			continue
		}
		if n++; n <= lateNamed {
			names = append(names, ui.Clean(r.credential.ID))
		}
	}
	if n > lateNamed {
		names = append(names, "…")
	}
	return n, names
}

// incidents says which are under way, and which need someone to resume them.
func (s *Screen) incidents() []string {
	theme := s.context.Theme
	var parts []string
	for _, incident := range s.context.Incidents() {
		b := incident.Board()
		text := "incident, " + ui.Revoked(b)
		for _, state := range []engine.MemberState{engine.MemberAsks, engine.MemberFailed, engine.MemberProbing} {
			if n := b.Count(state); n > 0 {
				text += fmt.Sprintf(", %d %s", n, theme.Member(state).Word)
			}
		}
		parts = append(parts, theme.Danger.Bold(true).Render("▲ "+text)+theme.Muted.Render(" · ! shows it: ")+theme.Text.Render(ui.Clean(b.Title)))
	}
	for _, b := range s.context.Unrevoked(s.rows.boards) {
		parts = append(parts, theme.Danger.Bold(true).Render("■ incident not finished, "+ui.Revoked(b))+
			theme.Muted.Render(" · !, then tab and i: ")+theme.Text.Render(ui.Clean(b.Title)))
	}
	return parts
}

// runMark is how the run of a row shows beside its name; found is false when
// there is none that matters.
func (s *Screen) runMark(r row) (mark ui.Mark, found bool) {
	status := engine.Status("")
	switch run := s.active(r.credential.ID); {
	case run != nil:
		status = run.Summary().Status
	case s.context.Elsewhere(r.last) != "":
		status = r.last.Status
	case r.isUnfinished():
		return s.context.Theme.Status(engine.StatusStopped), true
	default:
		return ui.Mark{}, false
	}
	if status != engine.StatusWaiting {
		status = engine.StatusRunning
	}
	return s.context.Theme.Status(status), true
}
