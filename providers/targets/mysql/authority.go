package mysql

import (
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// authority is what an administrator may do.
type authority []holding

// has says whether a privilege is held on one of objects; ALL PRIVILEGES
// includes it, except for GRANT OPTION and PROXY.
func (a authority) has(privilege string, objects ...string) bool {
	return slices.ContainsFunc(a, func(h holding) bool {
		whole := h.privilege == "ALL PRIVILEGES" && privilege != "GRANT OPTION" && privilege != "PROXY"
		return (h.privilege == privilege || whole) && slices.ContainsFunc(objects, func(object string) bool { return covers(h.object, object) })
	})
}

// hasAny is has on everything, for any of several privileges.
func (a authority) hasAny(privileges ...string) bool {
	return slices.ContainsFunc(privileges, func(p string) bool { return a.has(p, "*.*") })
}

// mayGive says whether a holding can be given to others.
func (a authority) mayGive(h holding) bool {
	switch {
	case h.rank == rankRole:
		own := slices.ContainsFunc(a, func(mine holding) bool { return mine.what == h.what && mine.value != "" })
		return own || a.hasAny("SUPER", "ROLE_ADMIN")
	case h.privilege == "" || h.rank == rankRevoked:
		return true // what CREATE USER allows
	case isDynamic(h.privilege):
		own := slices.ContainsFunc(a, func(mine holding) bool { return mine.privilege == h.privilege && mine.value != "" })
		return own || a.has("ALL PRIVILEGES", "*.*") && a.has("GRANT OPTION", "*.*")
	case h.privilege == "PROXY":
		return slices.ContainsFunc(a, func(mine holding) bool { return mine.privilege == "PROXY" && mine.value != "" })
	}
	levels := levelsOf(h.object)
	privilege, _, _ := strings.Cut(h.privilege, " (")
	return a.has("GRANT OPTION", levels...) && (privilege == "GRANT OPTION" || a.has(privilege, levels...) || privilege == "ALL PRIVILEGES" && a.hasAll(levels))
}

// hasAll is for ALL PRIVILEGES of a table or database, which a server shows on
// the global level as a list where privileges came later.
func (a authority) hasAll(levels []string) bool {
	for _, privilege := range []string{"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "REFERENCES", "INDEX", "ALTER", "CREATE VIEW", "SHOW VIEW", "TRIGGER"} {
		if !a.has(privilege, levels...) {
			return false
		}
	}
	return true
}

// levelsOf are an object and what is above it: a table, its database, and
// everything. A database is a pattern in rights on all of it, so its name stands
// there plain or escaped.
func levelsOf(object string) []string {
	levels := []string{object, "*.*"}
	name := object[strings.Index(object, "`")+1:]
	if database, _, found := strings.Cut(name, "`."); found && object != "*.*" {
		levels = append(levels, "`"+database+"`.*")
		if !strings.HasSuffix(object, "`.*") {
			levels = append(levels, "`"+strings.NewReplacer("_", `\_`, "%", `\%`).Replace(database)+"`.*")
		}
	}
	return levels
}

func (o observed) checkAuthority(demands []holding) engine.Check {
	c := engine.Check{Name: "right to alter users", OK: true, Detail: "the administrator may create and alter the users and give them their rights"}
	may := authority(o.own)
	if !may.hasAny("CREATE USER") {
		c.OK, c.Detail, c.Hint = false, "the administrator lacks CREATE USER", "GRANT CREATE USER ON *.* TO "+o.self.String()
		return c
	}
	for _, h := range demands {
		if !may.mayGive(h) {
			c.OK, c.Detail, c.Hint = false, "the administrator may not give others "+h.String(), h.admitting(o.self)
			return c
		}
	}
	return c
}

// admitting is what lets the administrator give h to others.
func (h holding) admitting(admin account) string {
	if h.rank == rankRole {
		return "GRANT " + strings.TrimPrefix(h.what, "role ") + " TO " + admin.String() + " WITH ADMIN OPTION"
	}
	return "GRANT " + readable(h.what) + " TO " + admin.String() + " WITH GRANT OPTION"
}

func (o observed) checkSessions(where string) engine.Check {
	c := engine.Check{Name: "right to see and end sessions", OK: true, Detail: "the administrator may do both" + where}
	kill := "CONNECTION ADMIN"
	if !o.server.mariaDB {
		kill = "CONNECTION_ADMIN"
	}
	may := authority(o.own)
	see, end := may.hasAny("PROCESS"), may.hasAny("SUPER", "CONNECTION ADMIN", "CONNECTION_ADMIN")
	switch to := " ON *.* TO " + o.self.String(); {
	case !see && !end:
		c.OK, c.Detail, c.Hint = false, "the administrator cannot see and end others' sessions", "GRANT PROCESS, "+kill+to
	case !see:
		c.OK, c.Detail, c.Hint = false, "the administrator cannot see others' sessions", "GRANT PROCESS"+to
	case !end:
		c.OK, c.Detail, c.Hint = false, "the administrator cannot end others' sessions", "GRANT "+kill+to
	}
	return c
}
