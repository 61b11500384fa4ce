package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// enlist makes what is needed to revoke each member. past are the runs that the
// incident has begun already, and those that anybody has since.
func (i *Incident) enlist(past []Summary) {
	for _, m := range i.standing().Members {
		r := &revocation{incident: i, member: m, credential: i.engine.byID[m.Credential], fresh: map[string]bool{}, cut: map[string]bool{}}
		r.told = m.State
		r.facts.revoked = m.State == MemberRevoked
		for _, s := range past {
			if s.Credential != m.Credential {
				continue
			}
			done := s.Status == StatusDone && s.Rotation.Incident == i.run.id
			if s.Run != m.Unfinished {
				r.fresh[s.Run] = true
				r.done = r.done || done
			}
			if done {
				r.cut[s.Rotation.OldVersion] = true
			}
			if s.Rotation.Incident == i.run.id && !s.Status.Finished() && m.Barred == nil {
				r.unended = s.Run
			}
		}
		i.members[m.Credential] = r
	}
}

// recall takes up the runs that bear the incident, and those begun since.
func (i *Incident) recall(ctx context.Context) error {
	runs, err := i.engine.config.Journal.Runs(ctx, RunQuery{}) // itself among them
	if err != nil {
		return err
	}
	past, since := runs[:0], true
	for _, s := range runs { // newest first
		if since = since && s.Run != i.run.id; since || s.Rotation.Incident == i.run.id {
			past = append(past, s)
		}
	}
	i.options.Grace = i.standing().Grace
	i.enlist(past)
	return nil
}

// launch carries the incident out in the background.
func (i *Incident) launch(ctx context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-i.lease.Lost:
			cancel(ErrFenced)
		case <-i.run.done:
			cancel(nil)
		}
	}()
	go func() {
		i.finish(guarded(ctx, i.carryOut))
	}()
}

// carryOut asks, and revokes. One that is taken up again asks again: what it would
// go on with may be long ago, and another person may be at the keys. Where nothing
// is left to change, there is nothing to ask.
func (i *Incident) carryOut(ctx context.Context) error {
	if !i.approved() || len(i.undone()) > 0 {
		if err := i.ask(ctx); err != nil {
			return err
		}
	}
	i.revokeAll(ctx)
	if problem := i.broken(); problem != nil {
		return problem
	}
	return i.verdict(ctx)
}

// undone are the members that an incident has still to see to: those not revoked, and
// those of which a run of the incident has not come to its end.
func (i *Incident) undone() []Member {
	return slices.DeleteFunc(i.standing().Members, func(m Member) bool {
		return m.State.Closed() && !i.unended(m) || m.State == MemberByHand
	})
}

// unended says that a run of the incident is left, which resuming it takes forward.
func (i *Incident) unended(m Member) bool {
	return m.State != MemberTicked && i.members[m.Credential].unended != ""
}

// approved says whether the question was answered with yes, now or before.
func (i *Incident) approved() bool {
	events, _, _, _ := i.run.feed.Since(0)
	for _, e := range events {
		if e.Type == EventAnswer && e.Answer != nil && e.Answer.Choice == ChoiceContinue {
			return true
		}
	}
	return false
}

// broken is why the record of the incident cannot be written.
func (i *Incident) broken() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.record.broken
}

// ask raises the one question and waits for its answer.
func (i *Incident) ask(ctx context.Context) error {
	q, begun := i.request(), i.approved()
	answers := i.run.offer(q)
	defer i.run.withdraw()
	if err := i.commit(Event{Type: EventRequest, Request: &q}); err != nil {
		return err
	}
	select {
	case answer := <-answers:
		answer.Typed = ""
		if err := i.commit(Event{Type: EventAnswer, Answer: &answer}); err != nil {
			return err
		}
		switch {
		case answer.Choice == ChoiceContinue:
			return nil
		case begun:
			return errStop{"left as it stands: nothing more is changed"}
		}
		return errNothingDone
	case <-i.stop:
	case <-ctx.Done():
	}
	if begun {
		return errStop{"interrupted: nothing more is changed"}
	}
	return errStop{"interrupted before anything was changed"}
}

// revokeAll revokes the members in their order, some at a time. Those that a
// person must see to do not take the place of others.
func (i *Incident) revokeAll(ctx context.Context) {
	var group sync.WaitGroup
	defer group.Wait()
	places := make(chan struct{}, i.options.AtOnce)
	for _, member := range i.standing().Members {
		m := i.members[member.Credential]
		if member.Barred != nil {
			group.Go(func() { m.carry(ctx, m.byHand) })
			continue
		}
		select {
		case places <- struct{}{}:
		case <-i.stop:
		case <-ctx.Done():
		}
		if i.halted(ctx) {
			m.halt()
			continue
		}
		m.leave = sync.OnceFunc(func() { <-places })
		group.Go(func() {
			defer m.leave()
			m.carry(ctx, m.revoke)
		})
	}
}

// halted says that no more is to be begun.
func (i *Incident) halted(ctx context.Context) bool {
	return i.told() || context.Cause(ctx) != nil || i.broken() != nil
}

// verdict says what became of all: nil when none is left to revoke from here.
func (i *Incident) verdict(ctx context.Context) error {
	if context.Cause(ctx) != nil {
		return errStop{"interrupted: nothing more is changed"}
	}
	board := i.standing()
	switch n := board.Left(); {
	case n == 0 && slices.ContainsFunc(board.Members, i.unended):
		return errStop{"all are revoked, and not every run has come to its end: they are taken forward on resuming the incident"}
	case n == 0:
		return nil
	case n == board.Count(MemberByHand):
		return errStop{fmt.Sprintf("%s left to be revoked by hand, and to be ticked off then", counted(n, "credential"))}
	}
	var left []string
	for _, m := range board.Members {
		if !m.State.Closed() {
			left = append(left, fmt.Sprintf("%s (%s)", m.Credential, m.State))
		}
	}
	return NewProblem(nil, "rotadeck incident resume "+i.run.id+" begins with probes", "not revoked: %s", strings.Join(left, ", "))
}

