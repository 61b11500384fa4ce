package file

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// prepare does all of a Save that nobody sees: what is there is checked, swept
// and taken over, the new snapshot written, and its fields linked.
func (m *mount) prepare(ctx context.Context, holding engine.Holding) error {
	current, err := m.ready(holding.Revision)
	if err != nil {
		return err
	}
	snapshot, err := m.write(holding)
	if err != nil {
		return err
	}
	err = m.link(current, holding.Current())
	if err == nil {
		err = m.root.Symlink(snapshot, aimName)
	}
	if err = errors.Join(err, ctx.Err()); err != nil {
		return errors.Join(err, m.root.RemoveAll(snapshot))
	}
	return nil
}

// ready makes sure that the mount holds revision, in the layout of this
// package, and returns the version that consumers see.
func (m *mount) ready(revision string) (engine.Version, error) {
	found, err := m.revision()
	if err != nil {
		return engine.Version{}, err
	}
	if found != revision {
		return engine.Version{}, engine.ErrConflict
	}
	if err := m.sweep(revision); err != nil || revision == "" {
		return engine.Version{}, err
	}
	held, ours, err := m.read(revision)
	if err == nil && !ours {
		err = m.adopt(held)
	}
	return held.Current(), err
}

// publish turns the mount to the snapshot that prepare wrote. From here on an
// error leaves open what readers see after a power cut.
func (m *mount) publish(version engine.Version) error {
	if err := m.root.Rename(aimName, dataName); err != nil {
		return err
	}
	return errors.Join(m.unlink(version), syncFolder(m.root))
}

// sweep removes what Saves left behind, whole or half, but for the snapshot
// that is current.
func (m *mount) sweep(current string) error {
	entries, err := fs.ReadDir(m.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if !reserved(name) || name == current || name == dataName || name == lockName {
			continue
		}
		if err := m.root.RemoveAll(name); err != nil {
			return err
		}
	}
	return nil
}

// write puts holding into a new snapshot folder and makes it durable. Nobody
// looks into the folder before publish.
func (m *mount) write(holding engine.Holding) (snapshot string, err error) {
	// The time is for people who look, the random part makes it unique.
	snapshot = ".." + time.Now().UTC().Format("2006_01_02_15_04_05.") + rand.Text()[:8]
	if err := m.access.makeFolder(m.root, snapshot); err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, m.root.RemoveAll(snapshot))
		}
	}()
	folder, err := m.root.OpenRoot(snapshot)
	if err != nil {
		return "", err
	}
	defer folder.Close()
	record, err := encode(holding)
	defer clear(record)
	if err != nil {
		return "", err
	}
	files := fieldsOf(holding.Current())
	files[recordName] = secret.New(record)
	return snapshot, m.writeFiles(folder, files)
}

func (m *mount) writeFiles(folder *os.Root, files engine.Material) (err error) {
	dir, err := folder.Open(".")
	if err != nil {
		return err
	}
	written := []*os.File{dir}
	defer func() {
		for _, f := range written {
			err = errors.Join(err, f.Close())
		}
	}()
	for name, value := range files {
		f, err := folder.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		written = append(written, f)
		mode := m.access.mode
		if name == recordName {
			mode = 0o600 // it holds more than consumers need
		}
		content := value.Reveal()
		_, err = f.Write(content)
		clear(content)
		if err := errors.Join(err, m.access.give(f, mode)); err != nil {
			return err
		}
	}
	return syncAll(written)
}
