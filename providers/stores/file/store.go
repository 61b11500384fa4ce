package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/rotadeck/rotadeck/engine"
)

// Store is an engine.Store over a folder. Several stores, in one process or in
// many, may work on the same folder: a lock per key orders their Saves.
type Store struct {
	path string
	mode fs.FileMode // of field files
}

var _ engine.Store = (*Store)(nil)

// Where names the key's folder.
func (s *Store) Where(key string) string { return "file " + filepath.Join(s.path, key) }

// Load reads the key's folder as it stood at one moment. It fails with
// engine.ErrNotFound when there is none, and with an *engine.Problem otherwise.
// A folder without rotadeck's record is a Holding with one version, without an
// ID, in slot a.
func (s *Store) Load(ctx context.Context, key string) (engine.Holding, error) {
	if err := checkKey(key); err != nil {
		return engine.Holding{}, err
	}
	m, err := s.open(key)
	if errors.Is(err, fs.ErrNotExist) {
		return engine.Holding{}, fmt.Errorf("%s: %w", s.Where(key), engine.ErrNotFound)
	}
	if err != nil {
		return engine.Holding{}, s.problem(err, "load", key)
	}
	defer m.close()
	holding, err := m.load(ctx)
	if errors.Is(err, engine.ErrNotFound) {
		return engine.Holding{}, fmt.Errorf("%s: %w", s.Where(key), err)
	}
	if err != nil {
		return engine.Holding{}, s.problem(err, "load", key)
	}
	return holding, nil
}

// Save writes holding as a new snapshot, makes it durable, and turns the mount
// to it. The snapshot that it replaces stays until the next Save, for the sake
// of readers that are at it. While another process saves the same key, Save
// waits until ctx ends.
//
// Errors are *engine.Problem; all but those from the turn onwards bear
// engine.NotApplied, engine.ErrConflict among them.
func (s *Store) Save(ctx context.Context, key string, holding engine.Holding) error {
	if err := errors.Join(checkKey(key), checkFields(holding), ctx.Err()); err != nil {
		return engine.NotAppliedError(s.problem(err, "save", key))
	}
	if holding.Revision == "" {
		if err := s.create(key); err != nil {
			return engine.NotAppliedError(s.problem(err, "save", key))
		}
	}
	m, err := s.open(key)
	if errors.Is(err, fs.ErrNotExist) {
		err = engine.ErrConflict // it was there when holding was loaded
	}
	if err != nil {
		return engine.NotAppliedError(s.problem(err, "save", key))
	}
	defer m.close()
	unlock, err := m.lock(ctx)
	if err != nil {
		return engine.NotAppliedError(s.problem(err, "save", key))
	}
	defer unlock()
	if err := m.prepare(ctx, holding); err != nil {
		return engine.NotAppliedError(s.problem(err, "save", key))
	}
	if err := m.publish(holding.Current()); err != nil {
		return s.problem(err, "save", key)
	}
	return nil
}
