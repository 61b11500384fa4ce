// Package shell writes commands for people to paste into bash:
//
//	line := "rm -f " + shell.Quote(path)
package shell

import "strings"

// plain are the characters that mean nothing to a shell.
const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-"

// Quote makes one word of text, whatever is in it.
func Quote(text string) string {
	if text != "" && strings.Trim(text, plain) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// Join quotes words and puts a blank between them.
func Join(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = Quote(word)
	}
	return strings.Join(quoted, " ")
}

// Strict is a script of lines that ends where the first of them fails, in a
// shell of its own: whoever pastes it keeps theirs. The files that it makes are
// for its user alone.
func Strict(lines ...string) string {
	return "( set -euo pipefail; umask 077\n" + strings.Join(lines, "\n") + "\n)"
}

// Ask is a command that asks at the terminal for what must not be seen, and
// prints it.
func Ask(what string) string {
	return "{ printf '%s: ' " + Quote(what) + " >&2; stty -echo; read -r s; stty echo; echo >&2; printf '%s' \"$s\"; } </dev/tty"
}
