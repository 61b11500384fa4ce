package engine

import "context"

// Rehearsable targets can set a stage: a scratch copy of themselves, on which a
// rotation can be rehearsed with nothing real at stake.
type Rehearsable interface {
	// Stage lists what a rehearsal needs. It may look at the target but changes
	// nothing itself. Whatever is made has a name that begins with name, and
	// bears mark for as long as it is there, so that it tells what it is. The
	// error is a *Problem when no stage can be set: it says what is missing.
	Stage(ctx context.Context, name, mark string) (Stage, error)
}

// Stage is a scratch target with all that it stands on.
type Stage struct {
	// Target can do what the real one can, where that makes sense. Whoever set
	// the stage closes it if it is an io.Closer, before Remove.
	Target Target
	// Material is accepted in SlotA once Make is applied, and nothing in SlotB.
	Material Material
	// Make makes everything; applied where it is there already, all is as it was
	// at first, but for credentials of SlotB that are born valid.
	Make []Change
	// Remove removes everything whose name begins with the stage's and that bears
	// its mark, whoever left it behind, and nothing else. It fails where something
	// stands in the way that does not bear the mark.
	Remove []Change
	// Without tells what of the real target the stage lacks, in words.
	Without []string
}
