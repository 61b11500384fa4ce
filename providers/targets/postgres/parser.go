package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

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

// privileges reads a list of words, in capitals, each with its columns.
func (p *parser) privileges() []privilege {
	list := []privilege{p.privilege()}
	for p.acceptSign(",") {
		list = append(list, p.privilege())
	}
	return list
}

func (p *parser) privilege() privilege {
	read := privilege{word: p.word("a privilege")}
	if read.word == "ALL" {
		p.accept("PRIVILEGES")
	}
	if p.acceptSign("(") {
		read.columns = p.names(1)
		p.wantSign(")")
	}
	return read
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

// objects reads what kind says, of which routines may have arguments.
func (p *parser) objects(kind objectKind) []object {
	var list []object
	for first := true; first || p.acceptSign(","); first = false {
		o := object{name: p.name(kind.levels)}
		if kind.routine && kind.plural == "" {
			o.arguments = p.arguments()
		}
		list = append(list, o)
	}
	return list
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
func (p *parser) allow(privileges []privilege, allowed []string, on string) {
	for _, read := range privileges {
		switch {
		case read.word == "ALL" && len(privileges) > 1 && len(read.columns) == 0:
			p.fail("ALL stands alone: it has every other privilege in it")
		case read.word != "ALL" && !slices.Contains(allowed, read.word):
			p.fail("%s is no privilege on %s; those are %s", read.word, on, strings.Join(allowed, ", "))
		}
	}
}

// allowColumns wants columns only where the server knows them.
func (p *parser) allowColumns(r right) {
	allowed := []string{"ALL", "SELECT", "INSERT", "UPDATE", "REFERENCES"}
	for _, read := range r.privileges {
		if len(read.columns) > 0 && (r.on != "TABLE" || !slices.Contains(allowed, read.word)) {
			p.fail("%s on %s is not for single columns", read.word, r.on)
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

func (p *parser) wantSign(sign string) {
	if !p.acceptSign(sign) {
		p.unexpected(sign)
	}
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
