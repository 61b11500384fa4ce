package mysql

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// grant is what GRANT or REVOKE is about, but for whom.
type grant struct {
	privileges []string // "SELECT", "SELECT (`a`, `b`)"
	object     string   // "`shop`.*", "PROCEDURE `shop`.`p`", "*.*"
	option     bool     // WITH GRANT OPTION
}

// giving is the statement that gives g to a.
func (g grant) giving(a account) string {
	text := "GRANT " + strings.Join(g.privileges, ", ") + " ON " + g.object + " TO " + a.String()
	if g.option {
		text += " WITH GRANT OPTION"
	}
	return text
}

// parseWish reads an entry of the setting grants: what stands between GRANT and
// TO, and WITH GRANT OPTION. In the name of a database _ and % are wildcards, as
// GRANT has it.
func parseWish(text string) (grant, error) {
	tokens, err := tokenize(text)
	if err != nil {
		return grant{}, err
	}
	if slices.ContainsFunc(tokens, func(t token) bool { return t.is("TO", "FROM", "IDENTIFIED", "PROXY") }) {
		return grant{}, fmt.Errorf(`%q says to whom; write only "SELECT, INSERT ON shop.*"`, text)
	}
	g, rest, err := parseGrant(tokens)
	if err != nil {
		return grant{}, fmt.Errorf("%q: %w", text, err)
	}
	switch {
	case len(rest) == 0:
	case len(rest) == 3 && rest[0].is("WITH") && rest[1].is("GRANT") && rest[2].is("OPTION"):
		g.option = true
	default:
		return grant{}, fmt.Errorf("%q: %s has no place there", text, rest[0].text)
	}
	return g, nil
}

// parseGrant reads privileges and the object, and returns what follows.
func parseGrant(tokens []token) (grant, []token, error) {
	on := indexOf(tokens, "ON")
	if on < 0 {
		return grant{}, nil, errors.New("ON and an object are missing")
	}
	privileges, err := parsePrivileges(tokens[:on])
	if err != nil {
		return grant{}, nil, err
	}
	object, rest, err := parseObject(tokens[on+1:])
	return grant{privileges: privileges, object: object}, rest, err
}

// indexOf is where an unquoted word stands outside of parentheses, or -1.
func indexOf(tokens []token, word string) int {
	depth := 0
	for i, t := range tokens {
		switch {
		case t.sign == '(':
			depth++
		case t.sign == ')':
			depth--
		case depth == 0 && t.is(word):
			return i
		}
	}
	return -1
}

// parsePrivileges reads "SELECT, UPDATE (a, b), CREATE VIEW". Each column
// becomes a privilege of its own.
func parsePrivileges(tokens []token) ([]string, error) {
	var list []string
	for _, part := range split(tokens) {
		open := slices.IndexFunc(part, func(t token) bool { return t.sign == '(' })
		if open < 0 {
			open = len(part)
		}
		var words []string
		for _, t := range part[:open] {
			if t.word == "" {
				return nil, fmt.Errorf("%s is no privilege", t.text)
			}
			words = append(words, t.word)
		}
		if len(words) == 0 {
			return nil, errors.New("a privilege is missing")
		}
		privilege := strings.Join(words, " ")
		switch privilege {
		case "ALL":
			privilege = "ALL PRIVILEGES"
		case "BINLOG MONITOR": // MariaDB shows this for what both servers take
			privilege = "REPLICATION CLIENT"
		}
		if open == len(part) {
			list = append(list, privilege)
			continue
		}
		if part[len(part)-1].sign != ')' {
			return nil, errors.New("a list of columns does not end")
		}
		for _, column := range split(part[open+1 : len(part)-1]) {
			if len(column) != 1 || !column[0].isName() {
				return nil, errors.New("a list of columns has more than names")
			}
			list = append(list, privilege+" ("+identifier(column[0].name)+")")
		}
	}
	return list, nil
}

// split cuts tokens at the commas outside of parentheses.
func split(tokens []token) [][]token {
	var parts [][]token
	depth, begin := 0, 0
	for i, t := range tokens {
		switch {
		case t.sign == '(':
			depth++
		case t.sign == ')':
			depth--
		case t.sign == ',' && depth == 0:
			parts, begin = append(parts, tokens[begin:i]), i+1
		}
	}
	return append(parts, tokens[begin:])
}

// parseObject reads "*.*", "shop.*", "shop.items" or "PROCEDURE shop.p", and
// returns what follows.
func parseObject(tokens []token) (string, []token, error) {
	var kind []string
	for len(tokens) > 1 && tokens[0].is("TABLE", "FUNCTION", "PROCEDURE", "PACKAGE", "BODY", "LIBRARY") && tokens[1].sign != '.' {
		if !tokens[0].is("TABLE") {
			kind = append(kind, tokens[0].word)
		}
		tokens = tokens[1:]
	}
	if len(tokens) < 3 || tokens[1].sign != '.' {
		return "", nil, errors.New("the object is not database.table, database.* or *.*")
	}
	database, object := tokens[0], tokens[2]
	switch {
	case database.sign == '*' && object.sign == '*' && len(kind) == 0:
		return "*.*", tokens[3:], nil
	case database.isName() && object.sign == '*' && len(kind) == 0:
		return identifier(database.name) + ".*", tokens[3:], nil
	case database.isName() && object.isName():
		return strings.Join(append(kind, identifier(database.name)+"."+identifier(object.name)), " "), tokens[3:], nil
	}
	return "", nil, errors.New("the object is not database.table, database.* or *.*")
}
