package postgres_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit {
		return newDatabase(t, server, nil).kit(t)
	})
}
