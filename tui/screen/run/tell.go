package run

import (
	"fmt"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// tell words an event for the log. previous is the evidence before it: a
// report that changes nothing is not told again.
func (m *Model) tell(e engine.Event, previous *Evidence) []Line {
	t := &telling{event: e, waiting: m.waiting()}
	switch e.Type {
	case engine.EventRunStarted, engine.EventRunResumed:
		m.tellRun(t)
	case engine.EventPhaseStarted, engine.EventPhaseEnded, engine.EventPhaseFailed:
		m.tellPhase(t)
	case engine.EventCheck:
		t.check()
	case engine.EventProof:
		t.proof()
	case engine.EventChangeIntended, engine.EventChangeSettled:
		t.change()
	case engine.EventEvidence:
		if e.Evidence != nil {
			t.evidence(previous, *m.Evidence)
		}
	case engine.EventRequest:
		t.request()
	case engine.EventAnswer:
		t.answer()
	case engine.EventGraceSet:
		m.tellGrace(t)
	case engine.EventRollbackBegun:
		t.say(MarkUndo, ToneWarn, joined("rolling back", e.Text))
	case engine.EventRunStopped, engine.EventRunEnded:
		m.tellEnd(t)
	case engine.EventTrial:
		t.trial()
	case engine.EventNote:
		t.say(MarkNote, TonePlain, e.Text)
	default:
		t.say(MarkNote, ToneMuted, joined(string(e.Type), e.Text))
	}
	return t.lines
}

func (m *Model) tellRun(t *telling) {
	e, rotation := t.event, m.Summary.Rotation
	verb := "run " + e.Run + " started"
	if e.Type == engine.EventRunResumed {
		verb = "run " + e.Run + " resumed"
	}
	if rotation.Operator != "" {
		verb += " by " + rotation.Operator
	}
	if rotation.Host != "" {
		verb += fmt.Sprintf(" on %s (pid %d)", rotation.Host, rotation.PID)
	}
	t.say(MarkBegin, ToneTitle, verb)
	switch {
	case rotation.Purpose == engine.PurposeAdoption:
		t.more(ToneMuted, "", fmt.Sprintf("adopts %s, and makes another user in %s", m.Old.name(), m.New.name()))
	case rotation.Purpose == engine.PurposeTidy:
		t.more(ToneMuted, "", fmt.Sprintf("ends what was left half way beside %s, which is published", m.New.name()))
	case rotation.NewSlot != "":
		t.more(ToneMuted, "", fmt.Sprintf("from %s to %s", m.Old.name(), m.New.name()))
	}
	t.more(TonePlain, "", e.Text)
}

// waiting says whom an open question waits for.
func (m *Model) waiting() string {
	if operator := m.Summary.Rotation.Operator; m.Watched && operator != "" {
		return "waiting for " + ui.Clean(operator)
	}
	return string(ui.PhaseWaiting)
}

// name is the identity of a side, with its slot.
func (s Side) name() string {
	switch {
	case s.Slot == "":
		return "none"
	case s.Identity == "":
		return "slot " + string(s.Slot)
	}
	return fmt.Sprintf("%s (slot %s)", s.Identity, s.Slot)
}

func (m *Model) tellPhase(t *telling) {
	e := t.event
	name, begin, ended := string(e.Phase), MarkBegin, string(e.Phase)+" done"
	does := m.Summary.Rotation.Purpose.Transition(e.Phase).Does
	stage := m.stage(e.Phase)
	switch {
	case e.Phase == engine.PhaseReturn:
		name, begin, ended, does = "the way back", MarkUndo, "the way back is open", ""
	case e.Undoing: // what is done follows; the table's word is about all of the way back
		name, begin, ended, does = "undo "+name, MarkUndo, name+" undone", ""
	case e.Phase == engine.PhaseDone:
		ended = "all phases done"
	}
	took := ""
	if stage != nil && stage.Ended.After(stage.Started) {
		took = " in " + Duration(stage.Elapsed(e.At))
	}
	switch e.Type {
	case engine.EventPhaseStarted:
		t.say(begin, ToneTitle, joined(name, does))
	case engine.EventPhaseEnded:
		t.say(MarkDone, ToneOK, joined(ended+took, e.Text))
	case engine.EventPhaseFailed:
		if m.untried(e.Phase) && !e.Undoing {
			t.say(MarkNote, ToneWarn, joined(name+" incomplete"+took, problemText(e)))
		} else {
			t.say(MarkFailed, ToneDanger, joined(name+" failed"+took, problemText(e)))
		}
		t.problem(e.Problem)
	default:
	}
}

func (m *Model) tellGrace(t *telling) {
	held := "both credentials are valid"
	if left := t.event.Until.Sub(t.event.At); left > 0 {
		held = fmt.Sprintf("both credentials stay valid for %s, until %s", engine.Span(left.Round(time.Second)), m.clock(t.event.Until))
	}
	t.say(MarkNote, ToneInfo, joined(held, t.event.Text))
}

func (m *Model) tellEnd(t *telling) {
	e := t.event
	switch {
	case e.Type == engine.EventRunStopped:
		t.say(MarkFailed, ToneWarn, stopWords(problemText(e)))
		t.problem(e.Problem)
	case m.Summary.RehearsalOf() != "":
		m.tellRehearsal(t)
	case e.Status == engine.StatusDone:
		text := "done"
		if e.Text != "" {
			text = e.Text + ", still done"
		}
		if e.Until.After(e.At) {
			text += "; can be rolled back until " + m.clock(e.Until)
		}
		t.say(MarkDone, ToneOK, text)
	default:
		t.say(MarkDone, ToneOK, joined(string(e.Status), e.Text))
	}
}

// clock words a moment: the time of day, with the date unless it is that of
// the last event.
func (m *Model) clock(at time.Time) string {
	at, today := at.In(m.location), m.Summary.Updated.In(m.location)
	if at.YearDay() == today.YearDay() && at.Year() == today.Year() {
		return at.Format(time.TimeOnly)
	}
	return at.Format("2006-01-02 15:04")
}
