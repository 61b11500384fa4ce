package journal

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// postgresMigrations lead from each version of the tables to the next; the
// table version counts those done. A migration that was released is never
// changed.
func postgresMigrations() []string {
	return []string{
		`
		CREATE TABLE rotadeck.version (done int NOT NULL);
		COMMENT ON TABLE rotadeck.version IS 'journal of rotadeck: how many migrations of its tables were done';
		INSERT INTO rotadeck.version VALUES (0);
		CREATE TABLE rotadeck.locks (
			credential text PRIMARY KEY,
			token      bigint NOT NULL,      -- only grows
			holder     text NOT NULL,        -- JSON; who took it last
			held       boolean NOT NULL,     -- false once it was given back
			guarded    boolean NOT NULL,     -- whether the holder got the advisory lock
			seen       timestamptz NOT NULL  -- when the holder was last heard of, by this server's clock
		);
		CREATE TABLE rotadeck.runs (
			number     bigint GENERATED ALWAYS AS IDENTITY UNIQUE, -- in which order they began
			run        text PRIMARY KEY,
			credential text NOT NULL REFERENCES rotadeck.locks,
			status     text NOT NULL,
			summary    text NOT NULL -- JSON: the run's events folded
		);
		CREATE INDEX ON rotadeck.runs (credential, number);
		CREATE TABLE rotadeck.events (
			run  text NOT NULL REFERENCES rotadeck.runs,
			seq  bigint NOT NULL,
			at   timestamptz NOT NULL,
			type text NOT NULL,
			body text NOT NULL, -- JSON
			PRIMARY KEY (run, seq)
		);`,
	}
}

// prepare makes sure, once, that the tables are there and up to date.
func (j *Postgres) prepare(ctx context.Context, session *pgx.Conn) error {
	if j.ready.Load() {
		return nil
	}
	if err := checkEncoding(ctx, session); err != nil {
		return err
	}
	version, err := j.version(ctx, session)
	if err != nil {
		return err
	}
	if version < len(postgresMigrations()) {
		if err := pgx.BeginFunc(ctx, session, func(tx pgx.Tx) error { return j.migrate(ctx, tx) }); err != nil {
			return err
		}
	}
	j.ready.Store(true)
	return nil
}

func checkEncoding(ctx context.Context, session *pgx.Conn) error {
	var encoding string
	if err := session.QueryRow(ctx, `SELECT current_setting('server_encoding')`).Scan(&encoding); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return engine.NewProblem(nil, "make another one for the journal, WITH ENCODING 'UTF8' TEMPLATE template0",
			"the journal's database has the encoding %s, which cannot hold every text", encoding)
	}
	return nil
}

type querier interface {
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
}

// version is the number of migrations done: 0 when there are no tables. A
// journal of a newer version, and a schema of another program, are errors.
func (j *Postgres) version(ctx context.Context, q querier) (int, error) {
	var schema, own bool
	var others int
	err := q.QueryRow(ctx, `SELECT count(DISTINCT n.oid) > 0, coalesce(bool_or(c.relname = 'version'), false), count(c.oid)
		FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid WHERE n.nspname = 'rotadeck'`).Scan(&schema, &own, &others)
	switch {
	case err != nil:
		return 0, err
	case !own && others > 0:
		return 0, engine.NewProblem(nil, "give another database for the journal",
			"the schema rotadeck of %s is of another program", j)
	case !own:
		return 0, nil
	}
	var version int
	if err := q.QueryRow(ctx, `SELECT done FROM rotadeck.version`).Scan(&version); err != nil {
		return 0, err
	}
	if known := len(postgresMigrations()); version > known {
		return 0, engine.NewProblem(nil, "use the rotadeck that wrote it, or a newer one",
			"the journal %s has version %d, and this rotadeck knows versions up to %d", j, version, known)
	}
	return version, nil
}

// migrate brings the tables up to date. Of several who open a new journal at
// once, the others wait and find it done.
func (j *Postgres) migrate(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, lockKey("setup of the journal")); err != nil {
		return err
	}
	version, err := j.version(ctx, tx)
	if err != nil || version == len(postgresMigrations()) {
		return err
	}
	if err := j.makeSchema(ctx, tx); err != nil {
		return err
	}
	for _, step := range postgresMigrations()[version:] {
		if _, err := tx.Exec(ctx, step, pgx.QueryExecModeSimpleProtocol); err != nil {
			return fmt.Errorf("migrate from version %d: %w", version, err)
		}
	}
	_, err = tx.Exec(ctx, `UPDATE rotadeck.version SET done = $1`, len(postgresMigrations()))
	return err
}

// makeSchema makes the schema, or says who has to. An administrator may have
// made it, empty, for a user who may make none.
func (j *Postgres) makeSchema(ctx context.Context, tx pgx.Tx) error {
	var there, mayCreate bool
	err := tx.QueryRow(ctx, `SELECT n.oid IS NOT NULL, CASE WHEN n.oid IS NULL
			THEN has_database_privilege(current_database(), 'CREATE') ELSE has_schema_privilege(n.oid, 'CREATE') END
		FROM (VALUES (1)) AS one LEFT JOIN pg_namespace n ON n.nspname = 'rotadeck'`).Scan(&there, &mayCreate)
	switch {
	case err != nil:
		return err
	case !mayCreate && there:
		return engine.NewProblem(nil, "let its owner run: GRANT CREATE, USAGE ON SCHEMA rotadeck TO "+quote(j.dialer.User),
			"cannot make the tables of the journal %s: the user may not make any in the schema rotadeck", j)
	case !mayCreate:
		return engine.NewProblem(nil, "let the owner of the database run there: CREATE SCHEMA rotadeck AUTHORIZATION "+quote(j.dialer.User),
			"cannot make the journal %s: the user may not make a schema", j)
	case there:
		return nil
	}
	_, err = tx.Exec(ctx, `CREATE SCHEMA rotadeck`)
	return err
}
