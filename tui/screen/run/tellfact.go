package run

import (
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
	took := ""
	if p.Took > 0 {
		took = Duration(p.Took)
	}
	t.say(MarkProof, proofTone(t.event), joined(t.event.Text+" at "+p.Endpoint, list(answer, p.Detail, took)))
}

// proofTone holds an answer against what the engine says that it shows.
func proofTone(e engine.Event) Tone {
	switch e.Proof.Standing {
	case claimOf(e).wanted:
		return ToneOK
	case engine.Unreachable:
		return ToneWarn
	default:
		return ToneDanger
	}
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

func (t *telling) evidence(previous *Evidence, now Evidence) {
	if previous != nil && previous.same(now) {
		return
	}
	tone := TonePlain
	switch {
	case now.Problem != "":
		tone = ToneWarn
	case now.Clear():
		tone = ToneOK
	}
	t.say(MarkEvidence, tone, now.String())
	t.more(ToneWarn, "", now.Problem)
}

func (t *telling) request() {
	r := t.event.Request
	if r == nil {
		t.say(MarkAsk, ToneInfo, joined(t.waiting, t.event.Text))
		return
	}
	t.event.Phase = r.Phase
	t.say(MarkAsk, ToneInfo, joined(t.waiting, r.Title))
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
