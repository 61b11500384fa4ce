package journal

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
)

// applicationID marks the file as a journal of rotadeck ("rotd" in ASCII), so
// that no other program's database is written to by mistake.
const applicationID = 0x726f7464

// migrations lead from each version of the tables to the next; user_version
// counts those done. A migration that was released is never changed.
func migrations() []string {
	return []string{
		fmt.Sprintf(`PRAGMA application_id = %d;`, applicationID) + `
		CREATE TABLE locks (
			credential TEXT PRIMARY KEY,
			token      INTEGER NOT NULL, -- only grows
			holder     TEXT NOT NULL     -- JSON; who took it last, maybe not any more
		) STRICT;
		CREATE TABLE runs (
			run        TEXT PRIMARY KEY,
			credential TEXT NOT NULL REFERENCES locks,
			status     TEXT NOT NULL,
			started    TEXT NOT NULL, -- UTC, nanoseconds, sorts as text
			updated    TEXT NOT NULL,
			summary    TEXT NOT NULL  -- JSON: the run's events folded
		) STRICT;
		CREATE INDEX runs_by_credential ON runs (credential); -- and rowid, the order in which they began
		CREATE TABLE events (
			run        TEXT NOT NULL REFERENCES runs,
			seq        INTEGER NOT NULL,
			credential TEXT NOT NULL,
			at         TEXT NOT NULL,
			type       TEXT NOT NULL,
			body       TEXT NOT NULL, -- JSON
			PRIMARY KEY (run, seq)
		) STRICT;`,
	}
}

// migrate brings the tables from version up to date, in one transaction.
func (j *SQLite) migrate(ctx context.Context, version int) error {
	if version == len(migrations()) {
		return nil
	}
	return j.write(ctx, func(tx *sql.Tx) error {
		for _, step := range migrations()[version:] {
			if _, err := tx.ExecContext(ctx, step); err != nil {
				return fmt.Errorf("migrate from version %d: %w", version, err)
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, len(migrations())))
		return err
	})
}

// version is the number of migrations done: 0 for an empty file. A journal of
// a newer version and a database that is no journal are errors.
func (j *SQLite) version(ctx context.Context) (int, error) {
	var version, application, tables int
	row := j.reader.QueryRowContext(ctx, `SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_user_version, pragma_application_id`)
	if err := row.Scan(&version, &application, &tables); err != nil {
		return 0, err
	}
	if application != applicationID && (version > 0 || tables > 0) {
		return 0, engine.NewProblem(nil, "give another path for the journal",
			"%s is a database of another program, not a journal", j.path)
	}
	if known := len(migrations()); version > known {
		return 0, engine.NewProblem(nil, "use the rotadeck that wrote it, or a newer one",
			"the journal %s has version %d, and this rotadeck knows versions up to %d", j.path, version, known)
	}
	return version, nil
}
