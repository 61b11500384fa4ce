package postgres

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// right is what both users get: a grant, a default privilege or a membership.
type right struct {
	privileges []privilege // none for a membership
	on         string      // "TABLE", "ALL TABLES IN SCHEMA", "TABLES" for a default privilege
	objects    []object
	schemas    []pgx.Identifier // of a default privilege
	creators   []pgx.Identifier // of a default privilege: who makes the objects
}

// privilege is a word such as SELECT, for some columns or for all.
type privilege struct {
	word    string
	columns []pgx.Identifier
}

// String is the privilege as it stands in GRANT.
func (p privilege) String() string {
	if len(p.columns) == 0 {
		return p.word
	}
	return p.word + " (" + joined(p.columns) + ")"
}

// object is what a privilege is for. Routines may have the types of their
// arguments in brackets.
type object struct {
	name      pgx.Identifier
	arguments string
}

// Sanitize is the object as it stands in GRANT.
func (o object) Sanitize() string { return o.name.Sanitize() + o.arguments }

// statement gives the right to user.
func (r right) statement(user string) string {
	to := " TO " + quote(user)
	switch {
	case r.isMembership():
		return "GRANT " + joined(r.objects) + to
	case r.isDefault():
		text := "ALTER DEFAULT PRIVILEGES"
		if len(r.creators) > 0 {
			text += " FOR ROLE " + joined(r.creators)
		}
		if len(r.schemas) > 0 {
			text += " IN SCHEMA " + joined(r.schemas)
		}
		return text + " GRANT " + r.granted() + " ON " + r.on + to
	default:
		return "GRANT " + r.granted() + " ON " + r.on + " " + joined(r.objects) + to
	}
}

// granted lists the privileges.
func (r right) granted() string {
	words := make([]string, len(r.privileges))
	for i, p := range r.privileges {
		words[i] = p.String()
	}
	return strings.Join(words, ", ")
}

func (r right) isMembership() bool { return len(r.privileges) == 0 }

func (r right) isDefault() bool { return len(r.privileges) > 0 && len(r.objects) == 0 }

// parseRights reads the settings of rights.
func parseRights(part engine.Part) ([]right, error) {
	var rights []right
	for _, name := range part.Settings.List(settingMemberOf) {
		if err := checkName(name); err != nil {
			return nil, problem(part, settingMemberOf, err)
		}
		rights = append(rights, right{objects: []object{{name: pgx.Identifier{name}}}})
	}
	for setting, parse := range map[string]func(string) (right, error){
		settingGrants: parseGrant, settingDefaultPrivileges: parseDefaultPrivilege,
	} {
		for _, text := range part.Settings.List(setting) {
			r, err := parse(text)
			if err != nil {
				return nil, problem(part, setting, err)
			}
			rights = append(rights, r)
		}
	}
	// Memberships and grants first, then what is for the future.
	slices.SortStableFunc(rights, func(a, b right) int { return a.rank() - b.rank() })
	return rights, nil
}

func (r right) rank() int {
	switch {
	case r.isMembership():
		return 0
	case !r.isDefault():
		return 1
	default:
		return 2
	}
}

func checkGrant(text string) error {
	_, err := parseGrant(text)
	return err
}

func checkDefaultPrivilege(text string) error {
	_, err := parseDefaultPrivilege(text)
	return err
}

// quote makes an identifier of a name, whatever characters it has.
func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// literal makes a string constant (standard_conforming_strings is on since
// PostgreSQL 9.1: a backslash means itself).
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func joined[T interface{ Sanitize() string }](names []T) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = name.Sanitize()
	}
	return strings.Join(quoted, ", ")
}
