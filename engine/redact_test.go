package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// blabbing is a consumer that begins to tell its password, in what it reports or
// in why it does not.
type blabbing struct {
	*enginetest.Consumer
	begun *atomic.Bool
	fails bool
}

func (b blabbing) Usage(ctx context.Context) (engine.Usage, error) {
	const text = "401 for password=" + enginetest.OldPassword
	switch {
	case !b.begun.Load():
		return b.Consumer.Usage(ctx)
	case b.fails:
		return engine.Usage{}, errors.New(text)
	}
	return engine.Usage{Problem: text, Identity: text}, nil
}

// TestConsumersTellNoSecret looks for what a consumer tells in every place
// where its words appear: events, questions, truth, observation.
func TestConsumersTellNoSecret(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]bool{"as an error": true, "as a report": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			var begun atomic.Bool
			w.Adapt = func(p *engine.Parts) {
				p.Consumers = []engine.Consumer{blabbing{w.Consumer, &begun, fails}}
			}
			run, _ := rotate(t, w, atGate(engine.PhasePublish, func() { begun.Store(true) }))
			seen := 0
			look := func(where string, v any) {
				text := fmt.Sprintf("%+v", v)
				if strings.Contains(text, "401 for password") {
					seen++
				}
				if strings.Contains(text, enginetest.OldPassword) {
					t.Errorf("%s shows the secret: %s", where, text)
				}
			}
			for e := range run.Feed().Follow(t.Context()) {
				look("event "+string(e.Type), dump(t, e))
			}
			if seen == 0 {
				t.Error("no event tells what the consumer said: nothing is shown")
			}
			truth, err := w.Engine().Truth(t.Context(), run.ID())
			if err != nil {
				t.Fatal(err)
			}
			look("truth", truth)
			look("truth's lines", truth.Lines())
			look("observation", observe(t, w))
		})
	}
}
