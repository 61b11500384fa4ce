package mysqltest

import (
	"slices"
	"strings"
)

// describe is SHOW CREATE USER, or SHOW GRANTS.
func (u *Users) describe(user, host string, create bool) (*result, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	a := u.find(user, host)
	if a == nil {
		return nil, refuse(1141, "There is no such grant defined for user '%s' on host '%s'", user, host)
	}
	if create {
		return table([]string{"CREATE USER"}, []string{a.show()}), nil
	}
	var rows [][]string
	for _, g := range a.Grants {
		head, option, _ := strings.Cut(g, " WITH ")
		link := " TO "
		if strings.HasPrefix(g, "REVOKE") {
			link = " FROM "
		}
		line := head + link + "`" + user + "`@`" + host + "`"
		if option != "" {
			line += " WITH " + option
		}
		rows = append(rows, []string{line})
	}
	return table([]string{"Grants"}, rows...), nil
}

// grant keeps what GRANT says, word for word; REVOKE takes back only that.
func (u *Users) grant(match []string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	a := u.find(match[2], match[3])
	if a == nil {
		return refuse(1410, "You are not allowed to create a user with GRANT")
	}
	text := match[1] + match[4]
	if rest, revoked := strings.CutPrefix(text, "REVOKE "); revoked {
		i := slices.Index(a.Grants, "GRANT "+rest)
		if i < 0 {
			a.Grants = append(a.Grants, text) // a partial revoke
			return nil
		}
		a.Grants = slices.Delete(a.Grants, i, i+1)
		return nil
	}
	if !slices.Contains(a.Grants, text) {
		a.Grants = append(a.Grants, text)
	}
	return nil
}

// accounts answers which accounts there are of users, whose names are quoted.
func (u *Users) accounts(quoted []string) *result {
	u.mu.Lock()
	defer u.mu.Unlock()
	var rows [][]string
	for _, a := range u.list {
		if slices.Contains(quoted, "'"+a.User+"'") {
			rows = append(rows, []string{a.User, a.Host, a.Plugin})
		}
	}
	return table([]string{"User", "Host", "plugin"}, rows...)
}

// passwords answers what is kept of both.
func (u *Users) passwords(user, host string) *result {
	u.mu.Lock()
	defer u.mu.Unlock()
	a := u.find(user, host)
	if a == nil {
		return table([]string{"plugin", "primary", "secondary"})
	}
	return table([]string{"plugin", "primary", "secondary"}, []string{a.Plugin, a.primary, a.secondary})
}
