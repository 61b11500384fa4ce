package enginetest

import (
	"fmt"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// The fakes must behave like the real parts, or tests over them prove nothing.

func TestJournal(t *testing.T) {
	t.Parallel()
	JournalSuite(t, func(*testing.T) engine.Journal { return NewJournal() })
}

func TestStore(t *testing.T) {
	t.Parallel()
	StoreSuite(t, func(*testing.T) func() engine.Store {
		store := NewStore()
		return func() engine.Store { return store }
	})
}

func TestTarget(t *testing.T) {
	t.Parallel()
	TargetSuite(t, func(*testing.T) TargetKit {
		return TargetKit{Target: NewTarget(OldPassword), Slot: engine.SlotA, Current: engine.Material{
			engine.FieldUsername: secret.FromText("app_a"),
			engine.FieldPassword: secret.FromText(OldPassword),
		}}
	})
}

func TestMemoryJournal(t *testing.T) {
	t.Parallel()
	JournalSuite(t, func(*testing.T) engine.Journal { return engine.NewMemoryJournal() })
}

func TestMemoryStore(t *testing.T) {
	t.Parallel()
	StoreSuite(t, func(*testing.T) func() engine.Store {
		store := engine.NewMemoryStore()
		return func() engine.Store { return store }
	})
}

func stageKit(*testing.T) StageKit {
	target := NewTarget(OldPassword)
	return StageKit{Target: target, Name: "scratch", Snapshot: func() string {
		return fmt.Sprint(target.Works(engine.SlotA), target.Works(engine.SlotB), target.Scratch())
	}}
}

func TestStage(t *testing.T) {
	t.Parallel()
	StageSuite(t, stageKit)
}

func TestStageIsATarget(t *testing.T) {
	t.Parallel()
	TargetSuite(t, func(t *testing.T) TargetKit { return StagedKit(t, stageKit(t)) })
}
