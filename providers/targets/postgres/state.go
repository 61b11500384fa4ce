package postgres

import (
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// stateQuery looks at the server and its sessions: $1 is the quoted name of the
// next user, $2 that of the old one.
const stateQuery = `
SELECT current_setting('server_version'), current_setting('server_version_num')::int, clock_timestamp(),
       pg_is_in_recovery(), current_setting('default_transaction_read_only')::bool,
       pg_has_role('pg_read_all_stats', 'USAGE'), pg_has_role('pg_signal_backend', 'USAGE'),
       count(*) FILTER (WHERE usesysid = to_regrole($1) AND others), count(*) FILTER (WHERE usesysid = to_regrole($2) AND others),
       count(*) FILTER (WHERE backend_type = 'client backend'),
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
       current_setting('log_statement')
FROM pg_stat_get_activity(NULL), LATERAL (
	SELECT application_name IS DISTINCT FROM 'rotadeck' AND backend_type IS DISTINCT FROM 'parallel worker') AS s (others)`

// roleQuery looks at the administrator and both users: $1 and $2.
//
// Since version 16 a role may only be altered by those who have ADMIN OPTION on
// it, CREATEROLE alone is not enough (release notes of PostgreSQL 16, E.1.3.1.5).
const roleQuery = `
SELECT rolname::text, rolname = current_user, rolsuper, rolcreaterole, rolcanlogin,
       coalesce(rolvaliduntil <= now(), false), rolconnlimit, pg_has_role(oid, 'USAGE WITH ADMIN OPTION')
FROM pg_roles WHERE rolname IN (current_user, $1, $2)`

// serverState is what stateQuery and roleQuery found.
type serverState struct {
	version  string
	number   int // of the version: 150004
	now      time.Time
	skew     time.Duration
	standby  bool
	readOnly bool
	maySee   bool
	mayEnd   bool
	used     int // connections
	capacity int
	log      string

	me, next, old             role
	nextSessions, oldSessions int
	atPrimary                 string // see Target.atPrimary
}

// role is a role as it is; one that is not there has only a name.
type role struct {
	name       string
	exists     bool
	superuser  bool
	createRole bool
	canLogin   bool
	expired    bool
	limit      int  // connections; -1 for no limit
	admitted   bool // the administrator has ADMIN OPTION on it
}

func readState(row pgx.CollectableRow) (serverState, error) {
	var s serverState
	err := row.Scan(&s.version, &s.number, &s.now, &s.standby, &s.readOnly, &s.maySee, &s.mayEnd,
		&s.nextSessions, &s.oldSessions, &s.used, &s.capacity, &s.log)
	return s, err
}

// readRole adds a row of roleQuery to s, whose users have their names.
func (s *serverState) readRole(row pgx.CollectableRow) (role, error) {
	r := role{exists: true}
	var me bool
	err := row.Scan(&r.name, &me, &r.superuser, &r.createRole, &r.canLogin, &r.expired, &r.limit, &r.admitted)
	switch {
	case me:
		s.me = r
	case r.name == s.next.name:
		s.next = r
	case r.name == s.old.name:
		s.old = r
	}
	return r, err
}

// mayAlter says that the administrator may alter r once it is there.
func (s serverState) mayAlter(r role) bool {
	return !r.exists || r.admitted || s.number < adminOptionNeeded
}

// adminOptionNeeded is the version since which CREATEROLE alone is not enough.
const adminOptionNeeded = 160000

func (s serverState) checkWritable() engine.Check {
	c := engine.Check{Name: "primary server", OK: true, Detail: "takes changes"}
	switch {
	case s.standby:
		c.OK, c.Detail, c.Hint = false, "the server is a standby and takes no changes", "set host to the primary server; standbys belong into "+settingReplicas
	case s.readOnly:
		c.OK, c.Detail, c.Hint = false, "default_transaction_read_only is on", "set host to a server that takes changes"
	}
	return c
}

func (s serverState) checkRole() engine.Check {
	c := engine.Check{Name: "right to alter users", OK: true, Detail: "the administrator may create and alter the users"}
	beyond := s.usersWho(func(r role) bool { return !s.mayAlter(r) })
	switch {
	case !s.me.superuser && !s.me.createRole:
		c.OK, c.Detail, c.Hint = false, "the administrator has neither CREATEROLE nor SUPERUSER", "ALTER ROLE "+quote(s.me.name)+" CREATEROLE"
	case len(beyond) > 0:
		c.OK, c.Detail = false, "the administrator may not alter "+strings.Join(beyond, " and ")
		c.Hint = "GRANT " + quote(beyond[0]) + " TO " + quote(s.me.name) + " WITH ADMIN OPTION"
	}
	return c
}

func (s serverState) checkUsers() engine.Check {
	c := engine.Check{Name: "users", OK: true, Detail: s.next.name + " will be created"}
	superusers := s.usersWho(func(r role) bool { return r.superuser })
	switch {
	case len(superusers) > 0:
		c.OK, c.Detail = false, strings.Join(superusers, " and ")+" may do anything: SUPERUSER"
		c.Hint = "ALTER ROLE " + quote(superusers[0]) + " NOSUPERUSER, and grant what the application needs"
	case s.next.expired:
		c.OK, c.Detail = false, "VALID UNTIL of "+s.next.name+" has passed: it could not log in"
		c.Hint = "ALTER ROLE " + quote(s.next.name) + " VALID UNTIL 'infinity'"
	case s.next.exists:
		c.Detail = s.next.name + " is there and will be altered"
	}
	return c
}

func (s serverState) usersWho(have func(role) bool) []string {
	var names []string
	for _, r := range []role{s.old, s.next} {
		if have(r) {
			names = append(names, r.name)
		}
	}
	return names
}

func (s serverState) checkSlot() engine.Check {
	c := engine.Check{Name: "slot free", OK: true, Detail: "nobody uses " + s.next.name + s.atPrimary}
	switch {
	case s.nextSessions > 0:
		c.OK, c.Detail = false, fmt.Sprintf("%s has %d live sessions%s: someone uses it, and its password would change", s.next.name, s.nextSessions, s.atPrimary)
		c.Hint = "find out who in pg_stat_activity, and move them to " + s.old.name
	case s.next.canLogin:
		c.Detail += ", though it may log in"
	}
	return c
}

func (s serverState) checkSessions() engine.Check {
	c := engine.Check{Name: "right to see and end sessions", OK: true, Detail: "the administrator may do both" + s.atPrimary}
	switch {
	case !s.maySee && !s.mayEnd:
		c.OK, c.Detail, c.Hint = false, "the administrator cannot see and end others' sessions", "GRANT pg_read_all_stats, pg_signal_backend TO "+quote(s.me.name)
	case !s.maySee:
		c.OK, c.Detail, c.Hint = false, "the administrator cannot see others' sessions", "GRANT pg_read_all_stats TO "+quote(s.me.name)
	case !s.mayEnd:
		c.OK, c.Detail, c.Hint = false, "the administrator cannot end others' sessions", "GRANT pg_signal_backend TO "+quote(s.me.name)
	}
	return c
}

// checkConnections leaves room for the moment when every consumer has opened
// its new sessions and not yet closed the old ones.
func (s serverState) checkConnections() engine.Check {
	c := engine.Check{
		Name: "connections", OK: true,
		Detail: fmt.Sprintf("%d of %d in use; consumers may need %d more while they change over", s.used, s.capacity, s.oldSessions),
	}
	switch {
	case s.used+s.oldSessions > s.capacity:
		c.OK, c.Hint = false, "raise max_connections, or make the consumers' pools smaller"
	case s.next.exists && s.next.limit >= 0 && s.next.limit < max(s.oldSessions, 1):
		c.OK, c.Detail = false, fmt.Sprintf("%s may have %d sessions, %s has %d now", s.next.name, s.next.limit, s.old.name, s.oldSessions)
		c.Hint = "ALTER ROLE " + quote(s.next.name) + " CONNECTION LIMIT -1"
	}
	return c
}

func (s serverState) checkClock() engine.Check {
	c := engine.Check{Name: "clock", OK: s.skew.Abs() <= maxSkew, Detail: "the server's and ours agree"}
	if !c.OK {
		c.Detail = fmt.Sprintf("the server's is %s off ours", s.skew.Round(time.Second))
		c.Hint = "set both by NTP"
	}
	return c
}

// checkLog only informs: what the log may show is a verifier.
func (s serverState) checkLog() engine.Check {
	return engine.Check{
		Name: "server log", OK: true,
		Detail: fmt.Sprintf("log_statement is %s; the password is sent as a SCRAM-SHA-256 verifier and stands in no log", s.log),
	}
}
