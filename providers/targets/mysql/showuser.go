package mysql

import (
	"fmt"
	"strings"
)

// parseUser reads SHOW CREATE USER: what an account has beside its password and
// its lock, which are what a rotation changes.
func parseUser(line string) ([]holding, error) {
	tokens, err := tokenizeShown(line)
	if err != nil {
		return nil, fmt.Errorf("cannot read the description of a user: %w", err) // it holds a verifier
	}
	held := otherMethods(tokens)
	for _, part := range clauses(tokens) {
		held = append(held, userHoldings(part)...)
	}
	return held, nil
}

// anotherMethod is what an account has that MariaDB lets in by more than one
// method. To set its password is to have one method from then on.
const anotherMethod = "another login method"

func otherMethods(tokens []token) []holding {
	var names []string
	for i := 1; i < len(tokens); i++ {
		if tokens[i-1].is("OR") {
			names = append(names, tokens[i].name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []holding{{what: anotherMethod, value: strings.Join(names, ", "), rank: rankPrivilege}}
}

// clauses cuts the statement before each word that begins an option, and leaves
// out what is before the first.
func clauses(tokens []token) [][]token {
	var parts [][]token
	begin := -1
	for i := 1; i < len(tokens); i++ {
		var next token
		if i+1 < len(tokens) {
			next = tokens[i+1]
		}
		if !beginsOption(tokens[i-1], tokens[i], next) {
			continue
		}
		if begin >= 0 {
			parts = append(parts, tokens[begin:i])
		}
		begin = i
	}
	if begin >= 0 {
		parts = append(parts, tokens[begin:])
	}
	return parts
}

func beginsOption(before, t, next token) bool {
	switch t.word {
	case "DEFAULT":
		return next.is("ROLE")
	case "REQUIRE":
		return !before.is("PASSWORD")
	case "WITH":
		return !before.is("IDENTIFIED")
	case "PASSWORD":
		return next.is("EXPIRE", "HISTORY", "REUSE", "REQUIRE")
	case "ACCOUNT", "FAILED_LOGIN_ATTEMPTS", "PASSWORD_LOCK_TIME", "ATTRIBUTE", "COMMENT":
		return true
	}
	return false
}

// userHoldings are the things that one option says; what it says of a default
// is nothing.
func userHoldings(part []token) []holding {
	if part[len(part)-1].is("DEFAULT") && !part[0].is("DEFAULT") {
		return nil
	}
	switch part[0].word {
	case "DEFAULT":
		roles := joined(part[2:])
		return []holding{altering("default role", readable(roles), "DEFAULT ROLE "+roles, "DEFAULT ROLE NONE")}
	case "REQUIRE":
		if value := joined(part[1:]); value != "NONE" {
			return []holding{altering("REQUIRE", value, "REQUIRE "+value, "REQUIRE NONE")}
		}
	case "WITH":
		return limits(part[1:])
	case "PASSWORD":
		return passwordRule(part)
	case "FAILED_LOGIN_ATTEMPTS", "PASSWORD_LOCK_TIME":
		name, value := part[0].word, joined(part[1:])
		return []holding{altering(name, value, name+" "+value, name+" 0")}
	case "ATTRIBUTE", "COMMENT":
		h := altering(strings.ToLower(part[0].word), joined(part[1:]), joined(part), "")
		h.take = phrase{} // a label gives nobody anything
		return []holding{h}
	}
	return nil
}

// passwordRule reads "PASSWORD EXPIRE NEVER" or "PASSWORD REUSE INTERVAL 5 DAY".
// PASSWORD EXPIRE alone means at once, and ends with a new password.
func passwordRule(part []token) []holding {
	words := 2
	if part[1].is("REUSE", "REQUIRE") {
		words = 3
	}
	if len(part) < words || part[1].is("EXPIRE") && len(part) == words {
		return nil
	}
	name := joined(part[:words])
	return []holding{altering(name, joined(part[words:]), joined(part), name+" DEFAULT")}
}

// limits reads "MAX_USER_CONNECTIONS 5 MAX_QUERIES_PER_HOUR 100".
func limits(part []token) []holding {
	var held []holding
	for i := 0; i+1 < len(part); i += 2 {
		name, value := part[i].word, part[i+1].text
		if value != "0" {
			held = append(held, altering(name, value, "WITH "+name+" "+value, "WITH "+name+" 0"))
		}
	}
	return held
}

func altering(what, value, give, take string) holding {
	return holding{
		what: what, value: value, rank: rankDefault,
		give: phrase{before: "ALTER USER ", after: " " + give},
		take: phrase{before: "ALTER USER ", after: " " + take},
	}
}
