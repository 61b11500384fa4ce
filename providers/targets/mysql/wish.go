package mysql

import "strings"

// wishes are the statements that give a the rights that the settings name. They
// have no undo: a may have had them before.
func (t *Target) wishes(version server, a account) []remedy {
	var list []remedy
	for _, role := range t.roles {
		list = append(list, remedy{statement: "GRANT " + roleName(version, role) + " TO " + a.String()})
	}
	for _, g := range t.grants {
		list = append(list, remedy{statement: g.giving(a)})
	}
	return append(list, t.defaultRoles(version, a)...)
}

// defaultRoles turns the roles on when the user logs in. MariaDB has one default
// role: the first.
func (t *Target) defaultRoles(version server, a account) []remedy {
	switch {
	case len(t.roles) == 0:
		return nil
	case version.mariaDB:
		return []remedy{{statement: "SET DEFAULT ROLE " + roleName(version, t.roles[0]) + " FOR " + a.String()}}
	}
	names := make([]string, len(t.roles))
	for i, role := range t.roles {
		names[i] = roleName(version, role)
	}
	return []remedy{{statement: "ALTER USER " + a.String() + " DEFAULT ROLE " + strings.Join(names, ", ")}}
}

// roleName quotes a role, which has a host on MySQL alone: %.
func roleName(version server, role string) string {
	if version.mariaDB {
		return identifier(role)
	}
	return account{user: role, host: anyHost}.String()
}
