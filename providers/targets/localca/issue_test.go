package localca_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
	"github.com/rotadeck/rotadeck/providers/targets/localca"
)

// authority makes a CA with a key of any type, signed by parent or by itself,
// and writes its three files.
type authority struct {
	cert   *x509.Certificate
	key    crypto.Signer
	folder string
}

func newAuthority(t *testing.T, key crypto.Signer, parent *authority, edit func(*x509.Certificate)) *authority {
	t.Helper()
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "Some CA"},
		SubjectKeyId:          []byte("an identifier"),
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(1000 * time.Hour),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	if edit != nil {
		edit(template)
	}
	a := &authority{key: key, folder: t.TempDir()}
	signer, issuer := key, template
	if parent != nil {
		signer, issuer = parent.key, parent.cert
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	chain := []*x509.Certificate{a.cert}
	if parent != nil {
		chain = append(chain, parent.cert)
	}
	a.write(t, "ca.crt", pemfile.Encode(chain...))
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	a.write(t, "ca.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	a.writeList(t, &x509.RevocationList{})
	return a
}

func (a *authority) path(name string) string { return filepath.Join(a.folder, name) }

func (a *authority) write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(a.path(name), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// writeList signs a list into crl.pem, where the CA may sign lists.
func (a *authority) writeList(t *testing.T, list *x509.RevocationList) []byte {
	t.Helper()
	if a.cert.KeyUsage&x509.KeyUsageCRLSign == 0 {
		return nil
	}
	if list.Number == nil {
		list.Number = big.NewInt(1)
	}
	if list.ThisUpdate.IsZero() {
		list.ThisUpdate, list.NextUpdate = time.Now(), time.Now().Add(time.Hour)
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, a.cert, a.key)
	if err != nil {
		t.Fatal(err)
	}
	a.write(t, "crl.pem", pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}))
	return der
}

func (a *authority) settings() engine.Settings {
	return engine.Settings{"ca_cert": a.path("ca.crt"), "ca_key": a.path("ca.key"), "crl": a.path("crl.pem")}
}

func ecKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestGenerateForEveryKindOfCA(t *testing.T) {
	t.Parallel()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]crypto.Signer{"RSA": rsaKey, "ECDSA": ecKey(t), "Ed25519": edKey} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			target := w.target(newAuthority(t, key, nil, nil).settings())
			m := w.generate(target)
			w.expect(target, m, engine.Accepted)
			w.must(target.Retire, m)
			w.expect(target, m, engine.Refused)
		})
	}
}

func TestGenerateMakesAClientCertificate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target := w.target(nil)
	now := time.Now().UTC().Truncate(time.Second)
	target.SetClock(fixedClock{now: now})
	current := engine.Material{"note": secret.FromText("kept")}
	m, err := target.Generate(w.Context(), engine.SlotB, current)
	if err != nil {
		t.Fatal(err)
	}
	cert := leaf(t, m)
	key, ok := cert.PublicKey.(*ecdsa.PublicKey)
	facts := map[string]bool{
		"ECDSA on P-256":             ok && key.Curve == elliptic.P256(),
		"subject":                    cert.Subject.String() == "CN=billing,O=Example",
		"DNS names":                  strings.Join(cert.DNSNames, " ") == "billing.example.org",
		"for clients only":           len(cert.ExtKeyUsage) == 1 && cert.ExtKeyUsage[0] == x509.ExtKeyUsageClientAuth,
		"digital signature only":     cert.KeyUsage == x509.KeyUsageDigitalSignature,
		"no CA":                      cert.BasicConstraintsValid && !cert.IsCA,
		"starts five minutes ago":    cert.NotBefore.Equal(now.Add(-5*time.Minute)) || cert.NotBefore.Equal(w.ca.Cert.NotBefore),
		"ends in a day":              cert.NotAfter.Equal(now.Add(24 * time.Hour)),
		"key identifiers":            len(cert.SubjectKeyId) == 20 && string(cert.AuthorityKeyId) == string(w.ca.Cert.SubjectKeyId),
		"serial of at most 20":       cert.SerialNumber.Sign() > 0 && cert.SerialNumber.BitLen() <= 160,
		"serial of 100 bits or more": cert.SerialNumber.BitLen() > 100,
		"other fields kept":          m.Text("note") == "kept",
		"trust for the server":       m.Text(engine.FieldCA) == string(pemfile.Encode(w.ca.Cert)),
		"PKCS #8":                    strings.HasPrefix(m.Text(engine.FieldKey), "-----BEGIN PRIVATE KEY-----"),
		"fingerprint":                target.Fingerprint(m) == pemfile.Fingerprint(cert),
		"identity":                   strings.HasPrefix(target.Identity(m), "CN=billing, serial "),
	}
	for fact, holds := range facts {
		if !holds {
			t.Errorf("does not hold: %s", fact)
		}
	}
	expiry, err := target.Expiry(w.Context(), m)
	if err != nil || !expiry.At.Equal(cert.NotAfter) {
		t.Errorf("Expiry = %+v, %v", expiry, err)
	}
	if _, err := target.Expiry(w.Context(), nil); err == nil {
		t.Error("Expiry without a certificate succeeds")
	}
}

func TestGenerateEndsWithTheCA(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	soon := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	ca := newAuthority(t, ecKey(t), nil, func(c *x509.Certificate) { c.NotAfter = soon })
	if got := leaf(t, w.generate(w.target(ca.settings()))).NotAfter; !got.Equal(soon) {
		t.Errorf("ends %s; the CA ends %s", got, soon)
	}
}

