package engine

import "slices"

// rehearsalPhases are those of a rotation, on a stage that is set first and
// removed last, and the faults, if any are asked for.
func rehearsalPhases() []Transition {
	rows := Phases()
	last := len(rows) - 1
	first := &rows[0]
	first.Does = "makes the scratch target, then looks at it and at the store as a rotation does"
	rows[last-1].Next = PhaseFaults
	rows[last].Does = "removes everything that the rehearsal made"
	rows[last].Proves = "the journal says done"
	return slices.Insert(rows, last, Transition{
		Phase: PhaseFaults, Next: PhaseDone, Picture: PictureRetired,
		Does:   "repeats the rotation with each fault at each boundary between two steps, then does what the truth advises",
		Proves: "a credential worked at every moment, no secret was lost, every run came to its end",
	})
}
