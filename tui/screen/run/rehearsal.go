package run

import (
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// rehearses says which credential's rehearsal the run is, if it is one.
func (s *Screen) rehearses() (of string, is bool) { return engine.Rehearsed(s.credential.ID) }

// subject names the credential, with a badge: that of its environment, or one that
// nobody takes for the real thing.
func (s *Screen) subject() string {
	theme := s.ctx.Theme
	if of, is := s.rehearses(); is {
		return theme.Rehearsal() + " " + theme.Strong.Render(ui.Clean(of))
	}
	name := theme.Strong.Render(ui.Clean(s.credential.ID))
	if e := s.credential.Environment; e.Name != "" || e.Word != "" {
		name += " " + theme.Environment(e)
	}
	return name
}

// onlyReal says why something about a real credential cannot be asked for here;
// "" when the run is no rehearsal.
func (s *Screen) onlyReal() string {
	if _, is := s.rehearses(); is {
		return "this is a rehearsal: nothing real is at stake"
	}
	return ""
}

// afterRehearsal is the way on from the end of a rehearsal.
func (s *Screen) afterRehearsal() string {
	again := s.ctx.Key("inventory.rehearse", "e")
	switch {
	case s.model.Status() == engine.StatusStopped:
		return "what it made is left: the next rehearsal removes it"
	case s.model.Summary.Faults > 0:
		return "esc goes back; " + again + " there shows each fault and what came of it"
	}
	return "esc goes back; " + again + " there rehearses again, with faults if you like"
}

// trial tells of one fault.
func (t *telling) trial() {
	trial := t.event.Trial
	if trial == nil {
		t.say(MarkNote, ToneMuted, joined(string(t.event.Type), t.event.Text))
		return
	}
	text := fmt.Sprintf("%s, %s: %s", trial.Boundary, trial.Fault, trial.Outcome())
	if !trial.OK {
		t.say(MarkFailed, ToneDanger, joined(text, trial.Problem))
		return
	}
	t.say(MarkCheck, TonePlain, fmt.Sprintf("%s in %d ms", text, trial.Took))
}

// tellRehearsal tells of the end of one.
func (m *Model) tellRehearsal(t *telling) {
	mark, tone := MarkDone, ToneOK
	switch {
	case m.Summary.Incomplete():
		mark, tone = MarkNote, ToneWarn
	case t.event.Status != engine.StatusDone:
		mark, tone = MarkFailed, ToneDanger
	}
	t.say(mark, tone, joined(m.Summary.RehearsalOutcome(), t.event.Text))
	t.problem(t.event.Problem)
}
