package mysql

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// token is a word, a quoted name, a string or a sign.
type token struct {
	word string // an unquoted word in capitals, to compare with keywords
	name string // what it means as a name or string
	sign rune   // , . ( ) @ *
	text string // as a statement of ours writes it
}

func (t token) is(words ...string) bool {
	for _, word := range words {
		if t.word == word {
			return true
		}
	}
	return false
}

// isName says that it may stand for a database, a table, a user or a role.
func (t token) isName() bool { return t.sign == 0 }

// tokenize splits text by the rules of the manuals, chapter "Language
// Structure", as far as statements about users go: 'string', `name`, "name" as
// sessions with ANSI_QUOTES wrote it, words and numbers, and a few signs.
// Anything else (";", comments) is an error.
func tokenize(text string) ([]token, error) { return tokenizeBy(quoted, text) }

// tokenizeShown is tokenize for what a server shows. MariaDB up to 10.11.14, for
// one, puts strings between quotes as they are, with quotes and backslashes that
// nothing escapes: what makes no sense by the rules is read like that.
func tokenizeShown(text string) ([]token, error) {
	tokens, err := tokenize(text)
	if err == nil {
		return tokens, nil
	}
	if bare, bareErr := tokenizeBy(quotedBare, text); bareErr == nil {
		return bare, nil
	}
	return nil, err
}

// tokenizeBy has strings and quoted names read by a function like quoted.
func tokenizeBy(read func([]rune) (string, int, error), text string) ([]token, error) {
	var tokens []token
	for rest := []rune(text); len(rest) > 0; {
		switch c := rest[0]; {
		case unicode.IsSpace(c):
			rest = rest[1:]
		case strings.ContainsRune(",.()@*", c):
			tokens, rest = append(tokens, token{sign: c, text: string(c)}), rest[1:]
		case c == '`' || c == '"' || c == '\'':
			name, length, err := read(rest)
			if err != nil {
				return nil, err
			}
			t := token{name: name, text: identifier(name)}
			if c == '\'' {
				t.text = literal(name)
			}
			tokens, rest = append(tokens, t), rest[length:]
		case inWord(c):
			length := 1
			for length < len(rest) && (inWord(rest[length]) || isPoint(rest, length)) {
				length++
			}
			word := string(rest[:length])
			tokens, rest = append(tokens, token{word: strings.ToUpper(word), name: word, text: word}), rest[length:]
		default:
			return nil, fmt.Errorf("%q has no place here; odd names stand in backticks", c)
		}
	}
	return tokens, nil
}

func inWord(c rune) bool {
	return unicode.IsLetter(c) || unicode.IsDigit(c) || c == '_' || c == '$' || c == '%' || c == '-'
}

// isPoint says that a dot stands within a number.
func isPoint(text []rune, at int) bool {
	digits := at > 0 && at+1 < len(text) && text[at] == '.' && unicode.IsDigit(text[at+1])
	for _, c := range text[:at] {
		digits = digits && unicode.IsDigit(c)
	}
	return digits
}

// quoted reads a quoted name or string, in which a doubled quote stands for
// one, and says how long it was. In a string a backslash escapes.
func quoted(text []rune) (name string, length int, err error) {
	var b strings.Builder
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '\'' && i+1 < len(text):
			i++
			b.WriteRune(unescaped(text[i]))
		case text[i] != quote:
			b.WriteRune(text[i])
		case i+1 < len(text) && text[i+1] == quote:
			b.WriteRune(quote)
			i++
		case !endsQuoted(text[i+1:]):
			return "", 0, fmt.Errorf("%q has no place right behind a quoted name", text[i+1])
		default:
			return b.String(), i + 1, nil
		}
	}
	return "", 0, errors.New("a quoted name does not end")
}

// quotedBare is quoted for a string in which nothing is escaped: it ends with
// the first quote that something else can follow.
func quotedBare(text []rune) (name string, length int, err error) {
	if text[0] != '\'' {
		return quoted(text)
	}
	for i := 1; i < len(text); i++ {
		if text[i] == '\'' && endsQuoted(text[i+1:]) {
			return string(text[1:i]), i + 1, nil
		}
	}
	return "", 0, errors.New("a string does not end")
}

// endsQuoted says whether rest can follow a quoted name or string.
func endsQuoted(rest []rune) bool {
	return len(rest) == 0 || unicode.IsSpace(rest[0]) || strings.ContainsRune(",.()@*", rest[0])
}

// unescaped is what a backslash makes of a character (MySQL manual, "String
// Literals").
func unescaped(c rune) rune {
	switch c {
	case '0':
		return 0
	case 'b':
		return '\b'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'Z':
		return 26
	}
	return c
}
