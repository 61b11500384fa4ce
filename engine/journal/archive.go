package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// Events returns the events of a run in order; none for an unknown run.
// Changes come without their Apply. It does not wait for writers.
func (j *SQLite) Events(ctx context.Context, run string) ([]engine.Event, error) {
	events, err := read[engine.Event](ctx, j, `SELECT run, body FROM events WHERE run = ? ORDER BY seq`, run)
	return events, problemOf(err, j.path, "read")
}

// Runs returns the summaries that query selects, those that began last first. A
// limit below 1 means all. It does not wait for writers.
func (j *SQLite) Runs(ctx context.Context, query engine.RunQuery) ([]engine.Summary, error) {
	text, args := selectRuns(query)
	summaries, err := read[engine.Summary](ctx, j, text, args...)
	return summaries, problemOf(err, j.path, "read")
}

// selectRuns leaves out the conditions that do not apply, so that SQLite can
// see which index serves.
func selectRuns(query engine.RunQuery) (string, []any) {
	var where []string
	var args []any
	and := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	and(`TRUE`)
	if query.Credential != "" {
		and(`credential = ?`, query.Credential)
	}
	if query.Prefix != "" {
		and(`substr(credential, 1, length(?)) = ?`, query.Prefix, query.Prefix)
	}
	if query.Unfinished {
		and(`status NOT IN (?, ?)`, string(engine.StatusDone), string(engine.StatusRolledBack))
	}
	if query.Status != "" {
		and(`status = ?`, string(query.Status))
	}
	limit := query.Limit
	if limit < 1 {
		limit = -1 // SQLite's word for none
	}
	return `SELECT run, summary FROM runs WHERE ` + strings.Join(where, ` AND `) +
		` ORDER BY rowid DESC LIMIT ?`, append(args, limit)
}

// read returns what a query for runs and JSON texts finds.
func read[T any](ctx context.Context, j *SQLite, query string, args ...any) (found []T, err error) {
	rows, err := j.reader.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	for rows.Next() {
		var run string
		var text []byte
		if err := rows.Scan(&run, &text); err != nil {
			return nil, err
		}
		value, err := decode[T](text, run)
		if err != nil {
			return nil, err
		}
		found = append(found, value)
	}
	return found, rows.Err()
}

func decode[T any](text []byte, run string) (value T, err error) {
	if err := json.Unmarshal(text, &value); err != nil {
		return value, fmt.Errorf("decode the record of run %s: %w", run, err)
	}
	return value, nil
}
