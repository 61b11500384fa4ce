package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Moment is where between two steps of a run something happens.
type Moment string

// The moments, in the order in which a change meets them. The last one is about
// a phase as a whole.
const (
	BeforeIntent  Moment = "before the intent"  // the journal knows nothing of the change yet
	BeforeDeed    Moment = "before the deed"    // the journal has the intent
	BeforeOutcome Moment = "before the outcome" // the change is made, the journal has the intent
	AtEnd         Moment = "at the end"         // of the phase, which the journal does not know yet
)

// Boundary is the seam between two steps of a run.
type Boundary struct {
	Phase  Phase  `json:"phase"`
	Step   int    `json:"step,omitempty"`   // which change of the phase that was, from 1; 0 at the end of a phase
	Change string `json:"change,omitempty"` // its name, but for the slot, which alternates
	At     Moment `json:"at"`
}

// String words the boundary: "create/enable-role before the deed".
func (b Boundary) String() string {
	if b.Change == "" {
		return fmt.Sprintf("%s %s", b.Phase, b.At)
	}
	return fmt.Sprintf("%s/%s %s", b.Phase, b.Change, b.At)
}

// Fault is what goes wrong at a boundary, and stays so until the run has stopped.
type Fault string

// The faults.
const (
	FaultProcess Fault = "process stops" // at once, as by kill -9
	FaultJournal Fault = "journal fails" // it takes nothing more
	FaultStore   Fault = "store fails"   // it can neither be read nor written
	FaultTarget  Fault = "target is cut" // it is not reached; what it was doing is done, the answer is lost
)

// Faults lists every fault, in the order in which front ends show them.
func Faults() []Fault { return []Fault{FaultProcess, FaultJournal, FaultStore, FaultTarget} }

// meets says whether the fault makes a difference at a moment. A target or a store
// that fails before the intent fails the deed, as it would after it.
func (f Fault) meets(at Moment) bool {
	return at != BeforeIntent || f == FaultProcess || f == FaultJournal
}

// Trial is one fault at one boundary, and what came of it.
type Trial struct {
	Boundary
	Fault   Fault  `json:"fault"`
	Advice  Advice `json:"advice,omitempty"` // what Truth advised then; "" when nothing was left to do
	End     Status `json:"end,omitempty"`    // what the run came to in the end
	OK      bool   `json:"ok"`
	Problem string `json:"problem,omitempty"` // which promise was broken, or why it was not tried
	Took    int64  `json:"took_ms"`
}

// Outcome is what came of the trial in a word or two.
func (t Trial) Outcome() string {
	switch {
	case !t.OK:
		return "BROKEN"
	case t.Advice == AdviceResume && t.End == StatusDone:
		return "resumed"
	case t.Advice == AdviceRollBack && t.End == StatusRolledBack:
		return "rolled back"
	}
	return string(t.End)
}

// boundaries lists the seams of a run by what an undisturbed one did, with the
// faults to be tried at each.
func boundaries(events []Event) []Trial {
	var trials []Trial
	steps := map[Phase]int{}
	for _, e := range events {
		seam := Boundary{Phase: e.Phase}
		var moments []Moment
		switch {
		case e.Undoing || e.Phase == PhaseFaults:
		case e.Type == EventPhaseEnded:
			moments = []Moment{AtEnd}
		case e.Type == EventChangeSettled && e.Phase != PhasePreflight:
			steps[e.Phase]++
			seam.Step, seam.Change = steps[e.Phase], withoutSlot(e.Change.Name)
			moments = []Moment{BeforeIntent, BeforeDeed, BeforeOutcome}
		}
		for _, seam.At = range moments {
			for _, fault := range Faults() {
				if fault.meets(seam.At) {
					trials = append(trials, Trial{Boundary: seam, Fault: fault})
				}
			}
		}
	}
	return trials
}

func withoutSlot(name string) string {
	for _, slot := range []Slot{SlotA, SlotB} {
		if bare, found := strings.CutSuffix(name, "-slot-"+string(slot)); found {
			return bare
		}
	}
	return name
}

// SortBoundaries puts what has a boundary into the order of a run.
func SortBoundaries[T any](list []T, of func(T) Boundary) {
	moments := []Moment{BeforeIntent, BeforeDeed, BeforeOutcome, AtEnd}
	slices.SortStableFunc(list, func(x, y T) int {
		a, b := of(x), of(y)
		return cmp.Or(
			cmp.Compare(a.Phase.index(), b.Phase.index()),
			cmp.Compare(slices.Index(moments[3:], a.At), slices.Index(moments[3:], b.At)), // the end of a phase comes last
			cmp.Compare(a.Step, b.Step),
			cmp.Compare(slices.Index(moments, a.At), slices.Index(moments, b.At)),
		)
	})
}
