package journal

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

var _ engine.Watcher = (*SQLite)(nil)

// lookEvery is how often a watcher looks whether the file has changed: a
// fraction of what people notice, and microseconds of work.
const lookEvery = 250 * time.Millisecond

// Watch tells of appends to the journal, of whichever run. SQLite has no
// notifications between processes; a number that changes with each commit of
// others is there to be asked for (https://sqlite.org/pragma.html#pragma_data_version).
func (j *SQLite) Watch(ctx context.Context, _ string) (<-chan struct{}, error) {
	db, err := connect(j.path, "_query_only=1", 1) // the number is one of the connection
	if err != nil {
		return nil, problemOf(err, j.path, "watch")
	}
	version, err := dataVersion(ctx, db)
	if err != nil {
		return nil, problemOf(errors.Join(err, db.Close()), j.path, "watch")
	}
	news := make(chan struct{}, 1)
	go look(ctx, db, version, news)
	return news, nil
}

// look passes news on until ctx ends. When it cannot look, there may be news.
func look(ctx context.Context, db *sql.DB, seen int64, news chan<- struct{}) {
	defer close(news)
	defer func() { _ = db.Close() }() // nothing was written
	for perhaps(ctx, lookEvery) {
		version, err := dataVersion(ctx, db)
		if err != nil || version != seen {
			seen = version
			tell(news)
		}
	}
}

func dataVersion(ctx context.Context, db *sql.DB) (version int64, err error) {
	err = db.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version)
	return version, err
}
