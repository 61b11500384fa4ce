package engine

import (
	"context"
	"fmt"
)

// back writes the steps that take the run back, in the order of a rollback:
// the old credential works and is used before the new one goes.
func (w *runbookWriter) back(ctx context.Context) []RunbookStep {
	if !w.rotation.Purpose.replaces() {
		var steps []RunbookStep
		for _, line := range w.leaves() {
			steps = append(steps, RunbookStep{Phase: PhaseCreate, What: line, Done: "there is nothing to take back", Commands: []HandCommand{}, Checks: []HandCommand{}})
		}
		return number(steps)
	}
	manuals := w.backManuals()
	manuals[PhaseReturn] = manuals[PhaseRetire] // by hand, it is enabled in any case
	var steps []RunbookStep
	for _, stage := range w.undos() {
		m := manuals[stage.phase]
		step := w.step(ctx, stage.phase, undoWords(stage.phase), m)
		switch {
		case w.run.id == "": // it takes back what is done by hand after it was looked at
			step.Done = ""
		case step.Done == "" && !stage.needed:
			step.Done = "this run has not begun it"
		}
		steps = append(steps, step)
	}
	return number(steps)
}

// undoWords tells what each stage of a rollback does.
func undoWords(phase Phase) string {
	return map[Phase]string{
		PhaseReturn:   "show that the old credential logs in, before anything is undone",
		PhaseRetire:   "enable the old credential again, and show that it logs in",
		PhasePublish:  "flip the store's active slot back",
		PhaseReload:   "tell consumers to reload",
		PhaseVerify:   "watch until nobody uses the new credential",
		PhaseCreate:   "disable the new credential",
		PhaseGenerate: "drop the new secret from the store",
	}[phase]
}

func (w *runbookWriter) found(is bool, words string) func() string {
	return func() string {
		if w.probed && is {
			return words
		}
		return ""
	}
}

// backManuals is how the stages of a rollback are done by hand.
func (w *runbookWriter) backManuals() map[Phase]manual {
	old, next, target := w.rotation.OldSlot, w.rotation.NewSlot, w.hand.parts.Target
	return map[Phase]manual{
		PhaseRetire: {
			commands: func(ctx context.Context) []HandCommand {
				return w.handCommands(ctx, func(ctx context.Context) ([]Change, error) {
					return target.(Retirable).Reinstate(ctx, old, w.old.Material)
				}, DeedReinstate, old)
			},
			checks: func() []HandCommand { return w.check(DeedLogin, old) },
			done:   w.found(w.truth.OldWorks == Accepted, "the old credential logs in"),
			why:    "without it there is no way back",
		},
		PhasePublish: {
			commands: func(context.Context) []HandCommand {
				return w.edit(Edit{Kind: EditPublish, Slot: old}, fmt.Sprintf("make slot %s the active one", old))
			},
			checks: func() []HandCommand { return w.published(old) },
			done:   w.found(w.truth.Active == old, fmt.Sprintf("the store publishes slot %s", old)),
			why:    "services return to it while both work",
		},
		PhaseReload: {
			commands: func(context.Context) []HandCommand { return w.reloads() },
			checks:   func() []HandCommand { return w.users("") },
		},
		PhaseVerify: {
			commands: told("look until nobody uses the new credential"),
			checks:   func() []HandCommand { return w.users(next) },
			why:      "whoever still uses the new one is cut off by the next step",
		},
		PhaseCreate: {
			commands: func(ctx context.Context) []HandCommand {
				return w.handCommands(ctx, func(ctx context.Context) ([]Change, error) {
					return target.(Rotatable).Withdraw(ctx, next, w.next.Material)
				}, DeedWithdraw, next)
			},
			checks: func() []HandCommand {
				return append(w.check(DeedRefused, next), w.check(DeedLogin, old)...)
			},
			done: w.found(w.truth.NewWorks == Refused, "the new credential is refused"),
			why:  "what nobody uses must not be valid",
		},
		PhaseGenerate: {
			commands: func(context.Context) []HandCommand {
				return w.edit(Edit{Kind: EditDrop, Slot: next}, fmt.Sprintf("drop the version in slot %s that this run made", next))
			},
			checks: func() []HandCommand { return w.published(old) },
			done:   w.found(!w.truth.Pending, "the store holds nothing of this run"),
			why:    "the slot is free for the next rotation",
		},
	}
}
