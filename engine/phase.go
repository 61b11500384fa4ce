package engine

// Phase is a stage of a rotation.
type Phase string

// The phases, in order. The table Phases tells what each does.
const (
	PhasePreflight Phase = "preflight"
	PhaseGenerate  Phase = "generate"
	PhaseCreate    Phase = "create"
	PhaseValidate  Phase = "validate"
	PhasePublish   Phase = "publish"
	PhaseReload    Phase = "reload"
	PhaseVerify    Phase = "verify"
	PhaseGrace     Phase = "grace"
	PhaseRetire    Phase = "retire"
	PhaseCleanup   Phase = "cleanup"
	PhaseFaults    Phase = "faults" // of a rehearsal alone
	PhaseDone      Phase = "done"
	PhaseReturn    Phase = "way back" // of a rollback alone: shows that there is one, before anything is undone
)

// Picture is one of the four states of the dual-credential pattern.
type Picture string

// The pictures.
const (
	PictureOldAlone  Picture = "old alone"
	PictureBothValid Picture = "both valid"
	PictureOnNew     Picture = "apps on the new"
	PictureRetired   Picture = "old retired"
)

// Transition is a row of the transition table: where a phase leads, and what
// it means to take it back.
type Transition struct {
	Phase   Phase
	Next    Phase // "" after the last
	Picture Picture
	Does    string
	Proves  string
	Undo    string // "" when there is nothing to undo, or no way
	Gate    bool   // the operator is asked before it begins
}

// Phases is the transition table. Engine, documentation, front ends and tests
// all read this one.
func Phases() []Transition {
	return []Transition{
		{
			Phase: PhasePreflight, Next: PhaseGenerate, Picture: PictureOldAlone,
			Does:   "takes the lock, probes target, store, journal and consumers",
			Proves: "the old credential logs in, a wrong one is refused, rights suffice for every later phase",
			Undo:   "release the lock",
		},
		{
			Phase: PhaseGenerate, Next: PhaseCreate, Picture: PictureOldAlone, Gate: true,
			Does:   "makes the new secret and puts it into the store's inactive slot as pending",
			Proves: "read back from the store, equal",
			Undo:   "drop the pending secret",
		},
		{
			Phase: PhaseCreate, Next: PhaseValidate, Picture: PictureBothValid,
			Does:   "makes the new credential valid at the target, beside the old",
			Proves: "the target reports it",
			Undo:   "disable what this run made, nothing else",
		},
		{
			Phase: PhaseValidate, Next: PhasePublish, Picture: PictureBothValid,
			Does:   "logs in with the new credential at every endpoint and compares rights",
			Proves: "the new credential can do what the old one can, or the difference was accepted",
			Undo:   "disable what this run made, nothing else",
		},
		{
			Phase: PhasePublish, Next: PhaseReload, Picture: PictureBothValid, Gate: true,
			Does:   "shows that the old credential still logs in, then flips the store's active slot",
			Proves: "read back from the store",
			Undo:   "flip the active slot back",
		},
		{
			Phase: PhaseReload, Next: PhaseVerify, Picture: PictureOnNew,
			Does:   "tells consumers to read the new credential",
			Proves: "each consumer reports done",
			Undo:   "flip back, then reload again",
		},
		{
			Phase: PhaseVerify, Next: PhaseGrace, Picture: PictureOnNew,
			Does:   "watches consumers and live sessions",
			Proves: "no session on the old credential in a quiet window, every consumer on the new",
			Undo:   "flip back, then reload again",
		},
		{
			Phase: PhaseGrace, Next: PhaseRetire, Picture: PictureOnNew,
			Does:   "holds both credentials for the time set",
			Proves: "evidence and clock",
			Undo:   "flip back, then reload again",
		},
		{
			Phase: PhaseRetire, Next: PhaseCleanup, Picture: PictureRetired, Gate: true,
			Does:   "shows that the old credential could still come back, disables it and ends its sessions",
			Proves: "the old credential is refused, the new one still works, no session is left",
			Undo:   "enable the old credential again, until the rollback window closes",
		},
		{
			Phase: PhaseCleanup, Next: PhaseDone, Picture: PictureRetired,
			Does:   "trims archived versions by policy",
			Proves: "listed",
		},
		{
			Phase: PhaseDone, Picture: PictureRetired,
			Does:   "notifies and releases the lock",
			Proves: "the journal says done",
		},
	}
}

// TransitionOf is the row of a phase in a rotation; the zero row for an unknown
// one.
func TransitionOf(p Phase) Transition { return PurposeRotation.Transition(p) }

// Reached says whether p stands at or after other in the table.
func (p Phase) Reached(other Phase) bool { return p.index() >= other.index() }

// index counts in the table that has every phase.
func (p Phase) index() int {
	for i, row := range rehearsalPhases() {
		if row.Phase == p {
			return i
		}
	}
	return -1
}