// finish writes the last event.
func (i *Incident) finish(err error) {
	var stop errStop
	last := Event{Type: EventRunStopped}
	switch {
	case err == nil:
		last = Event{Type: EventRunEnded, Status: StatusDone, Text: i.outcome()}
	case errors.Is(err, errNothingDone):
		last = Event{Type: EventRunEnded, Status: StatusRolledBack, Text: nothingChanged}
	case errors.As(err, &stop):
		last.Text = stop.why
	default:
		last.Problem = AsProblem(err)
	}
	if failed := i.commit(last); failed != nil {
		last.Type, last.Problem = EventRunStopped, AsProblem(failed)
		i.add(last) // who watches is told all the same
	}
	if err := i.lease.Release(); err != nil {
		i.note("the lock was not released: %s", AsProblem(err).Error())
	}
	i.engine.setActive(i.run.id, false)
	i.run.feed.Close()
	close(i.run.done)
}

// outcome words the end of an incident.
func (i *Incident) outcome() string {
	board := i.standing()
	text := fmt.Sprintf("%d of %s revoked", board.Count(MemberRevoked), counted(len(board.Members), "credential"))
	if n := board.Count(MemberTicked); n > 0 {
		text += fmt.Sprintf(", %d by hand", n)
	}
	return text
}

// request is the one question: what will happen, to what, and what it means.
func (i *Incident) request() Request {
	board := i.standing()
	all := len(board.Members)
	title, label := fmt.Sprintf("Revoke %s now?", counted(all, "credential")), "revoke"
	what := "make a new one for each, lead services to it, disable the leaked one, end its sessions, and present it until it is refused everywhere"
	if i.approved() {
		board.Members = i.undone()
		left := len(board.Members)
		title = fmt.Sprintf("Go on revoking %d of %s?", left, counted(all, "credential"))
		what = "probe what is true of each by now; then, where it still works, " + what
		if !slices.ContainsFunc(board.Members, func(m Member) bool { return !m.State.Closed() }) {
			title, label = fmt.Sprintf("Take %s to the end?", counted(left, "unfinished run")), "go on"
			what = "nothing is left to revoke: probe what is true by now, go on with each run where it stopped, and present what leaked once more"
		}
	}
	q := Request{
		ID: fmt.Sprintf("%s/%d", i.run.id, i.run.Summary().Seq+1), Kind: RequestIncident,
		Title:       title,
		What:        what,
		Where:       places(i.engine, board.Members),
		Consequence: consequence(board),
		Reversible:  "not reversible: the old credential is known outside",
		Choices: []Choice{
			{ID: ChoiceContinue, Label: label, Danger: true, Typed: label},
			{ID: ChoiceStop, Label: "stop here"},
		},
		Default: ChoiceStop, Asked: i.engine.Now(),
	}
	for _, m := range board.Members {
		line := m.line()
		if m.State.Closed() {
			line += fmt.Sprintf(" · revoked, but run %s has not come to its end", i.members[m.Credential].unended)
		}
		q.Details = append(q.Details, line)
	}
	return q
}

// places names the environments of members, loudest words as the inventory has
// them, and how many are in each.
func places(e *Engine, members []Member) string {
	var order []string
	counts := map[string]int{}
	for _, m := range members {
		env := e.byID[m.Credential].Environment
		word := env.Word
		if word == "" {
			word = env.Name
		}
		if word == "" {
			word = "no environment"
		}
		if counts[word]++; counts[word] == 1 {
			order = append(order, word)
		}
	}
	for at, word := range order {
		order[at] = fmt.Sprintf("%s: %s", word, counted(counts[word], "credential"))
	}
	return strings.Join(order, " · ")
}

func consequence(board Board) string {
	sessions, blind, barred := 0, 0, 0
	for _, m := range board.Members {
		switch {
		case m.Barred != nil:
			barred++
		case m.Sessions < 0:
			blind++
		default:
			sessions += m.Sessions
		}
	}
	var parts []string
	if sessions > 0 {
		parts = append(parts, fmt.Sprintf("at most %s will be cut", counted(sessions, "live session")))
	}
	if blind > 0 {
		parts = append(parts, fmt.Sprintf("sessions of %s cannot be counted", counted(blind, "credential")))
	}
	if len(parts) == 0 {
		parts = append(parts, "no live session will be cut")
	}
	when := "as soon as services were told"
	if board.Grace > 0 {
		when = Span(board.Grace) + " after services were told"
	}
	parts = append(parts, "what leaked is disabled "+when)
	if barred > 0 {
		parts = append(parts, fmt.Sprintf("%d must be revoked by hand", barred))
	}
	return strings.Join(parts, "; ")
}

// line tells of a member in one line.
func (m Member) line() string {
	words := []string{m.Credential, strings.Join(m.Risk.Reasons, ", ")}
	if m.Sessions >= 0 {
		words = append(words, counted(m.Sessions, "live session"))
	}
	if len(m.Consumers) > 0 {
		words = append(words, "used by "+strings.Join(m.Consumers, ", "))
	}
	switch {
	case m.Barred != nil:
		words = append(words, "by hand: "+m.Barred.Text)
	case m.Unfinished != "":
		words = append(words, "run "+m.Unfinished+" is taken forward first")
	}
	return strings.Join(words, " · ")
}
