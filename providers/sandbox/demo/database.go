package demo

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/engine"
)

// database is a client of PostgreSQL: it writes a row and reads some.
type database struct {
	pool *pgxpool.Pool
	user string
}

var _ client = (*database)(nil)

// connectDatabase connects as application, with what is mounted.
func connectDatabase(application string) connector {
	return func(ctx context.Context, m mount) (client, error) {
		config, err := pgxpool.ParseConfig(fmt.Sprintf("host=%s port=%s dbname=%s sslmode=%s user=none password=none application_name=%s pool_max_conns=%d",
			m[engine.FieldHost], m[engine.FieldPort], m[engine.FieldDatabase], m[engine.FieldSSLMode], application, workers))
		if err != nil {
			return nil, fmt.Errorf("prepare a pool: %w", err)
		}
		config.ConnConfig.User, config.ConnConfig.Password = m[engine.FieldUsername], m[engine.FieldPassword]
		// A pool outlives the reload that makes it.
		pool, err := pgxpool.NewWithConfig(context.WithoutCancel(ctx), config)
		if err != nil {
			return nil, fmt.Errorf("open a pool: %w", err)
		}
		return &database{pool: pool, user: m[engine.FieldUsername]}, nil
	}
}

func (d *database) use(ctx context.Context) error {
	_, err := d.pool.Exec(ctx, "WITH new AS (INSERT INTO events (note) VALUES ('demo') RETURNING id) DELETE FROM events WHERE id < (SELECT id FROM new) - 1000")
	return err
}

func (d *database) identity() string { return d.user }

func (d *database) close() { d.pool.Close() }
