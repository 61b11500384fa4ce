package run

import (
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// The facts of a phase: what was checked, proven, changed, seen and asked.

func (t *telling) check() {
	c := t.event.Check
	if c == nil {
		t.say(MarkCheck, ToneMuted, joined("check", t.event.Text))
		return
	}
	if c.OK {
		t.say(MarkCheck, ToneOK, joined(c.Name, c.Detail))
		return
	}
	t.say(MarkCheck, ToneWarn, joined(c.Name, c.Detail))
	t.more(ToneWarn, "what to do: ", c.Hint)
}

func (t *telling) proof() {
	p := t.event.Proof
	if p == nil {
		t.say(MarkProof, ToneMuted, joined("proof", t.event.Text))
		return
	}
	answer := string(p.Standing)
	if p.Identity != "" {
		answer += " " + p.Identity
	}
	text := list(joined(p.Endpoint, answer), p.Detail)
	if p.Took > 0 {
		text += " in " + shortly(p.Took)
	}
	tone := ToneOK
	if p.Standing == engine.Unreachable {
		tone = ToneWarn
	}
	t.say(MarkProof, tone, joined(t.event.Text, text))
}

func (t *telling) change() {
	e, c := t.event, t.event.Change
	if c == nil {
		c = &engine.Change{What: "a change"}
	}
	what := c.What
	if c.Where != "" {
		what += ", at " + c.Where
	}
	if e.Type == engine.EventChangeIntended {
		t.say(MarkIntent, TonePlain, what)
		t.more(ToneMuted, "", strings.TrimSpace(c.Statement))
		return
	}
	switch e.Outcome {
	case engine.Applied:
		t.say(MarkChange, ToneOK, joined("applied", c.What))
	case engine.NotApplied:
		t.say(MarkChange, ToneWarn, joined("not applied", c.What))
	default:
		t.say(MarkChange, ToneDanger, joined("unknown whether it happened", c.What))
	}
	if e.Problem != nil {
		t.more(ToneWarn, "", e.Problem.Text)
		t.problem(e.Problem)
	}
}

func (t *telling) evidence(previous *engine.Evidence) {
	e := t.event.Evidence
	if e == nil || (previous != nil && sameEvidence(*previous, *e)) {
		return
	}
	tone := TonePlain
	switch {
	case e.Problem != "":
		tone = ToneWarn
	case len(e.OldSessions) == 0 && e.OnNew == e.Reports:
		tone = ToneOK
	}
	t.say(MarkEvidence, tone, EvidenceText(*e))
	t.more(ToneWarn, "", e.Problem)
}

// sameEvidence says that nothing worth a line of the log has changed.
func sameEvidence(a, b engine.Evidence) bool {
	return a.Counted == b.Counted && len(a.OldSessions) == len(b.OldSessions) &&
		a.NewSessions == b.NewSessions && a.OnNew == b.OnNew && a.Reports == b.Reports && a.Problem == b.Problem
}

// EvidenceText is evidence in one line.
func EvidenceText(e engine.Evidence) string {
	sessions, consumers := "", ""
	if e.Counted {
		sessions = fmt.Sprintf("%s on the old credential, %d on the new", plural(len(e.OldSessions), "session"), e.NewSessions)
	}
	if e.Reports > 0 {
		consumers = fmt.Sprintf("%d of %s on the new version", e.OnNew, plural(e.Reports, "consumer"))
	}
	if text := list(sessions, consumers); text != "" {
		return text
	}
	return "neither sessions nor consumers can be seen"
}

func (t *telling) request() {
	r := t.event.Request
	if r == nil {
		t.say(MarkAsk, ToneInfo, joined("waiting for you", t.event.Text))
		return
	}
	t.event.Phase = r.Phase
	t.say(MarkAsk, ToneInfo, joined("waiting for you", r.Title))
	t.more(TonePlain, "what: ", r.What)
	t.more(TonePlain, "where: ", r.Where)
	t.more(TonePlain, "consequence: ", r.Consequence)
	t.more(TonePlain, "reversible: ", r.Reversible)
	for _, detail := range r.Details {
		t.more(ToneMuted, "", detail)
	}
}

func (t *telling) answer() {
	a := t.event.Answer
	if a == nil {
		t.say(MarkAnswer, ToneInfo, joined("answer", t.event.Text))
		return
	}
	text := joined("answer", string(a.Choice))
	if a.By != "" {
		text += " by " + a.By
	}
	t.say(MarkAnswer, ToneInfo, text)
}
