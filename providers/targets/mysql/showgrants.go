package mysql

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// parseShown reads one line of SHOW GRANTS, of MySQL or MariaDB.
func parseShown(line string) ([]holding, error) {
	held, err := shown(line)
	if err != nil {
		// MariaDB shows a verifier behind the name of the account.
		subject, _, _ := strings.Cut(line, " TO ")
		return nil, fmt.Errorf("cannot read %q: %w", subject, err)
	}
	return held, nil
}

func shown(line string) ([]holding, error) {
	tokens, err := tokenizeShown(line)
	if err != nil {
		return nil, err
	}
	if len(tokens) < 4 {
		return nil, errors.New("it is too short")
	}
	switch head, rest := tokens[0], tokens[1:]; {
	case head.is("GRANT") && rest[0].is("PROXY") && indexOf(rest, "TO") > 1:
		return shownProxy(rest), nil
	case head.is("GRANT") && indexOf(rest, "ON") >= 0 && indexOf(rest, "ON") < indexOf(rest, "TO"):
		return shownPrivileges(rest)
	case head.is("GRANT") && indexOf(rest, "TO") > 0:
		return shownRoles(rest), nil
	case head.is("REVOKE"):
		return shownRevoked(rest)
	case head.is("SET") && rest[0].is("DEFAULT") && rest[1].is("ROLE"):
		return []holding{shownDefaultRole(rest[2].text)}, nil
	}
	return nil, errors.New("it is no GRANT, REVOKE or SET DEFAULT ROLE")
}

// shownPrivileges reads "SELECT, INSERT ON `shop`.* TO … WITH GRANT OPTION".
// USAGE means nothing.
func shownPrivileges(tokens []token) ([]holding, error) {
	g, rest, err := parseGrant(tokens)
	if err != nil {
		return nil, err
	}
	option := grantsOption(rest)
	var held []holding
	for _, privilege := range g.privileges {
		if privilege == "USAGE" {
			continue
		}
		h := privilegeOn(privilege, g.object)
		if option && isDynamic(privilege) {
			// Such a privilege has the option for itself alone.
			h.value, h.give.after = "for others as well", " WITH GRANT OPTION"
		}
		held = append(held, h)
	}
	if option && !allDynamic(g.privileges) {
		held = append(held, privilegeOn("GRANT OPTION", g.object))
	}
	return held, nil
}

func privilegeOn(privilege, object string) holding {
	return holding{
		what: readable(privilege + " on " + object), rank: rankPrivilege, privilege: privilege, object: object,
		give: phrase{before: "GRANT " + privilege + " ON " + object + " TO "},
		take: phrase{before: "REVOKE " + privilege + " ON " + object + " FROM "},
	}
}

// grantsOption looks behind the account's name.
func grantsOption(tokens []token) bool {
	for i := 1; i < len(tokens); i++ {
		if tokens[i-1].is("GRANT", "ADMIN") && tokens[i].is("OPTION") {
			return true
		}
	}
	return false
}

// isDynamic says that a privilege is one of those that MySQL registers at run
// time: their names have underscores, those of the others spaces.
func isDynamic(privilege string) bool { return strings.Contains(privilege, "_") }

func allDynamic(privileges []string) bool {
	for _, privilege := range privileges {
		if !isDynamic(privilege) {
			return false
		}
	}
	return true
}

// shownProxy reads "PROXY ON `u`@`h` TO …", in which older servers quote names as
// strings.
func shownProxy(tokens []token) []holding {
	names := slices.Clone(tokens[2:indexOf(tokens, "TO")])
	for i, t := range names {
		if t.isName() && t.word == "" {
			names[i].text = identifier(t.name)
		}
	}
	object := joined(names)
	h := privilegeOn("PROXY", object)
	if grantsOption(tokens) {
		h.value, h.give.after = "for others as well", " WITH GRANT OPTION"
	}
	return []holding{h}
}

// shownRoles reads "`r`@`%`, `s`@`%` TO … WITH ADMIN OPTION".
func shownRoles(tokens []token) []holding {
	to := indexOf(tokens, "TO")
	var held []holding
	for _, part := range split(tokens[:to]) {
		role := joined(part)
		h := holding{
			what: "role " + readable(role), rank: rankRole,
			give: phrase{before: "GRANT " + role + " TO "},
			take: phrase{before: "REVOKE " + role + " FROM "},
		}
		if grantsOption(tokens[to:]) {
			h.value, h.give.after = "with ADMIN OPTION", " WITH ADMIN OPTION"
		}
		held = append(held, h)
	}
	return held
}

// shownRevoked reads "SELECT ON `mysql`.* FROM …", a partial revoke of MySQL.
func shownRevoked(tokens []token) ([]holding, error) {
	g, _, err := parseGrant(tokens)
	if err != nil {
		return nil, err
	}
	var held []holding
	for _, privilege := range g.privileges {
		h := privilegeOn(privilege, g.object)
		h.what, h.rank = "no "+h.what, rankRevoked
		h.give, h.take = h.take, h.give
		held = append(held, h)
	}
	return held, nil
}

// shownDefaultRole is the default role as MariaDB has it: one.
func shownDefaultRole(role string) holding {
	return holding{
		what: "default role", value: readable(role), rank: rankDefault,
		give: phrase{before: "SET DEFAULT ROLE " + role + " FOR "},
		take: phrase{before: "SET DEFAULT ROLE NONE FOR "},
	}
}

// joined writes tokens as a statement has them.
func joined(tokens []token) string {
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 && t.sign == 0 && tokens[i-1].sign == 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}
