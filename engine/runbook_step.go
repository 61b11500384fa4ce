package engine

import (
	"context"
	"fmt"
)

// manual is how a phase is done by hand: what is typed, and what shows that it
// worked. Either may be nil.
type manual struct {
	commands func(ctx context.Context) []HandCommand
	checks   func() []HandCommand
	done     func() string
	why      string
}

// number numbers steps from 1.
func number(steps []RunbookStep) []RunbookStep {
	for i := range steps {
		steps[i].Number = i + 1
	}
	return steps
}

// step writes one step.
func (w *runbookWriter) step(ctx context.Context, phase Phase, what string, m manual) RunbookStep {
	step := RunbookStep{Phase: phase, What: what, Why: m.why, Commands: []HandCommand{}, Checks: []HandCommand{}}
	if m.commands != nil {
		step.Commands = append(step.Commands, m.commands(ctx)...)
	}
	if m.checks != nil {
		step.Checks = append(step.Checks, m.checks()...)
	}
	if m.done != nil {
		step.Done = m.done()
	}
	return step
}

// handCommands words changes. Those of the target are listed by looking at it,
// or, where it cannot be asked, as its script has them.
func (w *runbookWriter) handCommands(ctx context.Context, list func(context.Context) ([]Change, error), deed Deed, slot Slot) []HandCommand {
	var changes []Change
	err := error(NewProblem(nil, "", "it cannot be asked"))
	if w.probed {
		limited, cancel := context.WithTimeout(ctx, w.policy().ProbeTimeout)
		defer cancel()
		changes, err = list(limited)
	}
	if err != nil {
		changes = w.script(w.hand.parts.Target, deed, slot)
	}
	if err != nil && len(changes) == 0 {
		return []HandCommand{{
			What: fmt.Sprintf("how this is done at %s cannot be told: %s", w.hand.parts.Target.Where(), AsProblem(err).Error()), Where: w.hand.parts.Target.Where(),
		}}
	}
	return w.commandsOf(changes)
}

func (w *runbookWriter) commandsOf(changes []Change) []HandCommand {
	var commands []HandCommand
	for _, c := range changes {
		c = w.worded(c)
		h := HandCommand{What: c.What, Where: c.Where, Command: c.Command}
		if c.Command == "" {
			h.Statement = c.Statement
		}
		commands = append(commands, h)
	}
	return commands
}

// edit words what is done at the store.
func (w *runbookWriter) edit(e Edit, what string) []HandCommand {
	e.Run = w.author()
	if e.Kind == EditPending {
		e.Version = w.rotation.NewVersion
	}
	h := HandCommand{What: what, Where: w.hand.parts.Store.Where(w.hand.credential.StoreKey), Command: w.writing(e)}
	if h.Command == "" {
		h.What += ": nobody here knows the commands for it"
	}
	return []HandCommand{h}
}

// author is who writes to the store: the run, whose version it is, or a hand.
func (w *runbookWriter) author() string {
	if w.run.id == "" {
		return ByHand
	}
	return w.run.id
}

// check is what a part's script shows of a slot.
func (w *runbookWriter) check(deed Deed, slot Slot) []HandCommand {
	return w.commandsOf(w.script(w.hand.parts.Target, deed, slot))
}

// published is how the store is asked which slot is the active one.
func (w *runbookWriter) published(slot Slot) []HandCommand {
	writer, able := w.hand.parts.Store.(Handwriter)
	if !able {
		return nil
	}
	key := w.hand.credential.StoreKey
	return []HandCommand{{What: fmt.Sprintf("it prints %s", slot), Where: w.hand.parts.Store.Where(key), Command: writer.Active(key)}}
}

// reloads are the commands that tell consumers.
func (w *runbookWriter) reloads() []HandCommand {
	var changes []Change
	for _, consumer := range w.hand.parts.Consumers {
		changes = append(changes, consumer.Reload(w.hand.credential.ID))
	}
	if len(changes) == 0 {
		return []HandCommand{{What: "make every service that uses it read it anew: the inventory names none"}}
	}
	return w.commandsOf(changes)
}

// users shows who uses the credential of a slot: at the target, and what the
// consumers say.
func (w *runbookWriter) users(slot Slot) []HandCommand {
	shown := w.check(DeedUsers, slot)
	for _, consumer := range w.hand.parts.Consumers {
		shown = append(shown, w.commandsOf(w.script(consumer, DeedUsers, ""))...)
	}
	return shown
}
