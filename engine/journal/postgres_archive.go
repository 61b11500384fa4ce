package journal

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/engine"
)

// Events returns the events of a run in order; none for an unknown run.
// Changes come without their Apply. It does not wait for writers.
func (j *Postgres) Events(ctx context.Context, run string) ([]engine.Event, error) {
	events, err := readFrom[engine.Event](ctx, j, `SELECT run, body FROM rotadeck.events WHERE run = $1 ORDER BY seq`, run)
	return events, j.problem(err, "read")
}

// Runs returns the summaries that query selects, those that began last first. A
// limit below 1 means all. It does not wait for writers.
func (j *Postgres) Runs(ctx context.Context, query engine.RunQuery) ([]engine.Summary, error) {
	summaries, err := readFrom[engine.Summary](ctx, j, `SELECT run, summary FROM rotadeck.runs
		WHERE ($1 = '' OR credential = $1) AND ($2 = '' OR status = $2) AND NOT ($3 AND status IN ($4, $5))
		AND starts_with(credential, $7)
		ORDER BY number DESC LIMIT nullif($6, 0)`,
		query.Credential, string(query.Status), query.Unfinished,
		string(engine.StatusDone), string(engine.StatusRolledBack), int64(max(0, query.Limit)), query.Prefix)
	return summaries, j.problem(err, "read")
}

// readFrom returns what a query for runs and JSON texts finds.
func readFrom[T any](ctx context.Context, j *Postgres, query string, args ...any) (found []T, err error) {
	err = j.use(ctx, func(session *pgxpool.Conn) error {
		rows, err := session.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		found, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (value T, err error) {
			var run string
			var text []byte
			if err := row.Scan(&run, &text); err != nil {
				return value, err
			}
			return decode[T](text, run)
		})
		return err
	})
	return found, err
}
