package engine

import (
	"context"
	"fmt"
)

// forward writes the steps that finish the run, phase by phase as the table of
// its purpose has them.
func (w *runbookWriter) forward(ctx context.Context) []RunbookStep {
	manuals := w.forwardManuals()
	switch {
	case w.adopts():
		manuals = w.adoptionManuals()
	case w.tidies():
		manuals = w.tidyManuals()
	}
	var steps []RunbookStep
	for _, row := range w.rotation.Purpose.Phases() {
		m, known := manuals[row.Phase]
		if !known {
			m = manual{commands: told("%s", row.Does)}
		}
		step := w.step(ctx, row.Phase, row.Does, m)
		if step.Done == "" && w.summary.Status == StatusDone {
			step.Done = "the journal says that the run is done"
		}
		steps = append(steps, step)
	}
	return number(steps)
}

// told is a step that is a sentence.
func told(format string, args ...any) func(context.Context) []HandCommand {
	return func(context.Context) []HandCommand { return []HandCommand{{What: fmt.Sprintf(format, args...)}} }
}

// byJournal says that a phase has ended, where no probe can tell.
func (w *runbookWriter) byJournal(phase Phase) func() string {
	return func() string {
		if w.ended[phase] {
			return "by the journal"
		}
		return ""
	}
}

// byProbe says that a probe has found it so; where nothing could be probed, the
// journal is all there is.
func (w *runbookWriter) byProbe(phase Phase, found bool, words string) func() string {
	return func() string {
		switch {
		case w.probed && found:
			return words
		case !w.probed && w.ended[phase]:
			return "by the journal; it could not be probed"
		}
		return ""
	}
}

// forwardManuals is how the phases of a rotation are done by hand.
func (w *runbookWriter) forwardManuals() map[Phase]manual {
	old, next, target := w.rotation.OldSlot, w.rotation.NewSlot, w.hand.parts.Target
	return map[Phase]manual{
		PhasePreflight: {
			checks: func() []HandCommand { return w.check(DeedLogin, old) },
			done:   w.byJournal(PhasePreflight),
			why:    "an old credential that works is the way back",
		},
		PhaseGenerate: {
			commands: func(context.Context) []HandCommand {
				return w.edit(Edit{Kind: EditPending, Slot: next}, fmt.Sprintf("make a new secret and put it into slot %s as pending", next))
			},
			done: w.byProbe(PhaseGenerate, w.truth.Pending, "the store holds this run's new version"),
			why:  "the secret is safe before anything depends on it",
		},
		PhaseCreate: {
			commands: func(ctx context.Context) []HandCommand {
				return w.handCommands(ctx, func(ctx context.Context) ([]Change, error) {
					return target.(Rotatable).Create(ctx, next, w.next.Material)
				}, DeedCreate, next)
			},
			checks: func() []HandCommand { return w.check(DeedLogin, next) },
			done:   w.byProbe(PhaseCreate, w.truth.NewWorks == Accepted, "the new credential logs in"),
			why:    "both are valid from here on: services may use either",
		},
		PhaseValidate: {
			commands: w.levels,
			checks:   func() []HandCommand { return w.check(DeedLogin, next) },
			done:     w.byJournal(PhaseValidate),
			why:      "services must find at the new credential all that the old one may do",
		},
		PhasePublish: {
			commands: func(context.Context) []HandCommand {
				return w.edit(Edit{Kind: EditPublish, Slot: next}, fmt.Sprintf("make slot %s the active one", next))
			},
			checks: func() []HandCommand { return w.published(next) },
			done:   w.byProbe(PhasePublish, w.truth.Active == next, fmt.Sprintf("the store publishes slot %s", next)),
			why:    "services that start now find the new credential",
		},
		PhaseReload: {
			commands: func(context.Context) []HandCommand { return w.reloads() },
			checks:   func() []HandCommand { return w.users("") },
			done:     w.byJournal(PhaseReload),
			why:      "services that run keep the old one until they are told",
		},
		PhaseVerify: {
			commands: told("look until nobody uses the old credential, for longer than a pool keeps a session"),
			checks:   func() []HandCommand { return w.users(old) },
			done:     w.byJournal(PhaseVerify),
			why:      "whoever still uses the old one is cut off by retiring it",
		},
		PhaseGrace: {
			commands: told("%s", w.graceWords()),
			checks:   func() []HandCommand { return w.users(old) },
			done:     w.byJournal(PhaseGrace),
			why:      "a job that runs seldom shows up",
		},
		PhaseRetire: {
			commands: func(ctx context.Context) []HandCommand {
				return w.handCommands(ctx, func(ctx context.Context) ([]Change, error) {
					return target.(Retirable).Retire(ctx, old, w.old.Material)
				}, DeedRetire, old)
			},
			checks: func() []HandCommand {
				return append(append(w.check(DeedRefused, old), w.check(DeedLogin, next)...), w.check(DeedUsers, old)...)
			},
			done: w.byProbe(PhaseRetire, w.truth.OldWorks == Refused && w.truth.Active == next, "the old credential is refused"),
			why:  "it is what the rotation is for: whoever has the old one is locked out",
		},
		PhaseCleanup: {
			commands: w.cleanups,
			done:     w.byJournal(PhaseCleanup),
			why:      "old secrets are of use to nobody but those who should not have them",
		},
		PhaseDone: {
			commands: told("tell those who own it that it is done, and see to rotadeck's record as the end of this page says"),
			done:     w.byJournal(PhaseDone),
		},
	}
}

