package plain_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

// scriptedRun is a run whose questions are known: it publishes one after the
// other, each after the answer to the last, and keeps the answers.
type scriptedRun struct {
	feed    *engine.Feed
	asks    []engine.Request
	answers []engine.Answer
}

func newRun(asks ...engine.Request) *scriptedRun {
	r := &scriptedRun{feed: engine.NewFeed(event(1, engine.Event{
		Type: engine.EventRunStarted, Rotation: &engine.Rotation{OldSlot: "a", NewSlot: "b", Operator: "ada", Host: "deck", PID: 7},
	})), asks: asks}
	r.next()
	return r
}

func event(seq int64, e engine.Event) engine.Event {
	e.Seq, e.Run, e.Credential = seq, "run-1", "orders-db"
	e.At = time.Date(2026, 3, 1, 9, 30, int(seq), 0, time.UTC)
	return e
}

func (r *scriptedRun) Feed() *engine.Feed { return r.feed }

func (r *scriptedRun) Answer(a engine.Answer) error {
	r.answers = append(r.answers, a)
	r.next()
	return nil
}

func (r *scriptedRun) next() {
	seq := int64(len(r.answers) + 2)
	if len(r.answers) == len(r.asks) {
		r.feed.Publish(event(seq, engine.Event{Type: engine.EventRunEnded, Status: engine.StatusDone}))
		r.feed.Close()
		return
	}
	q := r.asks[len(r.answers)]
	r.feed.Publish(event(seq, engine.Event{Type: engine.EventRequest, Phase: q.Phase, Request: &q}))
}

func question(kind engine.RequestKind) engine.Request {
	return engine.Request{
		ID: "q-" + string(kind), Kind: kind, Title: "Go on?", Default: engine.ChoiceStop,
		Choices: []engine.Choice{
			{ID: engine.ChoiceContinue, Label: "go on"},
			{ID: engine.ChoiceAccept, Label: "go on against the evidence", Danger: true},
			{ID: engine.ChoiceRollBack, Label: "roll back"},
			{ID: engine.ChoiceStop, Label: "stop here"},
		},
	}
}

func TestFollowPrintsAndAnswers(t *testing.T) {
	t.Parallel()
	run := newRun(question(engine.RequestStart), question(engine.RequestGate))
	var out, talk bytes.Buffer
	f := plain.Follower{Out: &out, Answerer: plain.NewPrompt(strings.NewReader("1\n3\n"), &talk, "ada")}
	if err := f.Follow(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	want := []engine.Answer{
		{Request: "q-start", Choice: engine.ChoiceContinue, By: "ada"},
		{Request: "q-gate", Choice: engine.ChoiceRollBack, By: "ada"},
	}
	if diff := cmp.Diff(want, run.answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if f.Undecided != nil {
		t.Errorf("undecided: %v", f.Undecided)
	}
	for _, line := range []string{"begin: run run-1 started", "ask: waiting for you: Go on?", "\ndone"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("no %q in:\n%s", line, &out)
		}
	}
}

func TestFollowSpeaksJSON(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	f := plain.Follower{Out: &out, JSON: true, Answerer: plain.Yes{}}
	if err := f.Follow(t.Context(), newRun(question(engine.RequestStart))); err != nil {
		t.Fatal(err)
	}
	var types []engine.EventType
	for decoder := json.NewDecoder(&out); ; {
		var e engine.Event
		if err := decoder.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		types = append(types, e.Type)
	}
	want := []engine.EventType{engine.EventRunStarted, engine.EventRequest, engine.EventRunEnded}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// A resumed run's feed begins with its past; what was asked then is not asked
// again.
func TestFollowSkipsThePast(t *testing.T) {
	t.Parallel()
	run := newRun(question(engine.RequestStart))
	run.feed.Publish(event(3, engine.Event{Type: engine.EventRunResumed, Text: "both work"}))
	run.feed.Close()
	var out bytes.Buffer
	f := plain.Follower{Out: &out, After: 2, Answerer: plain.Yes{}}
	if err := f.Follow(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	if len(run.answers) != 0 {
		t.Errorf("answered the past: %v", run.answers)
	}
	if got := out.String(); strings.Contains(got, "started") || !strings.Contains(got, "resumed") {
		t.Errorf("printed:\n%s", got)
	}
}

func TestFollowLeavesTheDefaultWhenNobodyAnswers(t *testing.T) {
	t.Parallel()
	run := newRun(question(engine.RequestGate))
	f := plain.Follower{Out: io.Discard, Answerer: plain.NewPrompt(strings.NewReader(""), io.Discard, "ada")}
	if err := f.Follow(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(f.Undecided, plain.ErrNoAnswer) {
		t.Errorf("undecided: %v", f.Undecided)
	}
	if run.answers[0].Choice != engine.ChoiceStop {
		t.Errorf("answered %v", run.answers[0])
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestFollowReportsABrokenPipe(t *testing.T) {
	t.Parallel()
	f := plain.Follower{Out: brokenPipe{}, Answerer: plain.Yes{}}
	if err := f.Follow(t.Context(), newRun()); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error: %v", err)
	}
}

type lateRun struct{ *scriptedRun }

func (r lateRun) Answer(engine.Answer) error {
	r.feed.Close()
	return engine.ErrNoRequest
}

func TestFollowToleratesAWithdrawnQuestion(t *testing.T) {
	t.Parallel()
	f := plain.Follower{Out: io.Discard, Answerer: plain.Yes{}}
	if err := f.Follow(t.Context(), lateRun{newRun(question(engine.RequestStart))}); err != nil {
		t.Errorf("error: %v", err)
	}
}

func TestPromptIsGivenUpWithItsContext(t *testing.T) {
	t.Parallel()
	in, writer := io.Pipe()
	defer writer.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("interrupted")
	cancel(cause)
	_, err := plain.NewPrompt(in, io.Discard, "ada").Answer(ctx, question(engine.RequestGate))
	if !errors.Is(err, cause) {
		t.Errorf("error: %v", err)
	}
}

// In verify it is said who still holds the old credential, when that changes.
func TestFollowNamesWhoHoldsTheOldCredential(t *testing.T) {
	t.Parallel()
	session := func(application string) engine.Session {
		return engine.Session{Application: application, Client: "10.0.0.4", Slot: engine.SlotA}
	}
	looks := [][]engine.Session{
		{session("orders-api"), session("orders-api"), session("cron")},
		{session("orders-api"), session("orders-api"), session("cron")},
		{session("a"), session("b"), session("c"), session("d\x1b[31m")},
		{},
	}
	run := &scriptedRun{feed: engine.NewFeed()}
	for i, old := range looks {
		run.feed.Publish(event(int64(i+1), engine.Event{
			Type: engine.EventEvidence, Phase: engine.PhaseVerify, Evidence: &engine.Evidence{Counted: true, OldSessions: old},
		}))
	}
	run.feed.Close()
	var out bytes.Buffer
	f := plain.Follower{Out: &out}
	if err := f.Follow(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	var named []string
	for line := range strings.Lines(out.String()) {
		if rest, found := strings.CutPrefix(line, "  still there: "); found {
			named = append(named, strings.TrimSpace(rest))
		}
	}
	want := []string{
		"2 × orders-api from 10.0.0.4; 1 × cron from 10.0.0.4",
		"1 × a from 10.0.0.4; 1 × b from 10.0.0.4; 1 × c from 10.0.0.4; and 1 more",
	}
	if diff := cmp.Diff(want, named); diff != "" {
		t.Errorf("named (-want +got):\n%s\n%s", diff, &out)
	}
}
