package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// The owner-role pattern: a role that cannot log in owns what both users make,
// because each acts as it from login on (ALTER ROLE … SET role). Privileges are
// then checked as the owner role's, so that is who must have them. Members
// inherit them, which is what counts for CONNECT, checked at login before any
// setting is taken up, and for sessions that RESET ROLE by hand. A pooler that
// sends DISCARD ALL returns to the setting, not to the user. Settings and limits
// belong to who logs in, and stay with the users.

// joining makes user a member of the owner role who may act as it. Before
// version 16 every member may.
func joining(owner, user string, version int) string {
	statement := "GRANT " + quote(owner) + " TO " + quote(user)
	if version >= adminOptionNeeded {
		statement += " WITH INHERIT TRUE, SET TRUE"
	}
	return statement
}

// acting lets user act as owner in every new session.
func acting(owner, user, database string) string {
	return fmt.Sprintf("ALTER ROLE %s IN DATABASE %s SET role TO %s", quote(user), quote(database), literal(owner))
}

func creating(role string) string { return "CREATE ROLE " + quote(role) + " WITH NOLOGIN" }

// patternGaps lists what the owner-role pattern lacks.
func (c *comparison) patternGaps() []gap {
	if c.owner == "" {
		return nil
	}
	var list []gap
	if !c.exists(c.owner) {
		list = append(list, gap{engine.Difference{
			What: fmt.Sprintf("the owner role %s", c.owner), Remedy: creating(c.owner),
		}, "DROP ROLE " + quote(c.owner)})
	}
	member, acts := map[string]string{}, map[string]string{} // by user: what undoes it
	for _, h := range c.held {
		switch {
		case h.class != classPattern:
		case strings.HasPrefix(h.what, "member of ") && h.value == "":
			member[h.user] = h.from(h.user)
		case strings.HasPrefix(h.what, "setting ") && h.value == c.owner:
			acts[h.user] = h.from(h.user)
		}
	}
	list = append(list, c.patternGap("member of "+c.owner, member,
		func(user string) string { return joining(c.owner, user, c.version) },
		func(user string) string { return "REVOKE " + quote(c.owner) + " FROM " + quote(user) })...)
	return append(list, c.patternGap("acts as "+c.owner+" in database "+c.database, acts,
		func(user string) string { return acting(c.owner, user, c.database) },
		func(user string) string {
			return "ALTER ROLE " + quote(user) + " IN DATABASE " + quote(c.database) + " RESET role"
		})...)
}

// patternGap is about one part of the pattern, which both users must have.
func (c *comparison) patternGap(what string, have map[string]string, give, undo func(string) string) []gap {
	g := gap{Difference: engine.Difference{What: what}}
	var remedies, undos []string
	for _, s := range []side{c.old, c.next} {
		if _, has := have[s.user]; has {
			g.Slot = s.slot
			continue
		}
		remedies, undos = append(remedies, give(s.user)), append(undos, undo(s.user))
	}
	if len(remedies) == 0 {
		return nil
	}
	g.Remedy, g.undo = strings.Join(remedies, separator), strings.Join(undos, separator)
	return []gap{g}
}

// ownerQuery looks at the owner role: $1 is its name, $2 and $3 are the users.
// Before version 16, those with NOINHERIT would lose what is handed over to it
// in the sessions that they have.
const ownerQuery = `
SELECT oid IS NOT NULL, coalesce(rolsuper, false), coalesce(rolcanlogin, false), coalesce(pg_has_role(oid, 'USAGE WITH ADMIN OPTION'), false)
       OR before16 AND (SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user),
       ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname IN ($2, $3) AND NOT rolinherit AND before16 ORDER BY rolname)
FROM (SELECT current_setting('server_version_num')::int < 160000) AS v (before16) LEFT JOIN pg_roles ON rolname = $1`

// checkOwner says whether the owner role can be one. It asks nothing where none
// is wanted.
func (t *Target) checkOwner(ctx context.Context, s session) ([]engine.Check, error) {
	if t.owner == "" {
		return nil, nil
	}
	c := engine.Check{Name: "owner role", OK: true, Detail: t.owner + " will be created"}
	var there, superuser, login, may bool
	var alone []string
	err := s.QueryRow(ctx, ownerQuery, t.owner, t.users[engine.SlotA], t.users[engine.SlotB]).Scan(&there, &superuser, &login, &may, &alone)
	switch {
	case err != nil:
		return nil, looking("at the owner role", err)
	case len(alone) > 0:
		c.OK, c.Detail = false, strings.Join(alone, " and ")+" would lose what is handed over to "+t.owner+", in the sessions of now: NOINHERIT"
		c.Hint = "ALTER ROLE " + quote(alone[0]) + " INHERIT"
	case !there:
	case superuser:
		c.OK, c.Detail, c.Hint = false, t.owner+" may do anything: SUPERUSER", "ALTER ROLE "+quote(t.owner)+" NOSUPERUSER"
	case login:
		c.OK, c.Detail, c.Hint = false, t.owner+" may log in: that is for the two users", "ALTER ROLE "+quote(t.owner)+" NOLOGIN"
	case !may:
		c.OK, c.Detail = false, "the administrator may not make users members of "+t.owner
		c.Hint = "GRANT " + quote(t.owner) + " TO " + quote(t.admin.user) + " WITH ADMIN OPTION"
	default:
		c.Detail = t.owner + " is there, and owns for both users"
	}
	return []engine.Check{c}, nil
}
