package postgres

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

const (
	scramIterations = 4096 // PostgreSQL's own default, and the least that RFC 7677 allows
	scramSaltLength = 16   // bytes, as PostgreSQL draws
)

// maskedVerifier stands for a verifier in plans.
const maskedVerifier = "SCRAM-SHA-256$4096:" + secret.Mask

// newVerifier computes what the server needs to recognise password, and no
// more, with a salt drawn from random. Passwords outside ASCII are refused:
// they would need SASLprep (RFC 4013).
func newVerifier(random io.Reader, password *secret.Secret) (*secret.Secret, error) {
	value := password.Reveal()
	defer clear(value)
	if len(value) == 0 {
		return nil, engine.NewProblem(nil, "", "the new password is empty")
	}
	for _, b := range value {
		if b < ' ' || b > '~' {
			return nil, engine.NewProblem(nil, "generate a new one", "the new password has a character that is not printable ASCII")
		}
	}
	salt := make([]byte, scramSaltLength)
	if _, err := io.ReadFull(random, salt); err != nil {
		return nil, fmt.Errorf("draw a salt: %w", err)
	}
	text, err := scramVerifier(value, salt, scramIterations)
	return secret.FromText(text), err
}

// scramVerifier derives StoredKey and ServerKey (RFC 5802, section 3) and lays
// them out as pg_authid.rolpassword does:
// SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>.
func scramVerifier(password, salt []byte, iterations int) (string, error) {
	salted, err := pbkdf2.Key(sha256.New, string(password), salt, iterations, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("derive the SCRAM key: %w", err)
	}
	defer clear(salted)
	stored := sha256.Sum256(keyedHash(salted, "Client Key"))
	server := keyedHash(salted, "Server Key")
	encode := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", iterations, encode(salt), encode(stored[:]), encode(server)), nil
}

func keyedHash(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
