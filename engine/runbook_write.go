package engine

import (
	"context"
	"fmt"
)

// write puts the runbook together.
func (w *runbookWriter) write(ctx context.Context) Runbook {
	c, s := w.conductor.credential, w.summary
	book := Runbook{
		Credential: c.ID, Run: s.Run, Rotation: w.rotation, Status: s.Status, Phase: s.At(), At: w.now(), Page: c.Runbook,
		Problem: w.problem, Facts: []string{}, Forward: []RunbookStep{}, Back: []RunbookStep{}, After: []string{},
	}
	if !w.opened {
		book.Next = "mend the inventory first: " + w.problem.Error()
		book.Warnings = append([]string{}, w.warnings...)
		return book
	}
	book.Where = w.place()
	if problem := w.engine.CanRotate(c.ID); problem != nil && (w.conductor.parts.Store == nil || !w.rotatable()) {
		book.Problem, book.Next, book.Warnings = problem, problem.Hint, append([]string{}, w.warnings...)
		if !w.rotatable() {
			book.Forward = w.unaided(book.Where)
		}
		return book
	}
	if !w.truth.At.IsZero() {
		book.Truth = &w.truth
		book.Facts = w.facts()
	}
	if s.Status != StatusRolledBack {
		book.Forward = w.forward(ctx)
		book.Back = w.back(ctx)
		w.cautionOfReturn(ctx)
	}
	book.Next = w.advice(book)
	book.After = w.after()
	w.caution()
	book.Warnings = append([]string{}, w.warnings...)
	return book
}

func (w *runbookWriter) rotatable() bool {
	_, rotatable := w.conductor.parts.Target.(Rotatable)
	_, retirable := w.conductor.parts.Target.(Retirable)
	return rotatable && retirable
}

// facts is the truth but for the advice, which is for a run that is taken up.
func (w *runbookWriter) facts() []string {
	if w.run.id == "" && w.truth.Problem == "" {
		return w.truth.linesWithoutRun()
	}
	lines := w.truth.Lines()
	return lines[:len(lines)-1]
}

// advice is the one safe next step.
func (w *runbookWriter) advice(book Runbook) string {
	s := w.summary
	switch {
	case s.Status == StatusRolledBack:
		return "nothing: the run is rolled back"
	case s.Status == StatusDone:
		if problem := w.engine.CanRollBack(s); problem != nil {
			return "nothing: the run is done, and there is no way back: " + problem.Error()
		}
		return "nothing: the run is done; until " + s.Window.UTC().Format("2006-01-02 15:04 UTC") + " the way back is open"
	case w.runs():
		return "nothing by hand while the run is carried out; were it stopped: " + w.truth.Next() + "; by hand: " + firstOpen(book.Forward, "forward")
	case w.truth.Advice == AdviceRollBack:
		return w.truth.Next() + "; by hand: " + firstOpen(book.Back, "back")
	case !w.probed:
		return "see what is true first: the checks of the steps tell; then go on where they end to be right"
	case w.truth.Advice == AdviceWait && s.Run != "":
		return w.truth.Next()
	case s.Run == "" && w.truth.OldWorks != Accepted:
		return "put the credential that works into the store first: the one that it publishes is refused, and a rotation begins with one that works"
	case s.Run == "":
		return "rotadeck rotate " + w.conductor.credential.ID + "; by hand: " + firstOpen(book.Forward, "forward")
	}
	return w.truth.Next() + "; by hand: " + firstOpen(book.Forward, "forward")
}

// runs says that a process carries the run out now, as far as the journal knows.
func (w *runbookWriter) runs() bool {
	s := w.summary
	return s.Run != "" && !s.Status.Finished() && s.Status != StatusStopped
}

func firstOpen(steps []RunbookStep, way string) string {
	for _, step := range steps {
		if step.Done == "" && (len(step.Commands) > 0 || step.Phase == PhasePreflight) {
			return fmt.Sprintf("step %d %s, %s", step.Number, way, step.Phase)
		}
	}
	return "every step " + way + " is done"
}

// after says how rotadeck learns what was done without it.
func (w *runbookWriter) after() []string {
	s := w.summary
	switch {
	case s.Run == "":
		return []string{"rotadeck list shows what it finds: of a rotation by hand it knows what the store says, and no run"}
	case s.Status.Finished():
		return []string{"rotadeck truth " + s.Run + " probes what was done without it; the journal stays as it is"}
	}
	return []string{
		"rotadeck resume " + s.Run + " starts from probes: it finds what was done by hand, and ends its record",
		"the journal is not to be edited by hand: nothing starts from what it says alone",
	}
}

// caution says what must be known before the first step.
func (w *runbookWriter) caution() {
	s := w.summary
	if w.runs() {
		w.warn("run %s is carried out right now by %s on %s (pid %d): do nothing by hand while that process lives",
			s.Run, s.Rotation.Operator, s.Rotation.Host, s.Rotation.PID)
	}
	if _, able := w.conductor.parts.Store.(Handwriter); !able {
		w.warn("%s cannot say how it is read and written by hand: commands ask for what they need", w.conductor.parts.Store.Where(w.conductor.credential.StoreKey))
	}
}

// cautionOfReturn says where the way back leads to what has leaked.
func (w *runbookWriter) cautionOfReturn(ctx context.Context) {
	if !w.rotation.Purpose.replaces() || w.rotation.OldVersion == "" || w.engine.config.Journal == nil {
		return
	}
	incident, err := w.disclosed(ctx)
	switch {
	case err != nil:
		w.warn("whether the old credential has leaked is not known, for incidents cannot be read: %s", AsProblem(err).Error())
	case incident != "":
		w.warn("the way back leads to the credential that has leaked, as incident %s says: whoever has it can use it. Go forward instead", incident)
	}
}

func (r *redactor) runbook(b Runbook) Runbook {
	b.Facts, b.Warnings, b.Next, b.After = r.texts(b.Facts), r.texts(b.Warnings), r.text(b.Next), r.texts(b.After)
	b.Problem, b.Where = r.problem(b.Problem), r.text(b.Where)
	b.Forward, b.Back = r.steps(b.Forward), r.steps(b.Back)
	return b
}

func (r *redactor) steps(steps []RunbookStep) []RunbookStep {
	out := append([]RunbookStep{}, steps...)
	for i := range out {
		out[i].What, out[i].Why, out[i].Done = r.text(out[i].What), r.text(out[i].Why), r.text(out[i].Done)
		out[i].Commands, out[i].Checks = r.commands(out[i].Commands), r.commands(out[i].Checks)
	}
	return out
}

func (r *redactor) commands(commands []HandCommand) []HandCommand {
	out := make([]HandCommand, len(commands))
	for i, c := range commands {
		out[i] = HandCommand{What: r.text(c.What), Where: r.text(c.Where), Command: r.text(c.Command), Statement: r.text(c.Statement)}
	}
	return out
}
