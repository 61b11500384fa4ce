package postgres

import (
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// stateQuery looks at server, administrator and both users: $1 is the next
// user, $2 the old one.
//
// Since version 16 a role may only be altered by those who have ADMIN OPTION on
// it, CREATEROLE alone is not enough (release notes of PostgreSQL 16, E.1.3.1.5).
const stateQuery = `
WITH me AS (SELECT * FROM pg_roles WHERE rolname = current_user),
     live AS (SELECT usename, count(*) AS n FROM pg_stat_activity
              WHERE application_name IS DISTINCT FROM 'rotadeck' AND backend_type <> 'parallel worker' GROUP BY usename),
     number AS (SELECT current_setting('server_version_num')::int AS version)
SELECT current_setting('server_version'), clock_timestamp(),
       pg_is_in_recovery(), current_setting('default_transaction_read_only')::bool,
       me.rolsuper OR me.rolcreaterole,
       ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname IN ($1, $2) AND number.version >= 160000
             AND NOT me.rolsuper AND NOT pg_has_role(oid, 'USAGE WITH ADMIN OPTION')),
       ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname IN ($1, $2) AND rolsuper),
       next.oid IS NOT NULL, coalesce(next.rolcanlogin, false), coalesce(next.rolvaliduntil <= now(), false),
       coalesce(next.rolconnlimit, -1),
       coalesce((SELECT n FROM live WHERE usename = $1), 0), coalesce((SELECT n FROM live WHERE usename = $2), 0),
       me.rolsuper OR pg_has_role('pg_read_all_stats', 'USAGE'),
       me.rolsuper OR pg_has_role('pg_signal_backend', 'USAGE'),
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
       current_setting('log_statement')
FROM me, number LEFT JOIN pg_roles next ON next.rolname = $1`

// serverState is the row of stateQuery.
type serverState struct {
	next, old  string
	version    string
	now        time.Time
	skew       time.Duration
	standby    bool
	readOnly   bool
	mayCreate  bool
	beyond     []string // users that the administrator may not alter
	superusers []string // users who are superusers

	nextExists   bool
	nextCanLogin bool
	nextExpired  bool
	nextLimit    int // connections; -1 for no limit
	nextSessions int
	oldSessions  int

	maySee   bool
	mayEnd   bool
	used     int // connections
	capacity int
	log      string
}

func readState(row pgx.CollectableRow) (serverState, error) {
	var s serverState
	err := row.Scan(&s.version, &s.now, &s.standby, &s.readOnly, &s.mayCreate, &s.beyond, &s.superusers,
		&s.nextExists, &s.nextCanLogin, &s.nextExpired, &s.nextLimit, &s.nextSessions, &s.oldSessions,
		&s.maySee, &s.mayEnd, &s.used, &s.capacity, &s.log)
	return s, err
}

func (s serverState) checkWritable() engine.Check {
	c := engine.Check{Name: "primary server", OK: true, Detail: "takes changes"}
	switch {
	case s.standby:
		c.OK, c.Detail, c.Hint = false, "the server is a standby and takes no changes", "set host to the primary server; standbys belong into endpoints"
	case s.readOnly:
		c.OK, c.Detail, c.Hint = false, "default_transaction_read_only is on", "set host to a server that takes changes"
	}
	return c
}

func (s serverState) checkRole(users map[engine.Slot]string) engine.Check {
	c := engine.Check{Name: "right to alter users", OK: true, Detail: "the administrator may create and alter the users"}
	switch {
	case !s.mayCreate:
		c.OK, c.Detail, c.Hint = false, "the administrator has neither CREATEROLE nor SUPERUSER", "ALTER ROLE … CREATEROLE"
	case len(s.beyond) > 0:
		c.OK, c.Detail = false, "the administrator may not alter "+strings.Join(s.beyond, " and ")
		c.Hint = "GRANT " + quote(s.beyond[0]) + " TO … WITH ADMIN OPTION"
	}
	return c
}

func (s serverState) checkUsers() engine.Check {
	c := engine.Check{Name: "users", OK: true, Detail: s.next + " will be created"}
	switch {
	case len(s.superusers) > 0:
		c.OK, c.Detail = false, strings.Join(s.superusers, " and ")+" may do anything: SUPERUSER"
		c.Hint = "ALTER ROLE " + quote(s.superusers[0]) + " NOSUPERUSER, and grant what the application needs"
	case s.nextExpired:
		c.OK, c.Detail = false, "VALID UNTIL of "+s.next+" has passed: it could not log in"
		c.Hint = "ALTER ROLE " + quote(s.next) + " VALID UNTIL 'infinity'"
	case s.nextExists:
		c.Detail = s.next + " is there and will be altered"
	}
	return c
}

func (s serverState) checkSlot() engine.Check {
	c := engine.Check{Name: "slot free", OK: true, Detail: "nobody uses " + s.next}
	switch {
	case s.nextSessions > 0:
		c.OK, c.Detail = false, fmt.Sprintf("%s has %d live sessions: someone uses it, and its password would change", s.next, s.nextSessions)
		c.Hint = "find out who in pg_stat_activity, and move them to " + s.old
	case s.nextCanLogin:
		c.Detail += ", though it may log in"
	}
	return c
}

func (s serverState) checkSessions() engine.Check {
	c := engine.Check{Name: "right to see and end sessions", OK: true, Detail: "the administrator may do both"}
	switch {
	case !s.maySee:
		c.OK, c.Detail, c.Hint = false, "the administrator cannot see others' sessions", "GRANT pg_read_all_stats TO …"
	case !s.mayEnd:
		c.OK, c.Detail, c.Hint = false, "the administrator cannot end others' sessions", "GRANT pg_signal_backend TO …"
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
	case s.nextLimit >= 0 && s.nextLimit < max(s.oldSessions, 1):
		c.OK, c.Detail = false, fmt.Sprintf("%s may have %d sessions, %s has %d now", s.next, s.nextLimit, s.old, s.oldSessions)
		c.Hint = "ALTER ROLE " + quote(s.next) + " CONNECTION LIMIT -1"
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
