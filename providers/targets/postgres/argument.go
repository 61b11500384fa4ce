package postgres

import "strings"

// arguments reads the types of a routine's arguments in brackets; "" where no
// bracket follows.
func (p *parser) arguments() string {
	if !p.acceptSign("(") {
		return ""
	}
	var types []string
	for p.err == nil && !p.acceptSign(")") {
		if len(types) > 0 {
			p.wantSign(",")
		}
		types = append(types, p.typeName())
	}
	return "(" + strings.Join(types, ", ") + ")"
}

// typeName reads the name of a type. Unquoted, it stays so: some names of SQL
// are not those of the catalogue.
func (p *parser) typeName() string {
	for _, phrase := range typePhrases() {
		if p.accept(strings.Fields(phrase)...) {
			return strings.ToLower(phrase) + p.dimensions()
		}
	}
	var parts []string
	for first := true; first || p.acceptSign("."); first = false {
		if p.err != nil || p.atEnd() || !p.tokens[0].isName() {
			p.unexpected("the name of a type")
			return ""
		}
		parts = append(parts, p.tokens[0].text)
		p.tokens = p.tokens[1:]
	}
	if !p.atEnd() && p.tokens[0].isName() {
		p.fail("arguments are given by their types alone: %s %s is more than a type", parts[0], p.tokens[0].text)
	}
	return strings.Join(parts, ".") + p.dimensions()
}

// typePhrases are the types of SQL whose names have several words, the longer
// ones first.
func typePhrases() []string {
	return []string{
		"DOUBLE PRECISION", "BIT VARYING", "CHARACTER VARYING", "CHAR VARYING",
		"NATIONAL CHARACTER VARYING", "NATIONAL CHAR VARYING", "NATIONAL CHARACTER", "NATIONAL CHAR",
		"TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITHOUT TIME ZONE", "TIME WITH TIME ZONE", "TIME WITHOUT TIME ZONE",
	}
}

// dimensions reads the brackets of an array.
func (p *parser) dimensions() string {
	text := ""
	for p.acceptSign("[") {
		p.wantSign("]")
		text += "[]"
	}
	return text
}
