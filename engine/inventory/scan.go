package inventory

import (
	"strings"

	"github.com/BurntSushi/toml"
)

// scanner finds the places of keys and values, which the decoder keeps to
// itself. It reads text that the decoder has accepted, so it needs to know
// where things begin and end, not whether they are right.
type scanner struct {
	text string
	pos  int
}

// scan returns the tree of places.
func scan(text string) *node {
	s := &scanner{text: text}
	root := &node{}
	table := root
	for s.blank(); s.pos < len(s.text); s.blank() {
		if s.text[s.pos] == '[' {
			table = s.header(root)
		} else {
			s.pair(table)
		}
	}
	return root
}

// header reads [a.b] or [[a.b]] and returns the table that follows.
func (s *scanner) header(root *node) *node {
	array := strings.HasPrefix(s.text[s.pos:], "[[")
	s.pos++
	if array {
		s.pos++
	}
	n, key, at := s.path(root)
	n = n.child(key, at)
	if array {
		n = n.item(at)
	} else {
		n.keyAt, n.valueAt = at, at // a parent may have been placed at its first child
	}
	for s.pos < len(s.text) && s.text[s.pos] == ']' {
		s.pos++
	}
	return n
}

// pair reads key = value into table.
func (s *scanner) pair(table *node) {
	n, key, at := s.path(table)
	n = n.child(key, at)
	s.advance() // past the equals sign
	s.space()
	s.value(n)
}

// path reads a dotted key and opens all but its last part, which it returns
// with its place.
func (s *scanner) path(n *node) (*node, string, int) {
	for {
		s.space()
		at := s.pos
		key := s.key()
		s.space()
		if s.pos >= len(s.text) || s.text[s.pos] != '.' {
			return n, key, at
		}
		s.pos++
		n = n.child(key, at).open()
	}
}

// key reads one part of a key.
func (s *scanner) key() string {
	start := s.pos
	if s.pos < len(s.text) && (s.text[s.pos] == '"' || s.text[s.pos] == '\'') {
		s.quoted(1)
		return unquote(s.text[start:s.pos])
	}
	s.until(" \t.=]\r\n")
	return s.text[start:s.pos]
}

// value reads what follows an equals sign, or an item of a list, into n.
func (s *scanner) value(n *node) {
	n.valueAt = s.pos
	switch rest := s.text[s.pos:]; {
	case strings.HasPrefix(rest, `"""`), strings.HasPrefix(rest, `'''`):
		s.quoted(3)
	case strings.HasPrefix(rest, `"`), strings.HasPrefix(rest, `'`):
		s.quoted(1)
	case strings.HasPrefix(rest, "["):
		s.group(']', func() { s.value(n.item(s.pos)) })
	case strings.HasPrefix(rest, "{"):
		s.group('}', func() { s.pair(n) })
	default:
		s.advance()
		s.until(",]}#\r\n")
	}
}

// group reads the comma-separated members of a list or an inline table.
func (s *scanner) group(end byte, member func()) {
	s.pos++
	for s.blank(); s.pos < len(s.text); s.blank() {
		switch s.text[s.pos] {
		case end:
			s.pos++
			return
		case ',':
			s.pos++
		default:
			member()
		}
	}
}

// quoted passes a string whose delimiter is the quote here, count times.
func (s *scanner) quoted(count int) {
	quote := s.text[s.pos]
	delimiter := strings.Repeat(string(quote), count)
	s.pos += count
	for s.pos < len(s.text) && !strings.HasPrefix(s.text[s.pos:], delimiter) {
		if quote == '"' && s.text[s.pos] == '\\' {
			s.pos++
		}
		s.pos++
	}
	s.pos = min(s.pos+count, len(s.text))
	for extra := 0; count == 3 && extra < 2 && s.pos < len(s.text) && s.text[s.pos] == quote; extra++ {
		s.pos++ // a long string may end with one or two quotes of its own
	}
}

// advance passes one byte. Each round of a loop passes at least one, so that
// no text can hold the scanner up.
func (s *scanner) advance() { s.pos = min(s.pos+1, len(s.text)) }

// blank passes white space, line ends and comments.
func (s *scanner) blank() {
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.pos++
		case '#':
			s.until("\n")
		default:
			return
		}
	}
}

// space passes white space within a line.
func (s *scanner) space() {
	for s.pos < len(s.text) && (s.text[s.pos] == ' ' || s.text[s.pos] == '\t') {
		s.pos++
	}
}

// until goes to the next of the characters, or to the end.
func (s *scanner) until(characters string) {
	if i := strings.IndexAny(s.text[s.pos:], characters); i >= 0 {
		s.pos += i
	} else {
		s.pos = len(s.text)
	}
}

// unquote returns what a quoted key stands for. Escapes are rare in keys, so
// the decoder is asked for those.
func unquote(quoted string) string {
	if quoted[0] == '"' && strings.Contains(quoted, `\`) {
		var document struct{ Key string }
		if _, err := toml.Decode("Key = "+quoted, &document); err == nil {
			return document.Key
		}
	}
	return strings.Trim(quoted, quoted[:1])
}
