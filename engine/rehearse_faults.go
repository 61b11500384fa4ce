package engine

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
)

// tryFaults repeats the rotation with each fault at each boundary that the
// undisturbed one had, on several stages at once.
func (c *conductor) tryFaults(ctx context.Context) error {
	if err := c.moreStages(ctx); err != nil {
		return err
	}
	trials := boundaries(c.run.soFar())
	c.record.add(Event{
		Type: EventNote, Phase: PhaseFaults, Trials: len(trials),
		Text: fmt.Sprintf("%s to try, within %s", counted(len(trials), "fault"), Span(c.rehearsal.options.Within)),
	})
	limited, cancel := context.WithTimeout(ctx, c.rehearsal.options.Within)
	defer cancel()
	results := c.perform(limited, trials)
	tried, first := 0, Trial{OK: true}
	for results != nil {
		select {
		case <-c.run.wake:
			if c.run.told() {
				cancel() // and obey, below
			}
		case t, open := <-results:
			if !open {
				results = nil
				continue
			}
			if tried++; first.OK {
				first = t
			}
			if err := c.record.commit(Event{Type: EventTrial, Phase: PhaseFaults, Trial: &t}); err != nil {
				cancel()
				for range results { // until nobody works on a stage any more
				}
				return err
			}
		}
	}
	if err := c.obey(ctx, PhaseFaults); err != nil {
		return err
	}
	if context.Cause(ctx) != nil {
		return c.interrupted(PhaseFaults)
	}
	return c.judgeFaults(tried, len(trials), first)
}

// judgeFaults says what is wrong, if anything is; first is the first trial that
// ended badly.
func (c *conductor) judgeFaults(tried, all int, first Trial) error {
	broken := c.run.Summary().Broken
	switch {
	case broken > 0:
		return NewProblem(errors.New(first.Problem), "report it: a rotation must not end so, whatever fails",
			"%d of %s ended badly, the first: %s, %s", broken, counted(tried, "fault"), first.Boundary, first.Fault)
	case tried < all:
		return NewProblem(nil, "rehearse when the target is less busy", "%d of %d faults not tried within %s",
			all-tried, all, Span(c.rehearsal.options.Within))
	}
	c.note(PhaseFaults, "%s at %d boundaries: a credential worked at every moment, no secret was lost, every run came to its end",
		counted(tried, "fault"), seams(c.run.soFar()))
	return nil
}

func seams(events []Event) int {
	seen := map[Boundary]bool{}
	for _, t := range boundaries(events) {
		seen[t.Boundary] = true
	}
	return len(seen)
}

// moreStages sets further stages, so that faults can be tried beside each other.
func (c *conductor) moreStages(ctx context.Context) error {
	r := c.rehearsal
	for n := len(r.stages); n < r.options.Stages; n++ {
		limited, cancel := c.limited(ctx)
		stage, err := r.source.Stage(limited, r.name+strconv.Itoa(n), r.mark)
		cancel()
		if err != nil {
			return err
		}
		version, err := c.engine.newID("")
		if err != nil {
			return errors.Join(err, stage.close())
		}
		next, err := c.newScene(ctx, stage, version)
		if err != nil {
			return errors.Join(err, stage.close())
		}
		r.stages = append(r.stages, next)
		for _, change := range stage.Make {
			change.Name += "-" + strconv.Itoa(n+1) // unique within the phase
			if err := c.apply(ctx, PhaseFaults, false, change); err != nil {
				return err
			}
		}
	}
	return nil
}

// perform tries trials on all stages, each on the first that is free, and sends
// each as it is over. A stage on which one ended badly is not used again. Nothing
// more is begun once ctx has ended. The channel is closed at the end.
func (c *conductor) perform(ctx context.Context, trials []Trial) <-chan Trial {
	queue := make(chan Trial, len(trials))
	for _, t := range trials {
		queue <- t
	}
	close(queue)
	results := make(chan Trial)
	var workers sync.WaitGroup
	for _, on := range c.rehearsal.stages {
		workers.Go(func() {
			for t := range queue {
				if ctx.Err() != nil {
					return
				}
				t = c.try(ctx, on, t)
				if ctx.Err() != nil && !t.OK {
					return // what was cut off has no result
				}
				results <- t
				if !t.OK {
					return
				}
			}
		})
	}
	go func() {
		workers.Wait()
		close(results)
	}()
	return results
}

