package engine

// Purpose is what a run is for.
type Purpose string

// The purposes.
const (
	PurposeRotation  Purpose = ""          // replace a credential by a new one in the other slot
	PurposeAdoption  Purpose = "adoption"  // make a login that exists one side of a pair
	PurposeRehearsal Purpose = "rehearsal" // a rotation on a scratch target, recorded under a key of its own
	PurposeTidy      Purpose = "tidying"   // end what was left half way
	PurposeIncident  Purpose = "incident"  // the record of an incident: runs of credentials bear its id
	PurposeProbe     Purpose = "probe"     // the record that a credential was refused, and is not tried by itself
)

// String is the purpose as a noun.
func (p Purpose) String() string {
	if p == PurposeRotation {
		return "rotation"
	}
	return string(p)
}

// Participle is what a credential is once such a run is done.
func (p Purpose) Participle() string {
	switch p {
	case PurposeAdoption:
		return "adopted"
	case PurposeRehearsal:
		return "rehearsed"
	case PurposeTidy:
		return "tidied up"
	case PurposeRotation, PurposeIncident:
	}
	return "rotated"
}

// Phases is the transition table of runs with this purpose: Phases for a
// rotation, fewer rows for an adoption or a tidying, one more for a rehearsal.
func (p Purpose) Phases() []Transition {
	switch p {
	case PurposeAdoption:
		return adoptionPhases()
	case PurposeRehearsal:
		return rehearsalPhases()
	case PurposeTidy:
		return tidyPhases()
	case PurposeRotation, PurposeIncident:
	}
	return Phases()
}

// replaces says that such a run puts a new credential into the place of an old
// one, to which a rollback returns. Others are given up instead.
func (p Purpose) replaces() bool { return p != PurposeAdoption && p != PurposeTidy }

// Transition is the row of a phase; the zero row where there is none.
func (p Purpose) Transition(phase Phase) Transition {
	for _, row := range p.Phases() {
		if row.Phase == phase {
			return row
		}
	}
	return Transition{}
}

func adoptionPhases() []Transition {
	return []Transition{
		{
			Phase: PhasePreflight, Next: PhaseGenerate, Picture: PictureOldAlone,
			Does:   "takes the lock, probes target, store, journal and consumers",
			Proves: "the credential in use logs in, a wrong one is refused, rights suffice for every later phase",
			Undo:   "release the lock",
		},
		{
			Phase: PhaseGenerate, Next: PhaseCreate, Picture: PictureOldAlone, Gate: true,
			Does:   "puts the credential in use, as it is, into a slot of the store, and makes the other slot's user, which cannot log in",
			Proves: "read back from the store, equal",
		},
		{
			Phase: PhaseCreate, Next: PhaseValidate, Picture: PictureOldAlone,
			Does:   "makes the other slot's user, which cannot log in, with all that the first has",
			Proves: "the target reports it",
		},
		{
			Phase: PhaseValidate, Next: PhaseDone, Picture: PictureOldAlone,
			Does:   "compares the rights of both users, and logs in with the credential in use once more",
			Proves: "both have the same rights, or the difference was accepted; the credential in use logs in",
		},
		{
			Phase: PhaseDone, Picture: PictureOldAlone,
			Does:   "notifies and releases the lock",
			Proves: "the journal says done",
		},
	}
}
