package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// LooseEnds probes the credentials named, all when none is, for what a rotation
// or a person has left half way. It changes nothing and takes no lock.
func (e *Engine) LooseEnds(ctx context.Context, ids ...string) LooseEnds {
	all := LooseEnds{Found: []LooseEnd{}, Unseen: []UnseenProblem{}}
	var looks []LooseLook
	for look := range e.SeekLooseEnds(ctx, ids...) {
		looks = append(looks, look)
	}
	all.Add(looks...)
	all.At = e.Now()
	return all
}

// SeekLooseEnds is LooseEnds as it goes: what was found of each credential, a
// bounded number at once, and what belongs to none under "". The channel is
// closed at the end.
func (e *Engine) SeekLooseEnds(ctx context.Context, ids ...string) <-chan LooseLook {
	told := sync.OnceValue(func() chronicle { return e.chronicle(ctx, ids) })
	looks := sweep(ctx, e.config.Probes, e.selected(ids), func(c Credential) LooseLook { return e.seek(ctx, c, told()) })
	results := make(chan LooseLook)
	go func() {
		defer close(results)
		for look := range looks {
			select {
			case results <- look:
			case <-ctx.Done():
				return
			}
		}
		others := told().others(ids)
		if len(others.Found)+len(others.Unseen) == 0 {
			return
		}
		select {
		case results <- others:
		case <-ctx.Done():
		}
	}()
	return results
}

// chronicle is what the journal says, read once.
type chronicle struct {
	runs     map[string][]Summary // of each credential, newest first
	half     []Summary            // stopped, and of no credential
	problems []Problem
}

// chronicle reads of the credentials named, of everything when none is.
func (e *Engine) chronicle(ctx context.Context, ids []string) chronicle {
	r := chronicle{runs: map[string][]Summary{}}
	if e.config.Journal == nil {
		return r
	}
	queries := []RunQuery{{}}
	if len(ids) > 0 && len(ids) <= fewIDs {
		queries = nil
		for _, id := range ids {
			queries = append(queries, RunQuery{Credential: id}, RunQuery{Credential: rehearsalKey + id, Limit: 1})
		}
	}
	newer := map[string]bool{}
	for _, q := range queries {
		runs, err := e.config.Journal.Runs(ctx, q)
		if err != nil {
			r.problems = append(r.problems, *NewProblem(err, "", "the journal cannot be read: what a run has left half way is not known"))
			return r
		}
		for _, s := range runs {
			switch s = e.present(ctx, s); {
			case s.ofCredential():
				r.runs[s.Credential] = append(r.runs[s.Credential], s)
			case s.Status == StatusStopped && !newer[s.Credential]: // a newer one has cleared what older ones left
				r.half = append(r.half, s)
			}
			newer[s.Credential] = true
		}
	}
	return r
}

// others is what the journal has that was stopped and is no run of a credential:
// incidents, and rehearsals of the credentials named, of all when none is.
func (r chronicle) others(ids []string) LooseLook {
	look := LooseLook{Unseen: r.problems}
	for _, s := range r.half {
		kind, name, _ := strings.Cut(s.Credential, ":")
		end := LooseEnd{Credential: name, Kind: LooseRecord, Run: s.Run, Since: s.Updated}
		switch kind {
		case "incident":
			if len(ids) > 0 {
				continue
			}
			end.What = "the incident was left before it ended, by " + s.Rotation.Operator
			end.Why = "what has leaked may still be accepted"
			end.Ending = Ending{EndIncident, "take the incident up again; it begins with probes", "rotadeck incident resume " + name}
		case "rehearsal":
			if len(ids) > 0 && !slices.Contains(ids, name) {
				continue
			}
			end.What = "the rehearsal was left before it ended, by " + s.Rotation.Operator
			end.Why = "its scratch database and users may still be there"
			end.Ending = Ending{EndRehearsal, "remove what it left behind on the scratch target", "rotadeck rehearse --clean " + name}
		default:
			continue
		}
		look.Found = append(look.Found, end)
	}
	return look
}

// seek looks at one credential.
func (e *Engine) seek(ctx context.Context, c Credential, r chronicle) LooseLook {
	ctx, cancel := context.WithTimeout(ctx, e.config.ProbeWithin)
	defer cancel()
	s := &seeker{engine: e, credential: c, runs: r.runs[c.ID]}
	if panicked := caught(func() { s.look(ctx) }); panicked != nil {
		s.missed(NewProblem(panicked, "", "an internal error kept %s from being looked at", c.ID))
	}
	return LooseLook{Credential: c.ID, Found: s.found, Unseen: s.unseen}
}

// seeker finds the loose ends of one credential. It is used by one goroutine.
type seeker struct {
	engine     *Engine
	credential Credential
	parts      Parts
	holding    Holding
	runs       []Summary // of the credential, newest first
	redactor   redactor

	found  []LooseEnd
	unseen []Problem
	work   tidyWork // what of it can be tidied up
}

func (s *seeker) missed(p *Problem) { s.unseen = append(s.unseen, *s.redactor.problem(p)) }

func (s *seeker) report(end LooseEnd) {
	end.Credential, end.What = s.credential.ID, s.redactor.text(end.What)
	s.found = append(s.found, end)
}

// look opens the credential. While a run of it is unfinished, all that is half
// done belongs to the run.
func (s *seeker) look(ctx context.Context) {
	if len(s.runs) > 0 && !s.runs[0].Status.Finished() {
		if s.runs[0].Status == StatusStopped {
			s.halfDone(ctx, s.runs[0])
		}
		return
	}
	var err error
	if s.parts, err = s.engine.config.Open(s.credential); err != nil {
		s.missed(AsProblem(err))
		return
	}
	if s.parts.Store == nil {
		s.watched(ctx)
		return
	}
	if s.holding, err = loadHolding(ctx, s.credential, s.parts); err != nil {
		s.missed(AsProblem(err))
		return
	}
	defer func() { _ = s.holding.Close() }()
	s.redactor.learnAll(s.holding)
	s.slots(ctx)
}

// halfDone reports a stopped run, with the step that probes show to be safe.
func (s *seeker) halfDone(ctx context.Context, run Summary) {
	end := LooseEnd{
		Kind: LooseRun, Run: run.Run, Since: run.Updated,
		What: fmt.Sprintf("the %s stopped %s, begun by %s on %s", run.Rotation.Purpose, run.Place(), run.Rotation.Operator, run.Rotation.Host),
		Why:  "nothing goes on by itself, and nothing else can be begun with the credential",
	}
	truth, err := s.engine.Truth(ctx, run.Run)
	if err != nil {
		s.missed(AsProblem(err))
		truth = Truth{Advice: AdviceWait, AdviceText: AsProblem(err).Text}
	}
	end.Ending.Words = truth.Next()
	switch truth.Advice {
	case AdviceResume:
		end.Ending.Action, end.Ending.Command = EndResume, "rotadeck resume "+run.Run
	case AdviceRollBack:
		end.Ending.Action, end.Ending.Command = EndRollBack, "rotadeck rollback "+run.Run
	case AdviceWait:
		end.Ending.Action, end.Ending.Command = EndLook, "rotadeck truth "+run.Run
	}
	s.report(end)
}
