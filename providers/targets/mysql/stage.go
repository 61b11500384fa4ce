package mysql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// What follows a stage's name in the names of its users and its database. A user
// has room for 32 characters on MySQL.
const (
	stageUserA    = "_a"
	stageUserB    = "_b"
	stageDatabase = "_db"
)

// markTable is the table whose comment is the mark: neither users nor, on MySQL,
// databases have one. It is made before any user, and goes after them.
const markTable = "rotadeck_rehearsal"

// Stage lists what a scratch copy of the target takes: two users, and a database
// in which empty tables stand in for those of the grants. It looks at the server
// for whether the administrator may make one.
func (t *Target) Stage(ctx context.Context, name, mark string) (engine.Stage, error) {
	s := newScratch(&t.site, name, mark)
	target := &Target{site: s.site, users: map[engine.Slot]string{engine.SlotA: name + stageUserA, engine.SlotB: name + stageUserB}}
	for _, g := range t.grants {
		target.grants = append(target.grants, s.stand(g)...)
	}
	if len(target.grants) == 0 {
		target.grants = []grant{{privileges: []string{"SELECT"}, object: s.whole()}}
		s.without = append(s.without, "the rights that one user has from the other: SELECT on "+name+stageDatabase+" instead")
	}
	for _, role := range t.roles {
		s.without = append(s.without, "the role "+role)
	}
	s.users = []string{name + stageUserA, name + stageUserB}
	return s.stage(ctx, target, target.admit)
}

// Stage is that of a pair of users, for one with two passwords.
func (t *DualTarget) Stage(ctx context.Context, name, mark string) (engine.Stage, error) {
	s := newScratch(&t.site, name, mark)
	s.without = append(s.without, "the rights of "+t.user+": SELECT on "+name+stageDatabase+" instead")
	target := &DualTarget{site: s.site, user: name + stageUserA}
	s.users = []string{target.user}
	return s.stage(ctx, target, target.admit)
}

// scratch is what a stage is made of.
type scratch struct {
	from    *site // the real one
	site    site  // the same server, another database
	name    string
	mark    string
	users   []string
	tables  []string // the statements that make them
	without []string
}

func newScratch(from *site, name, mark string) *scratch {
	s := &scratch{from: from, name: name, mark: mark, site: *from}
	s.site.database, s.site.endpoints, s.site.replicas = name+stageDatabase, from.endpoints[:1], nil
	s.site.admin = &admin{
		dialer: from.admin.dialer, endpoint: from.admin.endpoint, user: from.admin.user,
		password: from.admin.password, secrets: from.admin.secrets,
	}
	s.site.own = &ownSessions{}
	if len(from.endpoints) > 1 {
		s.without = append(s.without, "replicas and further endpoints: only the server that takes changes takes part")
	}
	return s
}

// rehearsable is a target that a stage is about.
type rehearsable interface {
	engine.Target
	engine.Rotatable
}

// admitting makes the changes that let the first user of a stage in.
type admitting func(ctx context.Context, m engine.Material) ([]engine.Change, error)

func (s *scratch) stage(ctx context.Context, target rehearsable, admit admitting) (engine.Stage, error) {
	if err := s.permitted(ctx); err != nil {
		return engine.Stage{}, err
	}
	m, err := target.Generate(ctx, engine.SlotA, nil)
	if err != nil {
		return engine.Stage{}, err
	}
	planned, err := admit(ctx, nil)
	if err != nil {
		return engine.Stage{}, engine.AsProblem(err)
	}
	var statements []string
	for _, change := range planned {
		statements = append(statements, change.Statement)
	}
	return engine.Stage{
		Target: target, Material: m, Without: s.without, Remove: s.remove(),
		Make: []engine.Change{s.makeDatabase(), {
			Name: "admit-scratch-users", What: "create " + strings.Join(s.users, ", ") + ": the first with a password and its rights", Where: s.from.Where(),
			Statement: strings.Join(statements, "\n"), Undo: "DROP USER " + literal(s.users[0]) + ";",
			Apply: func(ctx context.Context) error {
				changes, err := admit(ctx, m)
				if err != nil {
					return engine.NotAppliedError(err)
				}
				for _, change := range changes {
					if err := change.Apply(ctx); err != nil {
						return err
					}
				}
				return nil
			},
		}},
	}, nil
}

// permitted wants an administrator who may make the database, drop it, and give
// rights on it.
func (s *scratch) permitted(ctx context.Context) error {
	var own []holding
	var self account
	err := s.from.admin.use(ctx, func(conn session) (err error) {
		if self, err = conn.self(ctx); err != nil {
			return err
		}
		own, err = conn.ownHoldings(ctx)
		return err
	})
	if err != nil {
		return engine.AsProblem(err)
	}
	levels := levelsOf(s.whole())
	for _, privilege := range []string{"CREATE", "DROP", "SELECT", "GRANT OPTION"} {
		if !authority(own).has(privilege, levels...) {
			return engine.NewProblem(nil, "GRANT ALL PRIVILEGES ON `rotadeck\\_rehearsal\\_%`.* TO "+self.String()+" WITH GRANT OPTION",
				"the administrator %s lacks %s on databases of a rehearsal", s.from.admin.user, privilege)
		}
	}
	return nil
}

