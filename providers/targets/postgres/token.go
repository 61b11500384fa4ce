package postgres

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// token is a word, a quoted name or a sign.
type token struct {
	word string // an unquoted word in capitals, to compare with keywords
	name string // what it means as a name: folded to lower case unless quoted
	sign string // one of , . ( ) [ ]
	text string // as it was written
}

func (t token) isName() bool { return t.name != "" }

// tokenize splits text by the rules of PostgreSQL's manual, section 4.1.1, as
// far as names, commas, dots and brackets go. Anything else (";", comments, strings) has
// no place in a grant and is an error.
func tokenize(text string) ([]token, error) {
	var tokens []token
	for rest := []rune(text); len(rest) > 0; {
		switch c := rest[0]; {
		case strings.ContainsRune(" \t\n\r\f\v", c): // other blanks are part of names to the server
			rest = rest[1:]
		case strings.ContainsRune(",.()[]", c):
			tokens, rest = append(tokens, token{sign: string(c), text: string(c)}), rest[1:]
		case c == '"':
			name, length, err := quotedName(rest)
			if err != nil {
				return nil, err
			}
			tokens, rest = append(tokens, token{name: name, text: quote(name)}), rest[length:]
		case unicode.IsLetter(c) || c == '_':
			length := 1
			for length < len(rest) && inWord(rest[length]) {
				length++
			}
			word := string(rest[:length])
			tokens, rest = append(tokens, token{word: strings.ToUpper(word), name: foldASCII(word), text: word}), rest[length:]
		default:
			return nil, fmt.Errorf("%q has no place here; odd names stand in double quotes", c)
		}
	}
	return tokens, nil
}

func inWord(c rune) bool {
	return unicode.IsLetter(c) || unicode.IsDigit(c) || c == '_' || c == '$'
}

// quotedName reads "name" with "" for a quote, and says how long it was.
func quotedName(text []rune) (name string, length int, err error) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		if text[i] != '"' {
			b.WriteRune(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			b.WriteRune('"')
			i++
			continue
		}
		if b.Len() == 0 {
			return "", 0, errors.New("a quoted name is empty")
		}
		return b.String(), i + 1, nil
	}
	return "", 0, errors.New("a quoted name does not end")
}

// foldASCII folds as the server does in a multi-byte encoding: only A to Z.
func foldASCII(word string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, word)
}