// A server that knows only the root needs the CA between sent along.
func TestGenerateSendsIntermediates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	root := newAuthority(t, ecKey(t), nil, nil)
	between := newAuthority(t, ecKey(t), root, func(c *x509.Certificate) { c.Subject.CommonName = "Issuing CA" })
	m := w.generate(w.target(between.settings()))
	chain, err := pemfile.ParseCertificates(m[engine.FieldCert].Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if len(chain) != 2 || !chain[1].Equal(between.cert) {
		t.Fatalf("tls.crt holds %d certificates; want leaf and issuing CA", len(chain))
	}
	_, err = chain[0].Verify(x509.VerifyOptions{
		Roots: pemfile.Pool(root.cert), Intermediates: pemfile.Pool(chain[1:]...),
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		t.Errorf("does not verify from the root: %v", err)
	}
}

func TestGenerateNamesWhatIsWrongWithTheCA(t *testing.T) {
	t.Parallel()
	good := newAuthority(t, ecKey(t), nil, nil)
	missing := filepath.Join(t.TempDir(), "missing")
	keys := func(name string) string { return filepath.Join("testdata", "keys", name) }
	with := func(key string, value any) engine.Settings {
		settings := good.settings()
		settings[key] = value
		return settings
	}
	odd := func(edit func(*x509.Certificate)) engine.Settings {
		return newAuthority(t, ecKey(t), nil, edit).settings()
	}
	cases := map[string]struct {
		settings engine.Settings
		text     string
		hint     string
	}{
		"no certificate": {with("ca_cert", missing), "is missing", "ca_cert"},
		"no key":         {with("ca_key", missing), "is missing", "ca_key"},
		"key as certificate": {
			with("ca_cert", good.path("ca.key")), "cannot be read", "PEM certificate",
		},
		"certificate as key": {with("ca_key", good.path("ca.crt")), "cannot be read", "PEM private key"},
		"another key":        {with("ca_key", keys("ec.pem")), "does not belong", "belong together"},
		"encrypted key":      {with("ca_key", keys("ec-aes256-sha256.pem")), "is encrypted", "ca_key_password"},
		"outdated encryption": {
			with("ca_key", keys("rsa-dek-info.pem")), "outdated", "openssl pkcs8 -topk8",
		},
		"expired": {
			odd(func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }), "expired on", "renew",
		},
		"not yet valid": {
			odd(func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) }), "not valid before", "clock",
		},
		"no CA": {
			odd(func(c *x509.Certificate) { c.IsCA = false }), "CA:FALSE", "ca_cert",
		},
		"a CA that may not sign": {
			odd(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign }), "may not sign", "key usages",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newWorld(t).target(c.settings).Generate(t.Context(), engine.SlotA, nil)
			var problem *engine.Problem
			if !errors.As(err, &problem) {
				t.Fatalf("%v is no Problem", err)
			}
			if !strings.Contains(problem.Text, c.text) || !strings.Contains(problem.Hint, c.hint) {
				t.Errorf("%q, hint %q; want %q, hint %q", problem.Text, problem.Hint, c.text, c.hint)
			}
		})
	}
}

func TestGenerateOpensAnEncryptedKey(t *testing.T) {
	t.Parallel()
	const password = "rotadeck-test"
	text, err := os.ReadFile(filepath.Join("testdata", "keys", "ec.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	ca := newAuthority(t, key.(crypto.Signer), nil, nil)
	settings := ca.settings()
	settings["ca_key"] = filepath.Join("testdata", "keys", "ec-aes256-sha256.pem")
	w := newWorld(t)

	settings["ca_key_password"] = secret.Ref{Scheme: secret.SchemeEnv, Value: password}
	target := w.target(settings)
	m := w.generate(target)
	w.must(target.Retire, m)
	w.expect(target, m, engine.Refused)

	settings["ca_key_password"] = secret.Ref{Scheme: secret.SchemeEnv, Value: "canary-7f3a"}
	_, err = w.target(settings).Generate(t.Context(), engine.SlotA, nil)
	if err == nil || !strings.Contains(err.Error(), "password does not open") {
		t.Errorf("wrong password: %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "canary-7f3a") {
		t.Errorf("the error shows the password: %v", err)
	}
}

func TestDescribeChecksSettings(t *testing.T) {
	t.Parallel()
	bad := map[string]any{
		"common_name": strings.Repeat("x", 65),
		"dns_names":   []string{"fine.example.org", "not fine"},
		"valid_for":   time.Second,
		"endpoints":   []string{"127.0.0.1:8443", "http://example.org/"},
	}
	good := map[string]any{
		"common_name": "billing",
		"dns_names":   []string{"billing.example.org", "*.example.org"},
		"valid_for":   time.Hour,
		"endpoints":   []string{"127.0.0.1:8443", "[::1]:443", "https://example.org/health"},
	}
	for _, setting := range localca.Describe().Settings {
		if setting.Doc == "" {
			t.Errorf("%s is not explained", setting.Name)
		}
		if setting.Check == nil {
			continue
		}
		if err := setting.Check(bad[setting.Name]); err == nil {
			t.Errorf("%s = %v passes", setting.Name, bad[setting.Name])
		}
		if err := setting.Check(good[setting.Name]); err != nil {
			t.Errorf("%s = %v: %v", setting.Name, good[setting.Name], err)
		}
	}
}