// graceWords says how long to wait.
func (w *runbookWriter) graceWords() string {
	switch {
	case !w.graceUntil.IsZero():
		return "keep both until " + w.graceUntil.UTC().Format("2006-01-02 15:04:05 UTC") + ": that is the end of the grace period"
	case w.policy().Grace == 0:
		return "no grace period is set: go on once nobody uses the old credential"
	}
	return "keep both for " + Span(w.policy().Grace) + ": that is the grace period"
}

// levels even out what the slots do not share, as far as that can be seen now.
func (w *runbookWriter) levels(ctx context.Context) []HandCommand {
	leveller, able := w.hand.parts.Target.(Leveller)
	if !able || !w.probed {
		return told("compare what both may do; rotadeck parity %s does it when it can", w.hand.credential.ID)(ctx)
	}
	limited, cancel := context.WithTimeout(ctx, w.policy().ProbeTimeout)
	defer cancel()
	changes, err := leveller.Level(limited, w.rotation.OldSlot, w.rotation.NewSlot)
	switch {
	case err != nil:
		return told("compare what both may do: it could not be looked at now: %s", AsProblem(err).Error())(ctx)
	case len(changes) == 0:
		return told("both have the same rights, or what differs has no remedy: rotadeck parity %s tells", w.hand.credential.ID)(ctx)
	}
	return w.commandsOf(changes)
}

// cleanups make permanent what is no longer needed, and trim the store.
func (w *runbookWriter) cleanups(ctx context.Context) []HandCommand {
	var commands []HandCommand
	if w.probed {
		limited, cancel := context.WithTimeout(ctx, w.policy().ProbeTimeout)
		defer cancel()
		p := planner{engine: w.engine, credential: w.hand.credential, parts: w.hand.parts, holding: w.holding, rotation: w.rotation}
		changes, err := p.cleanup(limited)
		if err == nil {
			commands = w.commandsOf(changes)
		}
	}
	if len(commands) == 0 {
		commands = w.edit(Edit{Kind: EditTrim, Keep: w.policy().KeepVersions}, fmt.Sprintf("keep %d archived versions", w.policy().KeepVersions))
	}
	return commands
}

// adoptionManuals is how the phases of an adoption are done by hand.
func (w *runbookWriter) adoptionManuals() map[Phase]manual {
	old := w.rotation.OldSlot
	return map[Phase]manual{
		PhasePreflight: {
			checks: func() []HandCommand { return w.check(DeedLogin, old) },
			done:   w.byJournal(PhasePreflight),
			why:    "what does not log in is not what is in use",
		},
		PhaseGenerate: {
			commands: told("leave the credential where services find it: rotadeck takes it in when it is there again"),
			done:     w.byJournal(PhaseGenerate),
		},
		PhaseCreate: {
			commands: func(ctx context.Context) []HandCommand {
				return w.handCommands(ctx, func(ctx context.Context) ([]Change, error) { return w.hand.parts.Target.(Adopter).Adopt(ctx, old) }, "", old)
			},
			done: w.byJournal(PhaseCreate),
			why:  "rotations alternate between two users",
		},
		PhaseValidate: {
			commands: w.levels,
			checks:   func() []HandCommand { return w.check(DeedLogin, old) },
			done:     w.byJournal(PhaseValidate),
		},
		PhaseDone: {commands: told("rotadeck adopt %s takes up from here", w.hand.credential.ID), done: w.byJournal(PhaseDone)},
	}
}
