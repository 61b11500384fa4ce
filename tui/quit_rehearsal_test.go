package tui

import (
	"context"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// slowStage is a target whose scratch copy takes until it is let go to make.
type slowStage struct {
	*enginetest.Target
	begun, letGo chan struct{}
}

func (s slowStage) Stage(ctx context.Context, name, mark string) (engine.Stage, error) {
	stage, err := s.Target.Stage(ctx, name, mark)
	if err != nil {
		return stage, err
	}
	make := stage.Make[0].Apply
	stage.Make[0].Apply = func(ctx context.Context) error {
		close(s.begun)
		<-s.letGo
		return make(ctx)
	}
	return stage, nil
}

// TestGuardOfARehearsal leaves while one is under way: it is asked how, and the
// console ends once all that was made is removed.
func TestGuardOfARehearsal(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	slow := slowStage{d.world.Target, make(chan struct{}), make(chan struct{})}
	d.world.Adapt = func(p *engine.Parts) { p.Target = slow }
	d.begin(d.context.Start(func(ctx context.Context) (*engine.Run, error) {
		return d.options.Engine.Rehearse(ctx, enginetest.ID, engine.RehearsalOptions{})
	}))
	<-slow.begun
	d.shows("REHEARSAL")
	d.press("ctrl+c")
	if d.guard == nil {
		t.Fatal("leaving during a rehearsal needs a guard")
	}
	d.shows("Leave while a rehearsal is under way?")
	d.guard.Arm()
	d.press("tab", "enter")
	close(slow.letGo)
	d.until("the console ends", d.left)
	if left := d.world.Target.Scratch(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
