package postgres

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// right is what both users get: a grant, a default privilege or a membership.
type right struct {
	privileges []string // "SELECT"; none for a membership
	on         string   // "TABLE", "ALL TABLES IN SCHEMA", "TABLES" for a default privilege
	names      []pgx.Identifier
	schemas    []pgx.Identifier // of a default privilege
	creators   []pgx.Identifier // of a default privilege: who makes the objects
}

// statement gives the right to user.
func (r right) statement(user string) string {
	to := " TO " + quote(user)
	switch {
	case r.isMembership():
		return "GRANT " + joined(r.names) + to
	case r.isDefault():
		text := "ALTER DEFAULT PRIVILEGES"
		if len(r.creators) > 0 {
			text += " FOR ROLE " + joined(r.creators)
		}
		if len(r.schemas) > 0 {
			text += " IN SCHEMA " + joined(r.schemas)
		}
		return text + " GRANT " + strings.Join(r.privileges, ", ") + " ON " + r.on + to
	default:
		return "GRANT " + strings.Join(r.privileges, ", ") + " ON " + r.on + " " + joined(r.names) + to
	}
}

func (r right) isMembership() bool { return len(r.privileges) == 0 }

func (r right) isDefault() bool { return len(r.privileges) > 0 && len(r.names) == 0 }

// parseRights reads the settings of rights.
func parseRights(part engine.Part) ([]right, error) {
	var rights []right
	for _, name := range part.Settings.List(settingMemberOf) {
		if err := checkName(name); err != nil {
			return nil, problem(part, settingMemberOf, err)
		}
		rights = append(rights, right{names: []pgx.Identifier{{name}}})
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

func joined(names []pgx.Identifier) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = name.Sanitize()
	}
	return strings.Join(quoted, ", ")
}
