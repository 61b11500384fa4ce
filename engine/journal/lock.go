package journal

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/rotadeck/rotadeck/engine"
)

// Lock takes the lock of a credential, or returns a *engine.LockedError that
// names the holder. It waits only for its turn to write, until ctx ends.
//
// The lock is a flock on a file beside the journal, taken inside a transaction
// that also raises the fencing token and writes the holder down. As all who
// want a lock write one after another, whoever finds it held can read by whom.
func (j *SQLite) Lock(ctx context.Context, credential string, holder engine.Holder) (engine.Lease, error) {
	if credential == "" {
		return engine.Lease{}, errors.New("lock: no credential is named")
	}
	lease, err := j.lock(ctx, credential, holder)
	if err != nil {
		return engine.Lease{}, problemOf(err, j.path, "lock "+credential+" in")
	}
	return lease, nil
}

func (j *SQLite) lock(ctx context.Context, credential string, holder engine.Holder) (engine.Lease, error) {
	if err := j.unmoved(); err != nil {
		return engine.Lease{}, err
	}
	var held *flock
	fence := engine.Fence{Credential: credential}
	err := j.write(ctx, func(tx *sql.Tx) (err error) {
		held, err = tryFlock(j.lockPath(credential))
		if errors.Is(err, errHeld) {
			return j.lockedError(ctx, tx, credential)
		}
		if err != nil {
			return err
		}
		fence.Token, err = j.takeLock(ctx, tx, credential, holder)
		return err
	})
	if err != nil {
		if held != nil {
			err = errors.Join(err, held.unlock())
		}
		return engine.Lease{}, err
	}
	return engine.Lease{Fence: fence, Release: held.unlock}, nil
}

// Held says whether someone holds the lock of a credential. It waits only for
// its turn to write: as nobody asks for a lock out of turn, nobody is turned
// away by the look.
func (j *SQLite) Held(ctx context.Context, credential string) (held bool, err error) {
	err = j.write(ctx, func(*sql.Tx) error {
		lock, err := tryFlock(j.lockPath(credential))
		if errors.Is(err, errHeld) {
			held = true
			return nil
		}
		if err != nil {
			return err
		}
		return lock.unlock()
	})
	return held, problemOf(err, j.path, "look at the lock of "+credential+" in")
}

func (j *SQLite) takeLock(ctx context.Context, tx *sql.Tx, credential string, holder engine.Holder) (token int64, err error) {
	text, err := json.Marshal(holder)
	if err != nil {
		return 0, fmt.Errorf("encode the holder: %w", err)
	}
	err = tx.StmtContext(ctx, j.sql.takeLock).QueryRowContext(ctx, credential, string(text)).Scan(&token)
	return token, err
}

func (j *SQLite) lockedError(ctx context.Context, tx *sql.Tx, credential string) error {
	locked := &engine.LockedError{Credential: credential}
	var text []byte
	err := tx.StmtContext(ctx, j.sql.holder).QueryRowContext(ctx, credential).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return locked // its holder died between flock and commit, and is not gone yet
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &locked.Holder); err != nil {
		return fmt.Errorf("decode the holder of %s: %w", credential, err)
	}
	return locked
}

func (j *SQLite) lockFolder() string { return j.path + ".locks" }

// lockPath hashes names, which may hold slashes or be too long for a file.
func (j *SQLite) lockPath(name string) string {
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(j.lockFolder(), hex.EncodeToString(sum[:]))
}
