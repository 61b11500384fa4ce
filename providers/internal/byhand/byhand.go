// Package byhand words what providers have in common where a person does their
// work in a shell:
//
//	command := byhand.Reading(secrets, ref, "password of "+user)
package byhand

import (
	"strconv"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/engine/shell"
)

// Reading is a command for sh, on one line, that prints the secret behind ref:
// from where it lies or, where that cannot be told, by asking for what.
func Reading(secrets secret.Resolver, ref secret.Ref, what string) string {
	if teller, able := secrets.(secret.Teller); able && !ref.IsZero() {
		if command := teller.Reading(ref); command != "" {
			return command
		}
	}
	return shell.Ask(what)
}

// Drawing makes a password like those that rotadeck generates, as the file
// password in the folder $fresh.
func Drawing(user string, length int) string {
	return "printf '%s' " + shell.Quote(user) + " >\"$fresh/username\"\n" +
		"( set +o pipefail; LC_ALL=C tr -dc A-Za-z0-9 </dev/urandom | head -c " + strconv.Itoa(length) + " >\"$fresh/password\" )"
}
