package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// RehearsalOptions tune a rehearsal.
type RehearsalOptions struct {
	Faults bool          // try each fault at each boundary between two steps
	Within time.Duration // how long the faults may take together; 3 minutes when 0
	Stages int           // how many faults are tried at once, each on a stage of its own; 3 when 0
	Clean  bool          // only remove what an earlier rehearsal left behind
}

const (
	defaultWithin = 3 * time.Minute
	defaultStages = 3
	mostStages    = 9 // a stage's name ends with its digit
	leastProbe    = 2 * time.Second
)

// rehearsalKey is what the journal knows the rehearsals of a credential by.
const rehearsalKey = "rehearsal:"

// rehearsal is what a conductor has beside, who conducts a rehearsal.
type rehearsal struct {
	options RehearsalOptions
	of      string // the credential
	name    string // that everything made begins with
	mark    string
	source  Rehearsable
	stages  []*scene // the first one is that of the undisturbed run
	struck  bool     // all that was made is removed
}

// scene is a stage that is set, with the store and the service that belong to it.
type scene struct {
	Stage
	store   *MemoryStore
	service *understudy
}

// CanRehearse says why a credential cannot be rehearsed from here; nil when it
// can. It does not dial.
func (e *Engine) CanRehearse(id string) *Problem {
	if problem := e.CanRotate(id); problem != nil {
		return problem
	}
	c := e.byID[id]
	parts, err := e.config.Open(c)
	if err != nil {
		return AsProblem(err)
	}
	if _, able := parts.Target.(Rehearsable); !able {
		return NewProblem(nil, "", "%s cannot be rehearsed: a %s target has no scratch copy", id, c.Target.Provider)
	}
	return nil
}

// Rehearse starts, in the background, the rotation of a credential on a scratch
// target. Nothing of the real target, store, consumers and notifiers is touched.
// The run answers its questions itself, as --yes would; whatever it comes to, it
// removes what it made. One that did not get through ends rolled back, with a
// problem. Errors are those of Rotate; a rotation may go on at the same time.
func (e *Engine) Rehearse(ctx context.Context, id string, o RehearsalOptions) (*Run, error) {
	if problem := e.CanRehearse(id); problem != nil {
		return nil, problem
	}
	real, err := e.config.Open(e.byID[id])
	if err != nil {
		return nil, err
	}
	r := newRehearsal(id, real.Target.(Rehearsable), o)
	runID, err := e.newRunID()
	if err != nil {
		return nil, err
	}
	credential := e.rehearsed(e.byID[id])
	lease, err := e.config.Journal.Lock(ctx, credential.ID, Holder{
		Run: runID, Operator: e.config.Operator, Host: e.config.Host, PID: e.config.PID,
	})
	if err != nil {
		return nil, err
	}
	c := &conductor{engine: e, credential: credential, lease: lease, rehearsal: r}
	c.begin(newRun(runID, credential, nil), nil)
	if err := c.openRehearsal(ctx); err != nil {
		return nil, c.abandon(err)
	}
	if o.Clean {
		return c.launch(ctx, func(ctx context.Context) error { return c.attempt(ctx, PhaseCleanup, false, c.clear) }), nil
	}
	return c.launch(ctx, func(ctx context.Context) error { return c.forward(ctx, PhasePreflight) }), nil
}

func newRehearsal(id string, source Rehearsable, o RehearsalOptions) *rehearsal {
	if o.Within == 0 {
		o.Within = defaultWithin
	}
	if o.Stages == 0 {
		o.Stages = defaultStages
	}
	o.Stages = min(o.Stages, mostStages)
	return &rehearsal{options: o, of: id, name: stageName(id), mark: stageMark(id), source: source}
}

// stageName is the same for each rehearsal of a credential, so that one finds
// what another has left behind. It is short: MySQL has room for 32 characters.
func stageName(id string) string {
	sum := sha256.Sum256([]byte(id))
	return "rotadeck_rehearsal_" + hex.EncodeToString(sum[:4])
}

