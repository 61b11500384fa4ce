package postgres

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// markedQuery lists what has a name that begins with $1, and whether it bears the
// mark $2. A database may have been left between its creation and its comment:
// then the role that is made before it, and goes after it, speaks for it.
const markedQuery = `
WITH role AS (SELECT rolname, coalesce(shobj_description(oid, 'pg_authid') = $2, false) AS marked FROM pg_roles WHERE starts_with(rolname, $1))
SELECT true, datname, coalesce(shobj_description(oid, 'pg_database') = $2, EXISTS (
	SELECT FROM role WHERE marked AND rolname = regexp_replace(datname, '_db$', '_a')))
FROM pg_database WHERE starts_with(datname, $1)
UNION ALL SELECT false, rolname, marked FROM role ORDER BY 1 DESC, 2`

// forceDrops is the version whose DROP DATABASE ends the sessions in it.
const forceDrops = 13

// found is a role or a database of a stage.
type found struct {
	database bool
	name     string
	marked   bool
}

// String names it for people.
func (f found) String() string {
	if f.database {
		return "the database " + f.name
	}
	return "the role " + f.name
}

// remove lists two changes: the databases go first, with the sessions in them,
// and then nothing holds the roles.
func (s *scratch) remove() []engine.Change {
	database := quote(s.target.database)
	return []engine.Change{
		{
			Name: "drop-scratch-databases", What: "drop " + s.target.database + ", and whatever other database a rehearsal of it has left",
			Where: s.from.Where(), Statement: "DROP DATABASE IF EXISTS " + database + " WITH (FORCE);",
			Apply: func(ctx context.Context) error { return s.drop(ctx, true) },
		},
		{
			Name: "drop-scratch-roles", What: "drop " + strings.Join(s.roles, ", ") + ", and whatever other role a rehearsal of it has left",
			Where: s.from.Where(), Statement: s.dropping(s.roles),
			Apply: func(ctx context.Context) error { return s.drop(ctx, false) },
		},
	}
}

// drop drops what bears the mark, and refuses to go on beside what does not.
func (s *scratch) drop(ctx context.Context, databases bool) error {
	list, err := s.left(ctx)
	if err != nil {
		return engine.NotAppliedError(err)
	}
	for _, f := range list {
		switch {
		case !f.marked:
			return engine.NotAppliedError(engine.NewProblem(nil, "see whose it is; only a person may drop it",
				"%s does not bear the mark of a rehearsal", f))
		case f.database != databases:
		case databases:
			err = s.dropDatabase(ctx, f.name)
		default:
			err = s.from.apply(ctx, s.dropping([]string{f.name}))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *scratch) left(ctx context.Context) (list []found, err error) {
	err = s.from.session(ctx, func(session session) error {
		rows, err := session.Query(ctx, markedQuery, s.name, s.mark)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (f found, err error) {
			return f, row.Scan(&f.database, &f.name, &f.marked)
		})
		return err
	})
	return list, looking("at what a rehearsal has left", err)
}

func (s *scratch) dropDatabase(ctx context.Context, name string) error {
	statement := "DROP DATABASE IF EXISTS " + quote(name)
	if s.version >= forceDrops {
		return s.from.alone(ctx, statement+" WITH (FORCE)")
	}
	if err := s.from.apply(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "+literal(name)); err != nil {
		return err
	}
	return s.from.alone(ctx, statement)
}
