package mysql

import (
	"bytes"
	"crypto/sha1" // what mysql_native_password is made of
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"

	"filippo.io/edwards25519"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// The values of auth_plugin.
const (
	pluginAuto        = "auto"
	pluginNative      = "mysql_native_password"
	pluginCachingSHA2 = "caching_sha2_password"
	pluginEd25519     = "ed25519" // of MariaDB
)

// computable says that passwords for plugin can be hashed here.
func computable(plugin string) bool {
	return plugin == pluginNative || plugin == pluginCachingSHA2 || plugin == pluginEd25519
}

// caching_sha2_password keeps $A$<rounds in thousands, in three digits>$, a salt of 20
// bytes and a sum of 43 characters (MySQL source, sql/auth/sha2_password.cc).
const (
	sha2Prefix     = "$A$005$"
	sha2Rounds     = 5000
	sha2SaltLength = 20
)

// maskedVerifier stands for a verifier in plans.
func maskedVerifier(plugin string) string {
	switch plugin {
	case pluginCachingSHA2:
		return sha2Prefix + secret.Mask
	case pluginNative:
		return "*" + secret.Mask
	}
	return secret.Mask
}

// newVerifier computes what the server keeps of a password for plugin, with a
// salt drawn from random. The salt is of letters and digits, so that the whole
// is a text.
func newVerifier(random io.Reader, plugin string, password *secret.Secret) (*secret.Secret, error) {
	value := password.Reveal()
	defer clear(value)
	if len(value) == 0 {
		return nil, engine.NewProblem(nil, "", "the new password is empty")
	}
	if bytes.IndexByte(value, 0) >= 0 {
		return nil, engine.NewProblem(nil, "generate a new one", "the new password has a zero byte")
	}
	switch plugin {
	case pluginNative:
		return secret.FromText(nativeVerifier(value)), nil
	case pluginEd25519:
		verifier, err := ed25519Verifier(value)
		return secret.FromText(verifier), err
	case pluginCachingSHA2:
		salt, err := secret.Generate(random, sha2SaltLength)
		if err != nil {
			return nil, fmt.Errorf("draw a salt: %w", err)
		}
		return secret.FromText(sha2Verifier(value, salt.Reveal(), sha2Rounds)), nil
	}
	return nil, engine.NewProblem(nil, "set "+settingAuthPlugin, "passwords for %s cannot be computed", plugin)
}

// nativeVerifier is * and SHA1(SHA1(password)) in hexadecimal digits.
func nativeVerifier(password []byte) string {
	first := sha1.Sum(password)
	second := sha1.Sum(first[:])
	return fmt.Sprintf("*%X", second)
}

// ed25519Verifier is the public key to a secret key that is made of the password
// as RFC 8032, section 5.1.5, makes one of a seed, but of any length (MariaDB
// source, plugin/auth_ed25519).
func ed25519Verifier(password []byte) (string, error) {
	sum := sha512.Sum512(password)
	defer clear(sum[:])
	scalar, err := edwards25519.NewScalar().SetBytesWithClamping(sum[:32])
	if err != nil {
		return "", fmt.Errorf("make a key of the password: %w", err)
	}
	return base64.RawStdEncoding.EncodeToString(new(edwards25519.Point).ScalarBaseMult(scalar).Bytes()), nil
}

func sha2Verifier(password, salt []byte, rounds int) string {
	return fmt.Sprintf("$A$%03X$%s%s", rounds/1000, salt, sha256Crypt(password, salt, rounds))
}

// verifies says whether verifier, as the server keeps it, is of password.
func verifies(plugin, verifier string, password *secret.Secret) bool {
	value := password.Reveal()
	defer clear(value)
	want := ""
	switch plugin {
	case pluginNative:
		want = nativeVerifier(value)
	case pluginCachingSHA2:
		fields := strings.SplitN(verifier, "$", 4)
		if len(fields) != 4 || fields[1] != "A" || len(fields[3]) < sha2SaltLength {
			return false
		}
		thousands, err := strconv.ParseUint(fields[2], 16, 12)
		if err != nil {
			return false
		}
		want = sha2Verifier(value, []byte(fields[3][:sha2SaltLength]), int(thousands)*1000)
	}
	return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(verifier)) == 1
}

// identified is the clause that gives an account its verifier, which is quoted
// already.
func (s server) identified(plugin, verifier string) string {
	if s.mariaDB {
		return "IDENTIFIED VIA " + plugin + " USING " + verifier
	}
	return "IDENTIFIED WITH " + plugin + " AS " + verifier
}
