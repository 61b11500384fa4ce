package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// objectKind is a kind of object that privileges can be granted on (PostgreSQL
// manual, GRANT and section 5.8).
type objectKind struct {
	singular   string
	plural     string // in ALL … IN SCHEMA; "" where that does not exist
	privileges []string
	levels     int // how many names may stand in front of each other: schema.table
}

func objectKinds() []objectKind {
	execute := []string{"EXECUTE"}
	return []objectKind{
		{"TABLE", "TABLES", []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"}, 2},
		{"SEQUENCE", "SEQUENCES", []string{"USAGE", "SELECT", "UPDATE"}, 2},
		{"FUNCTION", "FUNCTIONS", execute, 2},
		{"PROCEDURE", "PROCEDURES", execute, 2},
		{"ROUTINE", "ROUTINES", execute, 2},
		{"SCHEMA", "", []string{"CREATE", "USAGE"}, 1},
		{"DATABASE", "", []string{"CREATE", "CONNECT", "TEMPORARY", "TEMP"}, 1},
		{"TYPE", "", []string{"USAGE"}, 2},
	}
}

// defaultKinds are the kinds that ALTER DEFAULT PRIVILEGES knows.
func defaultKinds() map[string][]string {
	kinds := map[string][]string{"TYPES": {"USAGE"}, "SCHEMAS": {"CREATE", "USAGE"}}
	for _, kind := range objectKinds() {
		if kind.plural != "" && kind.plural != "PROCEDURES" {
			kinds[kind.plural] = kind.privileges
		}
	}
	return kinds
}

// parseGrant reads
//
//	privilege [, …] ON { [kind] name [, …] | ALL kinds IN SCHEMA name [, …] }
//
// where privilege is a word or ALL [PRIVILEGES]. Users, options and further
// statements have no place in it.
func parseGrant(text string) (right, error) {
	p, err := newParser(text)
	if err != nil {
		return right{}, err
	}
	r := right{privileges: p.privileges()}
	p.want("ON")
	kind := p.object()
	r.on = kind.singular
	if kind.plural != "" {
		r.on, kind.levels = "ALL "+kind.plural+" IN SCHEMA", 1
	}
	r.names = p.names(kind.levels)
	p.allow(r.privileges, kind.privileges, r.on)
	return r, p.finish()
}

// parseDefaultPrivilege reads
//
//	privilege [, …] ON kinds [IN SCHEMA name [, …]] [FOR ROLE name [, …]]
func parseDefaultPrivilege(text string) (right, error) {
	p, err := newParser(text)
	if err != nil {
		return right{}, err
	}
	r := right{privileges: p.privileges()}
	p.want("ON")
	r.on = p.word("a kind of objects: TABLES, SEQUENCES, FUNCTIONS, ROUTINES, TYPES or SCHEMAS")
	allowed, known := defaultKinds()[r.on]
	if !known {
		p.fail("default privileges are for TABLES, SEQUENCES, FUNCTIONS, ROUTINES, TYPES or SCHEMAS, not %s", r.on)
	}
	for p.err == nil && !p.atEnd() {
		switch {
		case r.schemas == nil && p.accept("IN", "SCHEMA"):
			r.schemas = p.names(1)
		case r.creators == nil && p.accept("FOR", "ROLE"):
			r.creators = p.names(1)
		default:
			p.unexpected("IN SCHEMA or FOR ROLE")
		}
	}
	p.allow(r.privileges, allowed, r.on)
	return r, p.finish()
}

// parser walks over tokens; after the first error every method does nothing.
type parser struct {
	text   string
	tokens []token
	err    error
}

func newParser(text string) (*parser, error) {
	tokens, err := tokenize(text)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	return &parser{text: text, tokens: tokens}, nil
}

// privileges reads a list of words, in capitals.
func (p *parser) privileges() []string {
	if p.accept("ALL") {
		p.accept("PRIVILEGES")
		return []string{"ALL"}
	}
	list := []string{p.word("a privilege")}
	for p.acceptSign(",") {
		list = append(list, p.word("a privilege"))
	}
	return list
}

// object reads the kind; TABLE where none is named. The result has a plural
// only for ALL … IN SCHEMA.
func (p *parser) object() objectKind {
	all := p.accept("ALL")
	for _, kind := range objectKinds() {
		if all && kind.plural != "" && p.accept(kind.plural, "IN", "SCHEMA") {
			return kind
		}
		if !all && len(p.tokens) > 1 && p.tokens[1].isName() && p.accept(kind.singular) {
			kind.plural = ""
			return kind
		}
	}
	if all {
		p.unexpected("TABLES, SEQUENCES, FUNCTIONS, PROCEDURES or ROUTINES, and IN SCHEMA")
	}
	table := objectKinds()[0]
	table.plural = ""
	return table
}

// names reads identifiers of at most levels parts.
func (p *parser) names(levels int) []pgx.Identifier {
	names := []pgx.Identifier{p.name(levels)}
	for p.acceptSign(",") {
		names = append(names, p.name(levels))
	}
	return names
}

func (p *parser) name(levels int) pgx.Identifier {
	name := pgx.Identifier{p.identifier()}
	for p.acceptSign(".") {
		name = append(name, p.identifier())
	}
	if len(name) > levels {
		p.fail("the name %s has too many parts", name.Sanitize())
	}
	return name
}

func (p *parser) identifier() string {
	if p.err != nil || p.atEnd() || !p.tokens[0].isName() {
		p.unexpected("a name")
		return ""
	}
	name := p.tokens[0].name
	p.tokens = p.tokens[1:]
	if err := checkName(name); err != nil {
		p.fail("%w", err)
	}
	return name
}

// allow wants every privilege to be one of allowed.
func (p *parser) allow(privileges, allowed []string, on string) {
	for _, privilege := range privileges {
		if privilege != "ALL" && !slices.Contains(allowed, privilege) {
			p.fail("%s is no privilege on %s; those are %s", privilege, on, strings.Join(allowed, ", "))
		}
	}
}

// word reads an unquoted word, in capitals.
func (p *parser) word(what string) string {
	if p.err != nil || p.atEnd() || p.tokens[0].word == "" {
		p.unexpected(what)
		return ""
	}
	word := p.tokens[0].word
	p.tokens = p.tokens[1:]
	return word
}

// accept reads the words if they come next.
func (p *parser) accept(words ...string) bool {
	if p.err != nil || len(p.tokens) < len(words) {
		return false
	}
	for i, word := range words {
		if p.tokens[i].word != word {
			return false
		}
	}
	p.tokens = p.tokens[len(words):]
	return true
}

func (p *parser) acceptSign(sign string) bool {
	if p.err != nil || p.atEnd() || p.tokens[0].sign != sign {
		return false
	}
	p.tokens = p.tokens[1:]
	return true
}

func (p *parser) want(word string) {
	if !p.accept(word) {
		p.unexpected(word)
	}
}

func (p *parser) atEnd() bool { return len(p.tokens) == 0 }

func (p *parser) finish() error {
	if p.err == nil && !p.atEnd() {
		p.unexpected("the end")
	}
	return p.err
}

func (p *parser) unexpected(wanted string) {
	found := "its end"
	if !p.atEnd() {
		found = p.tokens[0].text
	}
	p.fail("%s was expected where %s stands", wanted, found)
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("%q: %w", p.text, fmt.Errorf(format, args...))
	}
}
