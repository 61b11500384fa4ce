package mysql

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// The sums are those of openssl passwd -5.
func TestSHA256Crypt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ password, salt, want string }{
		{"Hello world!", "saltstring", "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"},
		{
			"a very much longer text to encrypt.  This one even stretches over more than one line.",
			"anotherlongsalts", "bkTGmWa6xczHOcako3jsC0d.iElajyZG6gO/U7RylL9",
		},
	} {
		if got := sha256Crypt([]byte(c.password), []byte(c.salt), 5000); got != c.want {
			t.Errorf("%q with the salt %q: %s; want %s", c.password, c.salt, got, c.want)
		}
	}
}

// The verifiers are what servers keep: the first of MySQL 8.0, after CREATE USER
// … IDENTIFIED BY 'foobar'.
func TestVerifiers(t *testing.T) {
	t.Parallel()
	kept, err := hex.DecodeString("24412430303524031A69251C34295C4B35167C7F1E5A7B63091349503974624D34504B5A424679354856336868686F52485A736E4A733368786E427575516C73446469496537")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		plugin, verifier, password string
		want                       bool
	}{
		{pluginCachingSHA2, string(kept), "foobar", true},
		{pluginCachingSHA2, string(kept), "foobaz", false},
		{pluginCachingSHA2, string(kept[:20]), "foobar", false},
		{pluginCachingSHA2, "", "foobar", false},
		{pluginCachingSHA2, "$B$005$x", "", false},
		{pluginNative, "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19", "password", true},
		{pluginNative, "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19", "Password", false},
		{"sha256_password", "", "", false},
	} {
		if got := verifies(c.plugin, c.verifier, secret.FromText(c.password)); got != c.want {
			t.Errorf("%s of %q: %t; want %t", c.plugin, c.password, got, c.want)
		}
	}
}

// A verifier is recognised as that of its password, has a salt of its own, and
// can stand in a string constant as it is.
func TestNewVerifier(t *testing.T) {
	t.Parallel()
	random := bytes.NewReader(bytes.Repeat([]byte("0123456789abcdef"), 20))
	for _, plugin := range []string{pluginNative, pluginCachingSHA2} {
		password := secret.FromText("correct horse battery staple")
		v, err := newVerifier(random, plugin, password)
		if err != nil {
			t.Fatal(err)
		}
		if !verifies(plugin, v.Text(), password) || verifies(plugin, v.Text(), secret.FromText("x")) {
			t.Errorf("%s: %q is not of its password alone", plugin, v.Text())
		}
		if literal(v.Text()) != "'"+v.Text()+"'" {
			t.Errorf("%s: %q needs escapes", plugin, v.Text())
		}
	}
	for password, plugin := range map[string]string{"": pluginNative, "a\x00b": pluginCachingSHA2, "x": "auth_socket"} {
		if v, err := newVerifier(random, plugin, secret.FromText(password)); err == nil {
			t.Errorf("%q for %s: %q", password, plugin, v.Text())
		}
	}
}