func stageMark(id string) string {
	return fmt.Sprintf("scratch of a rotadeck rehearsal of %s: nothing uses it, the next rehearsal removes it", id)
}

// rehearsed is a credential as a rehearsal rotates it: under a key of its own,
// and with nobody to wait for.
func (e *Engine) rehearsed(c Credential) Credential {
	c.ID = rehearsalKey + c.ID
	c.StoreKey = c.ID
	c.Policy.Grace, c.Policy.Quiet = 0, 0
	// Several stages at once are a load that must not look like a fault.
	c.Policy.ProbeTimeout = max(c.Policy.ProbeTimeout, leastProbe)
	c.Policy.VerifyWithin = min(c.Policy.VerifyWithin, c.Policy.ProbeTimeout)
	c.Consumers, c.Notifiers = nil, nil
	return c
}

// openRehearsal sets up the parts, as far as that needs no stage, and opens the
// journal's record of the run.
func (c *conductor) openRehearsal(ctx context.Context) error {
	stage, err := c.rehearsal.source.Stage(ctx, c.rehearsal.name, c.rehearsal.mark)
	if err != nil {
		return err
	}
	rotation := Rotation{Purpose: PurposeRehearsal}
	if !c.rehearsal.options.Clean {
		rotation.OldSlot, rotation.NewSlot = SlotA, SlotB
		for _, id := range []*string{&rotation.OldVersion, &rotation.NewVersion} {
			if *id, err = c.engine.newID(""); err != nil {
				return errors.Join(err, stage.close())
			}
		}
	}
	first, err := c.newScene(ctx, stage, rotation.OldVersion)
	if err != nil {
		return errors.Join(err, stage.close())
	}
	c.rehearsal.stages = []*scene{first}
	c.parts = Parts{Target: stage.Target, Store: first.store, Consumers: []Consumer{first.service}}
	return c.enter(rotation)
}

// newScene puts a stage's material into a store of its own, with a service that
// has read it.
func (c *conductor) newScene(ctx context.Context, stage Stage, version string) (*scene, error) {
	s := &scene{Stage: stage, store: NewMemoryStore()}
	err := s.store.Save(ctx, c.credential.StoreKey, Holding{Active: SlotA, Slots: map[Slot]Version{
		SlotA: {ID: version, Material: stage.Material, Created: c.now().UTC(), State: VersionCurrent},
	}})
	if err != nil {
		return nil, err
	}
	s.service = &understudy{store: s.store, key: c.credential.StoreKey}
	return s, s.service.reload(ctx)
}

// close ends the sessions that a stage's target has open.
func (s Stage) close() error {
	if closer, able := s.Target.(io.Closer); able {
		return closer.Close()
	}
	return nil
}

// rehearsing is what a rehearsal does otherwise than a rotation; nil where it
// does the same.
func (c *conductor) rehearsing(phase Phase) func(context.Context) error {
	switch {
	case c.rehearsal == nil:
		return nil
	case phase == PhasePreflight:
		return c.setStage
	case phase == PhaseFaults:
		return c.tryFaults
	case phase == PhaseDone:
		return c.concludeRehearsal
	}
	return nil
}

// setStage removes what an earlier rehearsal left behind, makes the scratch
// target, and then looks as a rotation does.
func (c *conductor) setStage(ctx context.Context) error {
	stage := c.rehearsal.stages[0].Stage
	for _, lack := range stage.Without {
		c.note(PhasePreflight, "not rehearsed: %s", lack)
	}
	if err := c.applyAll(ctx, PhasePreflight, false, append(stage.Remove[:len(stage.Remove):len(stage.Remove)], stage.Make...)); err != nil {
		return err
	}
	return c.preflight(ctx)
}

const allRemoved = "all that it made is removed"

