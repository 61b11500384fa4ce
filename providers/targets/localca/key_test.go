package localca

import (
	"bytes"
	"crypto"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// The keys of testdata were written by OpenSSL 3.0; this opens them.
const testPassword = "rotadeck-test"

func readTestKey(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "keys", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestParseKeyReadsWhatOpenSSLWrites(t *testing.T) {
	t.Parallel()
	same := map[string][]string{
		"ec.pem":      {"ec-sec1.pem", "ec-aes128-sha1.pem", "ec-aes192-sha512.pem", "ec-aes256-sha256.pem"},
		"rsa.pem":     {"rsa-pkcs1.pem", "rsa-aes256-sha384.pem"},
		"ed25519.pem": {"ed25519-aes256.pem"},
	}
	for plain, others := range same {
		want, err := parseKey(readTestKey(t, plain), nil)
		if err != nil {
			t.Fatalf("%s: %v", plain, err)
		}
		public := want.Public().(interface{ Equal(crypto.PublicKey) bool })
		for _, name := range others {
			got, err := parseKey(readTestKey(t, name), secret.FromText(testPassword))
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if !public.Equal(got.Public()) {
				t.Errorf("%s holds another key than %s", name, plain)
			}
		}
	}
}

func TestParseKeyRefuses(t *testing.T) {
	t.Parallel()
	const encrypted = "ec-aes256-sha256.pem"
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})
	cases := map[string]struct {
		text     []byte
		password string
		want     error
	}{
		"a wrong password":          {readTestKey(t, encrypted), "guess", errPassword},
		"no password":               {readTestKey(t, encrypted), "", errNoPassword},
		"triple DES":                {readTestKey(t, "ec-3des.pem"), testPassword, errOldEncryption},
		"scrypt":                    {readTestKey(t, "ec-scrypt.pem"), testPassword, errOldEncryption},
		"PBES1":                     {readTestKey(t, "ec-pbes1.pem"), testPassword, errOldEncryption},
		"encryption of RFC 1423":    {readTestKey(t, "rsa-dek-info.pem"), testPassword, errOldEncryption},
		"an empty file":             {nil, "", errNoKey},
		"a certificate, not a key":  {certificate, "", errNoKey},
		"a key that was cut":        {edited(t, encrypted, func(der []byte) []byte { return der[:len(der)-1] }), testPassword, errDamaged},
		"a key with something more": {edited(t, encrypted, func(der []byte) []byte { return append(der, 0) }), testPassword, errDamaged},
		"half a block":              {shortened(t, encrypted), testPassword, errDamaged},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parseKey(c.text, secret.FromText(c.password))
			if !errors.Is(err, c.want) {
				t.Errorf("%v; want %v", err, c.want)
			}
		})
	}
}

// A wrong password leaves plausible padding once in some 256 times; what comes
// out is no key then, and must be reported alike.
func TestParseKeyKnowsEveryWrongPassword(t *testing.T) {
	t.Parallel()
	quick := edited(t, "ec-aes256-sha256.pem", func(der []byte) []byte { return withIterations(t, der, 1) })
	for i := range 2000 {
		_, err := parseKey(quick, secret.FromText(strconv.Itoa(i)))
		if !errors.Is(err, errPassword) {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
}

func TestDeriveKeyBoundsWork(t *testing.T) {
	t.Parallel()
	for _, from := range []int{0, -1, maxIterations + 1} {
		text := edited(t, "ec-aes256-sha256.pem", func(der []byte) []byte { return withIterations(t, der, from) })
		if _, err := parseKey(text, secret.FromText(testPassword)); !errors.Is(err, errDamaged) {
			t.Errorf("%d iterations: %v; want %v", from, err, errDamaged)
		}
	}
}

func FuzzDecryptPKCS8(f *testing.F) {
	for _, name := range []string{"ec-aes256-sha256.pem", "ec-3des.pem", "ec-scrypt.pem", "ec-pbes1.pem"} {
		text, err := os.ReadFile(filepath.Join("testdata", "keys", name))
		if err != nil {
			f.Fatal(err)
		}
		block, _ := pem.Decode(text)
		f.Add(block.Bytes)
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		plain, err := decryptPKCS8(der, "x")
		if err == nil && len(plain) >= len(der) {
			t.Errorf("%d octets came out of %d", len(plain), len(der))
		}
	})
}

// edited is a PEM file with its content changed.
func edited(t *testing.T, name string, edit func(der []byte) []byte) []byte {
	t.Helper()
	block, _ := pem.Decode(readTestKey(t, name))
	block.Bytes = edit(bytes.Clone(block.Bytes))
	return pem.EncodeToMemory(block)
}

// shortened is a well-formed file whose ciphertext is no whole number of blocks.
func shortened(t *testing.T, name string) []byte {
	t.Helper()
	return edited(t, name, func(der []byte) []byte {
		outer := unmarshal[encryptedKey](t, der)
		outer.Data = outer.Data[:len(outer.Data)-5]
		return marshal(t, outer)
	})
}

func withIterations(t *testing.T, der []byte, n int) []byte {
	t.Helper()
	outer := unmarshal[encryptedKey](t, der)
	params := unmarshal[pbes2Params](t, outer.Scheme.Parameters.FullBytes)
	derivation := unmarshal[pbkdf2Params](t, params.Derivation.Parameters.FullBytes)
	derivation.Iterations = n
	params.Derivation.Parameters = asn1.RawValue{FullBytes: marshal(t, derivation)}
	outer.Scheme.Parameters = asn1.RawValue{FullBytes: marshal(t, params)}
	return marshal(t, outer)
}

func unmarshal[T any](t *testing.T, der []byte) T {
	t.Helper()
	var value T
	if _, err := asn1.Unmarshal(der, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func marshal(t *testing.T, value any) []byte {
	t.Helper()
	der, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return der
}
