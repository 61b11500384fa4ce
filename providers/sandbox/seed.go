package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Seed gives a credential its first life: its target makes slot a valid, and
// its store publishes that as made at the time created. A target that cannot
// make credentials gets a random token.
func Seed(ctx context.Context, parts engine.Parts, key string, created time.Time) error {
	material, err := firstMaterial(ctx, parts.Target)
	if err != nil {
		return fmt.Errorf("seed %s: %w", key, err)
	}
	defer func() { _ = material.Close() }()
	var id [4]byte
	if _, err := rand.Read(id[:]); err != nil {
		return fmt.Errorf("seed %s: %w", key, err)
	}
	return parts.Store.Save(ctx, key, engine.Holding{
		Active: engine.SlotA,
		Slots: map[engine.Slot]engine.Version{engine.SlotA: {
			ID: hex.EncodeToString(id[:]), Material: material, Created: created, State: engine.VersionCurrent,
		}},
	})
}

func firstMaterial(ctx context.Context, target engine.Target) (engine.Material, error) {
	rotatable, able := target.(engine.Rotatable)
	if !able {
		token, err := secret.Generate(rand.Reader, 40)
		return engine.Material{"token": token}, err
	}
	material, err := rotatable.Generate(ctx, engine.SlotA, nil)
	if err != nil {
		return nil, err
	}
	changes, err := rotatable.Create(ctx, engine.SlotA, material)
	if err != nil {
		return nil, err
	}
	for _, change := range changes {
		if err := change.Apply(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", change.What, err)
		}
	}
	return material, nil
}