// makeDatabase makes the database, the mark in it, and then what stands in for
// the tables of the grants.
func (s *scratch) makeDatabase() engine.Change {
	database := identifier(s.site.database)
	statements := append([]string{
		"CREATE DATABASE IF NOT EXISTS " + database,
		"CREATE TABLE IF NOT EXISTS " + database + "." + identifier(markTable) + " (id INT) COMMENT " + literal(s.mark),
	}, s.tables...)
	return engine.Change{
		Name: "make-scratch-database", What: "create the database " + s.site.database + ", with what stands in for the tables of the grants",
		Where: s.from.Where(), Statement: strings.Join(statements, ";\n") + ";", Undo: "DROP DATABASE " + database + ";",
		Apply: func(ctx context.Context) error {
			for i, statement := range statements {
				err := s.from.apply(ctx, statement)
				if err != nil && i > 0 && engine.OutcomeOf(err) == engine.NotApplied {
					return fmt.Errorf("after %d of %d statements: %s", i, len(statements), err) // so some of it was applied
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// stand is a right like g on objects of the stage; none where it has no place
// there, which is then said.
func (s *scratch) stand(g grant) []grant {
	database := identifier(s.site.database)
	at := strings.LastIndex(g.object, "`.")
	switch {
	case strings.HasPrefix(g.object, "`") && strings.HasSuffix(g.object, "`.*"):
		g.object = s.whole()
	case strings.HasPrefix(g.object, "`") && at > 0 && strings.Count(g.object, "`.`") == 1:
		table := g.object[strings.Index(g.object, "`.`")+2:]
		g.object = database + "." + table
		s.table(g)
	default:
		s.without = append(s.without, "the right "+strings.Join(g.privileges, ", ")+" ON "+g.object)
		return nil
	}
	return []grant{g}
}

// whole is the database in a right on all of it, where its name is a pattern.
func (s *scratch) whole() string { return wholeOf(s.site.database) }

func wholeOf(database string) string {
	return identifier(strings.NewReplacer("_", `\_`, "%", `\%`).Replace(database)) + ".*"
}

// table makes the table of a right, with the columns that it names.
func (s *scratch) table(g grant) {
	columns := []string{"`rotadeck_rehearsal` INT"}
	for _, privilege := range g.privileges {
		_, column, found := strings.Cut(privilege, " (")
		if column = strings.TrimSuffix(column, ")") + " INT"; found && !slices.Contains(columns, column) {
			columns = append(columns, column)
		}
	}
	for i, statement := range s.tables {
		if head, _, _ := strings.Cut(statement, " ("); head == "CREATE TABLE IF NOT EXISTS "+g.object {
			for _, column := range columns {
				if !strings.Contains(statement, column) {
					s.tables[i] = strings.TrimSuffix(s.tables[i], ")") + ", " + column + ")"
				}
			}
			return
		}
	}
	s.tables = append(s.tables, "CREATE TABLE IF NOT EXISTS "+g.object+" ("+strings.Join(columns, ", ")+")")
}

// admit lists what makes both users of a stage: that of slot a as Create does, and
// the other one locked, with a password that nobody knows.
func (t *Target) admit(ctx context.Context, m engine.Material) ([]engine.Change, error) {
	nobodys, err := t.nobodys(m)
	if err != nil {
		return nil, err
	}
	defer func() { _ = nobodys.Close() }() // never fails
	changes, err := t.Create(ctx, engine.SlotA, m)
	if err != nil {
		return nil, err
	}
	other := t.users[engine.SlotB]
	err = t.admin.use(ctx, func(s session) error {
		plugin, err := t.pluginFor(nil, s.server)
		if err != nil {
			return err
		}
		password, err := t.credentialOf(s.server, plugin, engine.SlotB, nobodys)
		if err != nil {
			return err
		}
		for _, a := range t.accounts(other) {
			changes = append(changes,
				t.change(password, statement{name: "create-other-user", what: "create " + a.String() + ", locked", before: "CREATE USER IF NOT EXISTS " + a.String() + " ", after: " ACCOUNT LOCK"}, a),
				t.plain(m != nil, statement{name: "lock-other-user", what: "lock " + a.String(), before: locking(a)}, a))
		}
		return nil
	})
	return changes, err
}

// nobodys is material like m with a password that is forgotten; nil for a plan.
func (t *Target) nobodys(m engine.Material) (engine.Material, error) {
	if m == nil {
		return nil, nil
	}
	return t.Spoil(m)
}

// admit lists what makes the user of a stage, with one password.
func (t *DualTarget) admit(ctx context.Context, m engine.Material) ([]engine.Change, error) {
	var changes []engine.Change
	err := t.admin.use(ctx, func(s session) error {
		if !s.server.keepsTwoPasswords() {
			return noDualPasswords(s.server)
		}
		plugin := orDefault(t.plugin, pluginCachingSHA2)
		password, err := t.credentialOf(s.server, plugin, engine.SlotA, m)
		if err != nil {
			return err
		}
		for _, a := range t.accounts(t.user) {
			changes = append(changes,
				t.change(password, statement{name: "create-user", what: "create " + a.String(), before: "CREATE USER IF NOT EXISTS " + a.String() + " ", after: " ACCOUNT UNLOCK"}, a),
				t.change(password, statement{name: "set-password", what: "give " + a.String() + " its password", before: "ALTER USER " + a.String() + " "}, a),
				t.plain(m != nil, statement{name: "one-password", what: "keep no second password of " + a.String(), before: "ALTER USER " + a.String() + " DISCARD OLD PASSWORD"}, a),
				t.plain(m != nil, statement{name: "grant-1", what: "give " + a.String() + " a right", before: "GRANT SELECT ON " + wholeOf(t.database) + " TO " + a.String()}, a))
		}
		return nil
	})
	return changes, err
}
