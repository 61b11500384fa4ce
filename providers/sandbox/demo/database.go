package demo

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/pgxreload"
)

// database is a client of PostgreSQL: it writes a row and reads some.
type database struct {
	*pgxreload.Pool
}

var _ client = (*database)(nil)

// connectDatabase connects as application.
func connectDatabase(application string) connector {
	return func(ctx context.Context, dir string, counter *reload.Counter) (client, error) {
		pool, err := pgxreload.Open(ctx, dir, pgxreload.Options{
			Options: reload.Options{Counter: counter},
			Configure: func(config *pgxpool.Config) error {
				config.ConnConfig.RuntimeParams["application_name"] = application
				config.MaxConns = workers
				return nil
			},
		})
		return &database{pool}, err
	}
}

func (d *database) use(ctx context.Context) error {
	_, err := d.Exec(ctx, "WITH new AS (INSERT INTO events (note) VALUES ('demo') RETURNING id) DELETE FROM events WHERE id < (SELECT id FROM new) - 1000")
	return err
}
