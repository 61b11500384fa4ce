package journal

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/rotadeck/rotadeck/engine"
)

// SQLite is a journal in a SQLite file. Its methods may be called from several
// goroutines; writes take turns, reads do not wait for them.
type SQLite struct {
	path   string      // absolute, without symbolic links, so that every process locks the same files
	file   fs.FileInfo // what stood at path when it was opened
	writer *sql.DB     // one connection: SQLite has one writer at a time anyway
	reader *sql.DB
	sql    statements
}

var (
	_ engine.Journal    = (*SQLite)(nil)
	_ engine.LockProber = (*SQLite)(nil)
)

// statements are prepared once: an append is made of five of them.
type statements struct {
	token, takeLock, holder  *sql.Stmt
	summary, putRun, putNext *sql.Stmt
}

// OpenSQLite opens the journal at path and makes what is missing: the folder
// (0700), the file (0600), its tables. Modes of what exists are left alone. It
// waits for other processes that are opening the same journal until ctx ends.
// Errors are an *engine.Problem: a folder that cannot be made, a file that is
// no journal, or one that a newer rotadeck wrote.
func OpenSQLite(ctx context.Context, path string) (*SQLite, error) {
	path, info, err := prepareFile(path)
	if err != nil {
		return nil, err
	}
	j := &SQLite{path: path, file: info}
	if err := j.open(ctx); err != nil {
		_ = j.Close() // the reason why opening failed is the better error
		return nil, problemOf(err, path, "open")
	}
	return j, nil
}

// Close closes the file. Leases stay held until they are released or the
// process ends. Close may be repeated.
func (j *SQLite) Close() error {
	for _, db := range []*sql.DB{j.reader, j.writer} {
		if db == nil {
			continue
		}
		if err := db.Close(); err != nil {
			return problemOf(err, j.path, "close")
		}
	}
	return nil
}

// open connects and brings the tables up to date. Only one process does so at
// a time: SQLite does not wait, it fails, when two of them switch a new file to
// the write-ahead log at once.
func (j *SQLite) open(ctx context.Context) (err error) {
	if err := os.MkdirAll(j.lockFolder(), 0o700); err != nil {
		return err
	}
	setup, err := waitFlock(ctx, filepath.Join(j.lockFolder(), "setup"))
	if err != nil {
		return err
	}
	defer func() {
		if failed := setup.unlock(); err == nil {
			err = failed
		}
	}()
	if j.reader, err = connect(j.path, "_query_only=1", 4); err != nil {
		return err
	}
	version, err := j.version(ctx) // before anything is written to what may be another program's file
	if err != nil {
		return err
	}
	if j.writer, err = connect(j.path, "_txlock=immediate&_journal_mode=WAL&_synchronous=FULL", 1); err != nil {
		return err
	}
	if err := j.migrate(ctx, version); err != nil {
		return err
	}
	return j.prepare(ctx)
}

// connect opens a pool of at most conns connections. Each waits five seconds
// for another process that is writing; an append takes milliseconds, so a
// longer wait means that something is stuck.
func connect(path, options string, conns int) (*sql.DB, error) {
	name := url.URL{Scheme: "file", OmitHost: true, Path: path}
	name.RawQuery = options + "&_busy_timeout=5000&_foreign_keys=1&_dqs=0&_error_rc=1"
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

func (j *SQLite) prepare(ctx context.Context) error {
	for _, s := range []struct {
		into  **sql.Stmt
		query string
	}{
		{&j.sql.token, `SELECT token FROM locks WHERE credential = ?`},
		{&j.sql.holder, `SELECT holder FROM locks WHERE credential = ?`},
		{&j.sql.takeLock, `INSERT INTO locks (credential, token, holder) VALUES (?, 1, ?)
			ON CONFLICT (credential) DO UPDATE SET token = token + 1, holder = excluded.holder
			RETURNING token`},
		{&j.sql.summary, `SELECT summary FROM runs WHERE run = ?`},
		{&j.sql.putRun, `INSERT INTO runs (run, credential, status, started, updated, summary) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (run) DO UPDATE SET status = excluded.status, started = excluded.started,
			updated = excluded.updated, summary = excluded.summary`},
		{&j.sql.putNext, `INSERT INTO events (run, seq, credential, at, type, body) VALUES (?, ?, ?, ?, ?, ?)`},
	} {
		statement, err := j.writer.PrepareContext(ctx, s.query)
		if err != nil {
			return fmt.Errorf("prepare %q: %w", s.query, err)
		}
		*s.into = statement
	}
	return nil
}

// write runs do in a transaction that no other process can interleave with. It
// is all or nothing, also when ctx ends midway.
func (j *SQLite) write(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := j.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback() // an error of do matters more, and SQLite undoes what is not committed
		return err
	}
	return tx.Commit()
}
