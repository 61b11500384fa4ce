package file

import (
	"errors"
	"io/fs"
	"maps"
	"path/filepath"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// fieldsOf is what consumers see of a version: its material and its id.
func fieldsOf(v engine.Version) engine.Material {
	fields := engine.Material{}
	maps.Copy(fields, v.Material)
	if v.ID != "" {
		fields[engine.FieldVersion] = secret.FromText(v.ID)
	}
	return fields
}

// placeOf is where the link of a field points.
func placeOf(name string) string { return dataName + "/" + name }

// isLink says whether name is the link of a field.
func (m *mount) isLink(name string) bool {
	target, err := m.root.Readlink(name)
	return err == nil && target == placeOf(name)
}

// checkPlaces makes sure that consumers, who read beside the snapshots, see
// the fields of the current one.
func (m *mount) checkPlaces(fields engine.Material) error {
	for name, value := range fields {
		if _, err := m.linked(name, value); err != nil {
			return err
		}
	}
	return nil
}

// linked says whether the link of a field is there. It refuses what someone put
// in its place, unless that has the same value: so it is when a takeover was
// interrupted.
func (m *mount) linked(name string, value *secret.Secret) (bool, error) {
	if m.isLink(name) {
		return true, nil
	}
	info, err := m.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil && info.Mode().IsRegular() {
		seen, err := m.root.ReadFile(name)
		defer clear(seen)
		if err == nil && value.Equal(secret.New(seen)) {
			return false, nil
		}
	}
	return false, engine.NewProblem(nil,
		"if its value is right, write it to "+filepath.Join(m.path, placeOf(name))+" first; then: ln -sfn "+placeOf(name)+" "+filepath.Join(m.path, name),
		"%s was put there by hand: consumers read it instead of what the store holds", filepath.Join(m.path, name))
}

// link puts a link for each field of next where consumers look for it, in place
// of a file with the same value if there is one. Links of fields that the mount
// does not have yet dangle until it is turned.
func (m *mount) link(current, next engine.Version) error {
	seen := fieldsOf(current)
	for name := range fieldsOf(next) {
		linked, err := m.linked(name, seen[name])
		if err == nil && !linked {
			err = errors.Join(m.root.Symlink(placeOf(name), linkName), m.root.Rename(linkName, name))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unlink removes the links of fields that version does not have.
func (m *mount) unlink(version engine.Version) error {
	entries, err := fs.ReadDir(m.root.FS(), ".")
	if err != nil {
		return err
	}
	fields := fieldsOf(version)
	for _, e := range entries {
		name := e.Name()
		if _, wanted := fields[name]; wanted || !m.isLink(name) {
			continue
		}
		if err := m.root.Remove(name); err != nil {
			return err
		}
	}
	return nil
}