// try makes one trial. A panic in it is its result.
func (c *conductor) try(ctx context.Context, on *scene, t Trial) Trial {
	began := c.now()
	w := &witness{on: on, key: c.credential.StoreKey, within: c.policy().ProbeTimeout}
	if panicked := caught(func() { c.disturb(ctx, on, &t, w) }); panicked != nil {
		w.breaks("%s", panicked)
	}
	t.Problem = w.verdict()
	t.OK, t.Took = t.Problem == "", c.now().Sub(began).Milliseconds()
	return t
}

// disturb rotates until the fault stops the run, and takes it up again once that
// is mended, by a new engine, as a new process would.
func (c *conductor) disturb(ctx context.Context, on *scene, t *Trial, w *witness) {
	s := &saboteur{Trial: *t, clock: c.engine.config.Clock, witness: w}
	journal := NewMemoryJournal()
	run, err := c.engineOver(s, on, journal).Rotate(ctx, c.rehearsal.of, Options{})
	if err != nil {
		w.breaks("the run did not begin: %s", AsProblem(err))
		return
	}
	attend(ctx, run)
	if !s.met() {
		w.breaks("the run did not come to this boundary: it is %s at %s", run.Summary().Status, run.Summary().Phase)
	}
	s.mend()
	journal.Break()
	c.takeUpAgain(ctx, c.engineOver(s, on, journal), t, w)
	w.settled(ctx)
}

// engineOver knows the credential alone, as that of a rotation.
func (c *conductor) engineOver(s *saboteur, on *scene, journal *MemoryJournal) *Engine {
	config, credential := c.engine.config, c.credential
	credential.ID = c.rehearsal.of
	config.Credentials = []Credential{credential}
	config.Open = func(Credential) (Parts, error) { return s.parts(on), nil }
	config.Journal, config.Clock = faultyJournal{journal, s}, s
	return New(config)
}

// takeUpAgain does what the truth advises.
func (c *conductor) takeUpAgain(ctx context.Context, e *Engine, t *Trial, w *witness) {
	runs, err := e.Runs(ctx, RunQuery{Limit: 1})
	if err != nil || len(runs) == 0 {
		w.breaks("the journal knows nothing of the run: %v", err)
		return
	}
	t.End = runs[0].Status
	if t.End.Finished() {
		return
	}
	truth, err := e.Truth(ctx, runs[0].Run)
	if err != nil {
		w.breaks("what is true could not be told: %s", AsProblem(err))
		return
	}
	t.Advice = truth.Advice
	var run *Run
	switch truth.Advice {
	case AdviceResume:
		run, err = e.Resume(ctx, runs[0].Run, Options{})
	case AdviceRollBack:
		run, err = e.RollBack(ctx, runs[0].Run, Options{})
	case AdviceWait:
		w.breaks("the truth advises to wait: %s", truth.AdviceText)
		return
	}
	if err != nil {
		w.breaks("it could not be taken up: %s", AsProblem(err))
		return
	}
	attend(ctx, run)
	s := run.Summary()
	if t.End = s.Status; !s.Status.Finished() {
		w.breaks("it did not come to its end, but is %s at %s%s", s.Status, s.Phase, because(s.Problem))
	}
}

func because(p *Problem) string {
	if p == nil {
		return ""
	}
	return fmt.Sprintf(" (%s)", p.Error())
}

// attend answers a run's requests as --yes would, names typed, until it rests.
func attend(ctx context.Context, run *Run) {
	for event := range run.Feed().Follow(ctx) {
		if q := event.Request; q != nil {
			choice, follows := q.Ahead()
			if !follows {
				choice, _ = q.Choice(q.Default)
			}
			// One that is not open any more is of before the run was taken up.
			_ = run.Answer(Answer{Request: q.ID, Choice: choice.ID, Typed: choice.Typed, By: "the rehearsal"})
		}
	}
	<-run.Done()
}