// concludeRehearsal removes everything and ends the run. It is told of by no
// notifier: nothing has happened.
func (c *conductor) concludeRehearsal(ctx context.Context) error {
	if err := c.strike(ctx); err != nil {
		return err
	}
	return c.record.commit(Event{Type: EventRunEnded, Phase: PhaseDone, Status: StatusDone, Text: allRemoved})
}

// clear is all that a rehearsal does which only cleans up.
func (c *conductor) clear(ctx context.Context) error {
	if err := c.strike(ctx); err != nil {
		return err
	}
	return c.record.commit(Event{
		Type: EventRunEnded, Phase: PhaseCleanup, Status: StatusDone, Text: "nothing that a rehearsal made is left",
	})
}

// strike removes what every stage has made.
func (c *conductor) strike(ctx context.Context) error {
	r := c.rehearsal
	for _, s := range r.stages {
		_ = s.close() // a session that does not end is ended by the server, below
	}
	if err := c.applyAll(ctx, PhaseDone, true, r.stages[0].Remove); err != nil {
		return err
	}
	r.struck = true
	return nil
}

// endRehearsal brings a rehearsal that did not get through to its end, which is
// as before it: err is why. When what it made cannot be removed, it stops.
func (c *conductor) endRehearsal(err error) error {
	r := c.rehearsal
	defer func() {
		for _, s := range r.stages {
			_, _ = s.close(), s.store.Close() // their sessions are of no more use
		}
	}()
	if c.run.Summary().Status.Finished() && r.struck {
		return err
	}
	why := c.whyFailed(err)
	ctx, cancel := context.WithTimeout(context.Background(), c.policy().ChangeTimeout)
	defer cancel()
	if !r.struck {
		if failed := c.strike(ctx); failed != nil {
			return NewProblem(errors.Join(failed, why),
				fmt.Sprintf("rotadeck rehearse --clean %s removes it", r.of), "what the rehearsal made could not be removed")
		}
	}
	if c.run.Summary().Status.Finished() {
		return nil
	}
	return c.record.commit(Event{Type: EventRunEnded, Status: StatusRolledBack, Problem: why, Text: allRemoved})
}

// whyFailed is the problem of a rehearsal that ends with err.
func (c *conductor) whyFailed(err error) *Problem {
	s := c.run.Summary()
	var stop errStop
	switch {
	case s.Problem != nil && s.Broken == 0 && s.Faults < s.Trials:
		return NewProblem(nil, s.Problem.Hint, "the rehearsal is incomplete: %s", s.Problem.Error())
	case s.Problem != nil:
		return NewProblem(nil, s.Problem.Hint, "the rehearsal failed at %s: %s", s.Phase, s.Problem.Error())
	case errors.As(err, &stop):
		return NewProblem(nil, "", "the rehearsal failed at %s: %s", s.Phase, stop.why)
	case err == nil || errors.Is(err, errNothingDone):
		return NewProblem(nil, "", "the rehearsal was ended at %s", s.Phase)
	}
	p := AsProblem(err)
	return NewProblem(nil, p.Hint, "the rehearsal failed at %s: %s", s.Phase, p.Error())
}

// answerItself gives the answer that --yes would, and types what must be typed:
// nothing real is at stake.
func (c *conductor) answerItself(q Request) (Answer, error) {
	answer := Answer{Request: q.ID, Choice: q.Default, By: "the rehearsal"}
	if yes, follows := q.Ahead(); follows {
		answer.Choice = yes.ID
	}
	c.record.add(Event{Type: EventRequest, Phase: q.Phase, Request: &q})
	c.record.add(Event{Type: EventAnswer, Phase: q.Phase, Answer: &answer})
	if err := c.record.flush(); err != nil || answer.Choice != ChoiceStop || q.Kind == RequestFailure {
		return answer, err
	}
	return answer, errStop{strings.Join(append([]string{"this is for a person to decide: " + q.Title}, q.Details...), " ")}
}

// Rehearsed is the credential that a key of the journal is about, if it is that of
// its rehearsals.
func Rehearsed(key string) (id string, is bool) { return strings.CutPrefix(key, rehearsalKey) }
