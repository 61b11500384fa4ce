package mysql

import (
	"slices"
	"strings"
)

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

// unmet are the privileges that the settings name and that no account of a gap
// has. What only one has is a difference already.
func (t *Target) unmet(g gap) []holding {
	if !g.hasOld || !g.hasNext {
		return nil
	}
	has := authority(slices.Clone(g.common))
	for _, d := range g.differences {
		has = append(has, d.holding)
	}
	var list []holding
	for _, wish := range t.grants {
		for _, privilege := range wish.privileges {
			whole, _, _ := strings.Cut(privilege, " (")
			levels := levelsOf(wish.object)
			if !has.has(privilege, levels...) && !has.has(whole, levels...) {
				list = append(list, privilegeOn(privilege, wish.object))
			}
		}
	}
	return list
}
