package inventory

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// source is a text that knows its lines.
type source struct {
	name  string
	text  string
	lines []int // offset of each line's first byte
}

func newSource(name string, text []byte) *source {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) // some editors put a mark before UTF-8
	s := &source{name: name, text: string(text), lines: make([]int, 1, bytes.Count(text, []byte("\n"))+1)}
	for i, c := range text {
		if c == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// error places a message at an offset of the text.
func (s *source) error(offset int, field, message string) *Error {
	offset = min(max(offset, 0), len(s.text))
	line, found := slices.BinarySearch(s.lines, offset)
	if !found {
		line--
	}
	before := strings.TrimSuffix(s.text[s.lines[line]:offset], "\r")
	return &Error{
		File: s.name, Line: line + 1, Column: utf8.RuneCountInString(before) + 1,
		Field: field, Message: message,
	}
}

// invalid is the offset of the first byte that is not UTF-8, or -1.
func (s *source) invalid() int {
	for i, c := range s.text {
		if c == utf8.RuneError {
			if _, width := utf8.DecodeRuneInString(s.text[i:]); width == 1 {
				return i
			}
		}
	}
	return -1
}
