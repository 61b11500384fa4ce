package mysql

import (
	"crypto/rand"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// VerifierOf is what a server keeps of a password.
func VerifierOf(plugin, password string) string {
	v, err := newVerifier(rand.Reader, plugin, secret.FromText(password))
	if err != nil {
		return err.Error()
	}
	return v.Text()
}

// IsVerifierOf says whether a server that keeps verifier takes password.
func IsVerifierOf(plugin, verifier, password string) bool {
	return verifies(plugin, verifier, secret.FromText(password))
}

// Covers gives tests covers.
func Covers(held, object string) bool { return covers(held, object) }
