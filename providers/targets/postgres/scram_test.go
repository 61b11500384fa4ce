package postgres

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// The example conversation of RFC 7677, section 3: whoever has the right
// ServerKey signs it with this signature.
func TestVerifierOfRFC7677(t *testing.T) {
	t.Parallel()
	const (
		conversation = "n=user,r=rOprNGfwEbeRWgbNEkqO," +
			"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096," +
			"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
		signature = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
	)
	salt, err := base64.StdEncoding.DecodeString("W22ZaJ0SNY7soEsUEjb6gQ==")
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := scramVerifier([]byte("pencil"), salt, 4096)
	if err != nil {
		t.Fatal(err)
	}
	const prefix = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
	keys, found := strings.CutPrefix(verifier, prefix)
	if !found {
		t.Fatalf("verifier %q does not start with %q", verifier, prefix)
	}
	_, serverText, _ := strings.Cut(keys, ":")
	serverKey, err := base64.StdEncoding.DecodeString(serverText)
	if err != nil {
		t.Fatal(err)
	}
	if got := base64.StdEncoding.EncodeToString(keyedHash(serverKey, conversation)); got != signature {
		t.Errorf("signature %s; want %s", got, signature)
	}
}

func TestVerifierRefuses(t *testing.T) {
	t.Parallel()
	for name, password := range map[string]string{
		"nothing":           "",
		"what needs a form": "pässword-pässword",
		"what is no text":   "password\x00password",
	} {
		if _, err := newVerifier(bytes.NewReader(make([]byte, scramSaltLength)), secret.FromText(password)); err == nil {
			t.Errorf("%s: no error", name)
		} else if password != "" && strings.Contains(err.Error(), password) {
			t.Errorf("%s: the error shows the password", name)
		}
	}
	if _, err := newVerifier(bytes.NewReader(nil), secret.FromText("password")); err == nil {
		t.Error("no randomness: no error")
	}
}
