package file

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// load reads until it has seen one revision from start to end: a Save may turn
// the mount meanwhile, and the one after it removes what load was reading.
func (m *mount) load(ctx context.Context) (engine.Holding, error) {
	for {
		if err := ctx.Err(); err != nil {
			return engine.Holding{}, err
		}
		before, err := m.revision()
		if err != nil {
			return engine.Holding{}, err
		}
		if before == "" {
			return engine.Holding{}, engine.ErrNotFound
		}
		holding, _, err := m.read(before)
		after, failed := m.revision()
		if failed != nil {
			return engine.Holding{}, failed
		}
		if before == after {
			return holding, err
		}
	}
}

// read reads what revision marks, and says whether rotadeck wrote it.
func (m *mount) read(revision string) (holding engine.Holding, ours bool, err error) {
	folder, plain := m.root, isPlain(revision)
	if !plain {
		if folder, err = m.root.OpenRoot(revision); err != nil {
			return engine.Holding{}, false, err
		}
		defer folder.Close()
	}
	data, err := folder.ReadFile(recordName)
	defer clear(data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return engine.Holding{}, false, err
	}
	ours = err == nil
	fields, newest, err := m.readFields(folder, ours)
	if err == nil && !plain {
		err = m.checkPlaces(fields)
	}
	switch {
	case err != nil:
	case ours:
		holding, err = m.decode(data, fields)
	default:
		version := engine.Version{Material: fields, Created: newest.UTC(), State: engine.VersionCurrent}
		holding = engine.Holding{Active: engine.SlotA, Slots: map[engine.Slot]engine.Version{engine.SlotA: version}}
	}
	holding.Revision = revision
	return holding, ours, err
}

// readFields reads every file that is a field, and tells when the newest was
// written.
func (m *mount) readFields(folder *os.Root, ours bool) (fields engine.Material, newest time.Time, err error) {
	entries, err := fs.ReadDir(folder.FS(), ".")
	if err != nil {
		return nil, newest, err
	}
	fields = engine.Material{}
	for _, e := range entries {
		name := e.Name()
		if reserved(name) || folder == m.root && m.isLink(name) || ours && name == engine.FieldVersion {
			continue
		}
		if err := m.checkEntry(e); err != nil {
			return nil, newest, err
		}
		info, err := e.Info()
		if err != nil {
			return nil, newest, err
		}
		if info.ModTime().After(newest) {
			newest = info.ModTime()
		}
		value, err := folder.ReadFile(name)
		if err != nil {
			return nil, newest, err
		}
		fields[name] = secret.New(value)
		clear(value)
	}
	return fields, newest, nil
}

func (m *mount) checkEntry(e fs.DirEntry) error {
	if !e.Type().IsRegular() {
		return engine.NewProblem(nil, "keep only files in it: each is a field of the credential",
			"%s holds %q, which is no file", m.path, e.Name())
	}
	if e.Name() == engine.FieldVersion {
		return engine.NewProblem(nil, "rename the file: this name carries the version's id once rotadeck writes here",
			"%s holds a file %q that rotadeck did not write", m.path, e.Name())
	}
	return checkName("file in "+m.path, e.Name())
}
