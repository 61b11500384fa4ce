package ui

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// ASCII replaces the symbols of a finished frame (glyphs, lines, bars, arrows)
// by ASCII ones of the same width. Letters of names stay, whatever their
// script.
func ASCII(frame string) string {
	var b strings.Builder
	b.Grow(len(frame))
	for _, r := range frame {
		switch to := asciiFor(r); {
		case r < 0x80, unicode.IsLetter(r), unicode.IsMark(r):
			b.WriteRune(r)
		case to != 0:
			b.WriteByte(to)
		default:
			b.WriteString(strings.Repeat("?", ansi.StringWidth(string(r))))
		}
	}
	return b.String()
}

func asciiFor(r rune) byte {
	switch r {
	case '✓':
		return '+'
	case '✗', '×':
		return 'x'
	case '◆', '▲', '■', '●', '•', '◉', '▰', '█', '▌':
		return asciiSolid(r)
	case '◇':
		return '~'
	case '○', '▱', '░', '·', '…':
		return '.'
	case '▸', '→', '›', '❯':
		return '>'
	case '←', '‹', '↶', '↺':
		return '<'
	case '↑', '▴':
		return '^'
	case '↓', '▾':
		return 'v'
	case '─', '━', '–', '—', '╌':
		return '-'
	case '│', '┃', '╎':
		return '|'
	case '╭', '╮', '╰', '╯', '┌', '┐', '└', '┘', '├', '┤', '┬', '┴', '┼', '┏', '┓', '┗', '┛':
		return '+'
	case '“', '”':
		return '"'
	case '’', '‘':
		return '\''
	case '▁', '▂':
		return '_'
	case '▃', '▄', '▅':
		return '-'
	case '▆', '▇':
		return '='
	}
	return 0
}

func asciiSolid(r rune) byte {
	switch r {
	case '▲':
		return '!'
	case '▌':
		return '>'
	case '◆', '•', '●', '◉':
		return '*'
	}
	return '#'
}
