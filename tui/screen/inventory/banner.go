package inventory

import (
	"fmt"
	"slices"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// banner says in words what needs someone, and which runs go on: each by name,
// those that need someone first.
func (s *Screen) banner(width int) string {
	return fitted(append(append(s.incidents(), s.runs()...), s.loose()...), width)
}

// runs says which runs need someone, and which go on.
func (s *Screen) runs() []headline {
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
	var found []headline
	for _, part := range []struct {
		status           engine.Status
		names            []string
		words, key, does string
	}{
		{engine.StatusStopped, stopped, "unfinished", s.context.Key("inventory.unfinished", "U"), "shows more"},
		{engine.StatusWaiting, waiting, "waiting for an answer", s.context.Key("inventory.watch", "enter"), "watches"},
		{engine.StatusRunning, going, "under way", s.context.Key("inventory.watch", "enter"), "watches"},
	} {
		if mark := theme.Status(part.status); len(part.names) > 0 {
			found = append(found, headline{
				theme: theme, sign: mark.Sign(), style: mark.Style, words: part.words, count: len(part.names),
				key: part.key, does: part.does, names: part.names,
			})
		}
	}
	return found
}

// loose says what consumers have not taken up.
func (s *Screen) loose() []headline {
	n, names := s.late()
	if n == 0 {
		return nil
	}
	mark := s.context.Theme.Loose(engine.LooseServed)
	words := ui.Plural(n, "loose end")
	return []headline{{theme: s.context.Theme, sign: mark.Sign(), style: mark.Style, words: words, short: words, count: n, key: s.context.Key("inventory.loose-ends", "L"), does: "looks", names: names}}
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
func (s *Screen) incidents() []headline {
	theme := s.context.Theme
	var found []headline
	add := func(sign, words string, b engine.Board, does string) {
		style := theme.Danger.Bold(true)
		found = append(found, headline{
			theme: theme, sign: style.Render(sign), style: style, words: words + ", " + ui.Revoked(b), short: "incident, " + ui.Revoked(b),
			key: s.context.Key("general.incident", "!"), does: does, names: []string{ui.Clean(b.Title)},
		})
	}
	for _, incident := range s.context.Incidents() {
		b := incident.Board()
		add("▲", "incident", b, "shows it")
		last := &found[len(found)-1]
		for _, state := range []engine.MemberState{engine.MemberAsks, engine.MemberFailed, engine.MemberProbing} {
			if n := b.Count(state); n > 0 {
				last.words += fmt.Sprintf(", %d %s", n, theme.Member(state).Word)
			}
		}
	}
	for _, b := range s.context.Unrevoked(s.rows.boards) {
		add("■", "incident not finished", b, "then tab and "+s.context.Key("incident.incidents", "i"))
	}
	return found
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
