package mysql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// remove lists two changes: the users go first, while the mark that speaks for
// them is there.
func (s *scratch) remove() []engine.Change {
	var dropping []string
	for _, user := range s.users {
		for _, a := range s.from.accounts(user) {
			dropping = append(dropping, "DROP USER IF EXISTS "+a.String())
		}
	}
	database := "DROP DATABASE IF EXISTS " + identifier(s.site.database)
	return []engine.Change{
		{
			Name: "drop-scratch-users", What: "drop " + strings.Join(s.users, ", ") + ", and whatever other user a rehearsal of it has left",
			Where: s.from.Where(), Statement: strings.Join(dropping, ";\n") + ";",
			Apply: func(ctx context.Context) error { return s.drop(ctx, (*remains).users) },
		},
		{
			Name: "drop-scratch-databases", What: "drop " + s.site.database + ", and whatever other database a rehearsal of it has left",
			Where: s.from.Where(), Statement: database + ";",
			Apply: func(ctx context.Context) error { return s.drop(ctx, (*remains).dropped) },
		},
	}
}

// remains are what has a name that begins with the stage's.
type remains struct {
	accounts  []account
	databases map[string]bool // and whether they bear the mark, or hold nothing
}

// drop drops what bears the mark, and refuses to go on beside what does not.
func (s *scratch) drop(ctx context.Context, list func(*remains) []string) error {
	r, err := s.left(ctx)
	if err == nil {
		err = r.foreign()
	}
	if err != nil {
		return engine.NotAppliedError(err)
	}
	for _, statement := range list(r) {
		if err := s.from.apply(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (r *remains) users() []string {
	var statements []string
	for _, a := range r.accounts {
		statements = append(statements, "DROP USER IF EXISTS "+a.String())
	}
	return statements
}

func (r *remains) dropped() []string {
	var statements []string
	for database := range r.databases {
		statements = append(statements, "DROP DATABASE IF EXISTS "+identifier(database))
	}
	slices.Sort(statements)
	return statements
}

// foreign says what no mark speaks for.
func (r *remains) foreign() error {
	const hint = "see whose it is; only a person may drop it"
	for database, marked := range r.databases {
		if !marked {
			return engine.NewProblem(nil, hint, "the database %s does not bear the mark of a rehearsal", database)
		}
	}
	for _, a := range r.accounts {
		stage := strings.TrimSuffix(strings.TrimSuffix(a.user, stageUserA), stageUserB)
		if !r.databases[stage+stageDatabase] {
			return engine.NewProblem(nil, hint, "no mark of a rehearsal speaks for the user %s", a)
		}
	}
	return nil
}

// left looks for what is there. LIKE takes what stands before % as it is, once
// escaped.
func (s *scratch) left(ctx context.Context) (*remains, error) {
	r := &remains{databases: map[string]bool{}}
	pattern := literal(strings.NewReplacer(`\`, `\\`, "_", `\_`, "%", `\%`).Replace(s.name) + "%")
	err := s.from.admin.use(ctx, func(conn session) error {
		accounts, err := conn.couples(ctx, "SELECT User, Host FROM mysql.user WHERE User LIKE "+pattern+" ORDER BY User, Host")
		if err != nil {
			return err
		}
		for _, pair := range accounts {
			r.accounts = append(r.accounts, account{pair[0], pair[1]})
		}
		// A database that holds nothing was left before its mark was made: nothing is lost with it.
		databases, err := conn.couples(ctx, "SELECT s.SCHEMA_NAME, CAST(COUNT(t.TABLE_NAME) = 0 OR COALESCE(MAX(t.TABLE_NAME = "+literal(markTable)+
			" AND t.TABLE_COMMENT = "+literal(s.mark)+"), 0) AS CHAR) FROM information_schema.SCHEMATA s LEFT JOIN information_schema.TABLES t "+
			"ON t.TABLE_SCHEMA = s.SCHEMA_NAME WHERE s.SCHEMA_NAME LIKE "+pattern+" GROUP BY s.SCHEMA_NAME")
		for _, pair := range databases {
			r.databases[pair[0]] = pair[1] == "1"
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look at what a rehearsal has left: %w", err)
	}
	return r, nil
}

// couples reads rows of two texts.
func (s session) couples(ctx context.Context, query string) ([][2]string, error) {
	rows, err := s.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // what was only read has nothing to lose
	var list [][2]string
	for rows.Next() {
		var pair [2]string
		if err := rows.Scan(&pair[0], &pair[1]); err != nil {
			return nil, err
		}
		list = append(list, pair)
	}
	return list, rows.Err()
}
