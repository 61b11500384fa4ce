package postgres

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// What follows a stage's name in the names of its roles and its database.
const (
	stageUserA    = "_a"
	stageUserB    = "_b"
	stageOwner    = "_owner"
	stageMember   = "_m" // and a number
	stageDatabase = "_db"
)

// Stage lists what a scratch copy of the target takes: roles that stand in for
// the two users, the owner role and those that they are members of, and a
// database in which empty objects stand in for those of the grants. It looks at
// the server for whether the administrator may make a database.
func (t *Target) Stage(ctx context.Context, name, mark string) (engine.Stage, error) {
	s := t.scratch(name, mark)
	if err := s.permitted(ctx); err != nil {
		return engine.Stage{}, err
	}
	m, err := s.target.Generate(ctx, engine.SlotA, nil)
	if err != nil {
		return engine.Stage{}, err
	}
	return engine.Stage{
		Target: s.target, Material: m, Without: s.without,
		Make: []engine.Change{s.makeRoles(), s.makeDatabase(), s.makeObjects(), s.admit(m)}, Remove: s.remove(),
	}, nil
}

// scratch is what a stage is made of.
type scratch struct {
	from    *Target // the real one, whose server it stands on
	target  *Target
	name    string
	mark    string
	roles   []string // all of them
	objects []string // the statements that make them
	without []string
	version int // of the server, once asked
}

// scratch is the target's copy under other names. Changes are made as on the real
// one, at the primary alone.
func (t *Target) scratch(name, mark string) *scratch {
	s := &scratch{from: t, name: name, mark: mark, target: &Target{
		database: name + stageDatabase, length: t.length, dialer: t.dialer, endpoints: t.endpoints[:1],
		users: map[engine.Slot]string{engine.SlotA: name + stageUserA, engine.SlotB: name + stageUserB},
		admin: &admin{
			dialer: t.admin.dialer, endpoint: t.admin.endpoint, database: name + stageDatabase,
			user: t.admin.user, password: t.admin.password, secrets: t.admin.secrets,
		},
	}}
	s.roles = []string{name + stageUserA, name + stageUserB}
	if t.owner != "" {
		s.target.owner = name + stageOwner
		s.roles = append(s.roles, s.target.owner)
	}
	for _, r := range t.rights {
		s.stand(r)
	}
	if len(t.endpoints)+len(t.replicas)+len(t.poolers) > 1 {
		s.without = append(s.without, "replicas, PgBouncer and further endpoints: only the primary takes part")
	}
	return s
}

// permitted wants an administrator who may make roles and databases.
func (s *scratch) permitted(ctx context.Context) error {
	var database, role bool
	err := s.from.session(ctx, func(session session) error {
		s.version = versionOf(session)
		return session.QueryRow(ctx, "SELECT rolsuper OR rolcreatedb, rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").
			Scan(&database, &role)
	})
	switch {
	case err != nil:
		return engine.AsProblem(err)
	case !role:
		return s.lacking("roles", "CREATEROLE")
	case !database:
		return s.lacking("databases, which a rehearsal needs one of", "CREATEDB")
	}
	return nil
}

func (s *scratch) lacking(what, attribute string) error {
	admin := s.from.admin.user
	return engine.NewProblem(nil, "ALTER ROLE "+quote(admin)+" "+attribute, "the administrator %s may not create %s", admin, what)
}

// makeRoles makes every role, unable to log in, and marks it in the same
// transaction.
func (s *scratch) makeRoles() engine.Change {
	return engine.Change{
		Name: "make-scratch-roles", What: "create " + strings.Join(s.roles, ", ") + ", which cannot log in",
		Where: s.from.Where(), Statement: s.roleStatements(nil), Undo: s.dropping(s.roles),
		Apply: func(ctx context.Context) error {
			missing, _, err := s.from.missing(ctx, s.roles)
			if err != nil {
				return engine.NotAppliedError(err)
			}
			there := slices.DeleteFunc(slices.Clone(s.roles), func(role string) bool { return slices.Contains(missing, role) })
			return s.from.apply(ctx, s.roleStatements(there))
		},
	}
}

func (s *scratch) roleStatements(there []string) string {
	var statements []string
	for _, role := range s.roles {
		if slices.Contains(there, role) {
			statements = append(statements, disabling(role))
			continue
		}
		statements = append(statements, creating(role), "COMMENT ON ROLE "+quote(role)+" IS "+literal(s.mark))
	}
	return strings.Join(statements, separator) + ";"
}

func (s *scratch) dropping(roles []string) string {
	var statements []string
	for _, role := range roles {
		statements = append(statements, "DROP ROLE "+quote(role))
	}
	return strings.Join(statements, separator) + ";"
}

// makeDatabase makes the database and marks it. Between the two it has no mark:
// then that of the user of slot a speaks for it.
func (s *scratch) makeDatabase() engine.Change {
	database := s.target.database
	create := "CREATE DATABASE " + quote(database) + " TEMPLATE template0"
	comment := "COMMENT ON DATABASE " + quote(database) + " IS " + literal(s.mark)
	return engine.Change{
		Name: "make-scratch-database", What: "create the database " + database, Where: s.from.Where(),
		Statement: create + separator + comment + ";", Undo: "DROP DATABASE " + quote(database) + ";",
		Apply: func(ctx context.Context) error {
			var there bool
			err := s.from.session(ctx, func(session session) error {
				return session.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database).Scan(&there)
			})
			if err != nil {
				return engine.NotAppliedError(err)
			}
			if !there {
				if err := s.from.alone(ctx, create); err != nil {
					return err
				}
			}
			return s.from.apply(ctx, comment)
		},
	}
}

// makeObjects makes what stands in for the objects of the grants.
func (s *scratch) makeObjects() engine.Change {
	text := strings.Join(append(slices.Clone(s.objects), "SELECT"), separator) + ";"
	return engine.Change{
		Name: "make-scratch-objects", What: fmt.Sprintf("create what stands in for the objects of the grants (%d statements)", len(s.objects)),
		Where: s.target.Where(), Statement: strings.Join(s.objects, separator),
		Apply: func(ctx context.Context) error { return s.target.apply(ctx, text) },
	}
}

// admit gives the first credential of the stage its password, as Create does for
// each later one.
func (s *scratch) admit(m engine.Material) engine.Change {
	user := s.target.users[engine.SlotA]
	e := enabling{target: s.target, user: user, verifier: maskedVerifier, version: s.version}
	return engine.Change{
		Name: "admit-scratch-user", What: "give " + user + " a password, LOGIN" + s.target.countRights(),
		Where: s.target.Where(), Statement: e.text(), Undo: disabling(user) + ";",
		Apply: func(ctx context.Context) error {
			verifier, err := newVerifier(rand.Reader, m[engine.FieldPassword])
			if err != nil {
				return err
			}
			return e.apply(ctx, verifier)
		},
	}
}

// alone runs a statement that no transaction takes.
func (t *Target) alone(ctx context.Context, statement string) error {
	return outcome(t.session(ctx, func(s session) error {
		if _, err := s.PgConn().Exec(ctx, t.primary.guard()).ReadAll(); err != nil {
			return engine.NotAppliedError(err)
		}
		_, err := s.PgConn().Exec(ctx, statement).ReadAll()
		return err
	}))
}
