package engine

import (
	"context"
	"fmt"
)

// dropEdit is the edit that drops the pending version of slot, whoever made it.
func dropEdit(slot Slot, pending Version) Edit {
	return Edit{Kind: EditDrop, Slot: slot, Version: pending.ID, Run: pending.Run}
}

// tidyManuals is how the phases of a tidying are done by hand.
func (w *runbookWriter) tidyManuals() map[Phase]manual {
	spare, published := w.rotation.OldSlot, w.rotation.NewSlot
	pending := w.old.State == VersionPending
	return map[Phase]manual{
		PhasePreflight: {
			checks: func() []HandCommand { return w.check(DeedLogin, published) },
			done:   w.byJournal(PhasePreflight),
			why:    "nothing is taken away while the published credential does not work",
		},
		PhaseCleanup: {
			commands: func(ctx context.Context) []HandCommand { return w.drops(ctx, spare) },
			done:     w.byProbe(PhaseCleanup, !pending, fmt.Sprintf("slot %s holds no pending version", spare)),
			why:      "no rotation begins beside a pending version",
		},
		PhaseReload: {
			commands: func(context.Context) []HandCommand { return w.reloads() },
			checks:   func() []HandCommand { return w.users("") },
			done:     w.byJournal(PhaseReload),
			why:      "a service that uses something else fails once that is retired",
		},
		PhaseRetire: {
			commands: func(ctx context.Context) []HandCommand {
				return w.handCommands(ctx, func(ctx context.Context) ([]Change, error) {
					return w.hand.parts.Target.(Retirable).Retire(ctx, spare, w.old.Material)
				}, DeedRetire, spare)
			},
			checks: func() []HandCommand { return append(w.users(spare), w.check(DeedRefused, spare)...) },
			done:   w.byProbe(PhaseRetire, w.truth.OldWorks != Accepted && len(w.truth.Evidence.OldSessions) == 0, "it is refused, and has no session"),
			why:    "whoever has it still gets in; look first that nobody uses it",
		},
		PhaseDone: {commands: told("rotadeck tidy %s takes up from here", w.hand.credential.ID), done: w.byJournal(PhaseDone)},
	}
}

// drops disables a pending credential that is accepted, and drops it.
func (w *runbookWriter) drops(ctx context.Context, slot Slot) []HandCommand {
	var commands []HandCommand
	if w.truth.OldWorks == Accepted {
		commands = w.handCommands(ctx, func(ctx context.Context) ([]Change, error) {
			return withdrawal(ctx, w.hand.parts.Target, slot, w.old.Material)
		}, DeedWithdraw, slot)
	}
	h := HandCommand{
		What: dropping(slot), Where: w.hand.parts.Store.Where(w.hand.credential.StoreKey), Command: w.writing(dropEdit(slot, w.old)),
	}
	return append(commands, h)
}
