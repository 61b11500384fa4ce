package sandbox

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
)

const (
	caLife   = 10 * 365 * 24 * time.Hour
	leafLife = 365 * 24 * time.Hour
	skew     = 5 * time.Minute
)

// CA is a throw-away certificate authority, kept in three PEM files. Its
// methods are safe for concurrent use.
type CA struct {
	CertFile string // ca.crt
	KeyFile  string // ca.key: PKCS #8, not encrypted, mode 0600
	CRLFile  string // crl.pem: signed, empty at first
	Cert     *x509.Certificate

	key crypto.Signer
}

// Leaf says what a certificate shall be. Zero dates stand for five minutes ago
// and a year from now, so an expired certificate is one with an old End.
type Leaf struct {
	CommonName string
	Names      []string // DNS names and IP addresses
	Start, End time.Time
	Client     bool // for a client; else for a server
}

// NewCA makes a CA and writes its files into folder, which it creates.
func NewCA(folder, name string) (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.Add(-skew),
		NotAfter:              now.Add(caLife),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	ca := &CA{
		CertFile: filepath.Join(folder, "ca.crt"),
		KeyFile:  filepath.Join(folder, "ca.key"),
		CRLFile:  filepath.Join(folder, "crl.pem"),
		key:      key,
	}
	if ca.Cert, err = sign(template, template, key.Public(), key); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if err := writePair(ca.CertFile, ca.KeyFile, []*x509.Certificate{ca.Cert}, key); err != nil {
		return nil, err
	}
	return ca, ca.writeCRL(now)
}

func (ca *CA) writeCRL(now time.Time) error {
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: now, NextUpdate: now.Add(caLife),
	}, ca.Cert, ca.key)
	if err != nil {
		return err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
	return os.WriteFile(ca.CRLFile, text, 0o644)
}

// Issue signs a certificate with a new key (ECDSA P-256).
func (ca *CA) Issue(leaf Leaf) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	cert, err := sign(leaf.template(time.Now()), ca.Cert, key.Public(), ca.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}, nil
}

// IssueFiles is Issue into PEM files; the key's has mode 0600.
func (ca *CA) IssueFiles(leaf Leaf, certFile, keyFile string) (*x509.Certificate, error) {
	pair, err := ca.Issue(leaf)
	if err != nil {
		return nil, err
	}
	return pair.Leaf, writePair(certFile, keyFile, []*x509.Certificate{pair.Leaf}, pair.PrivateKey)
}

func (l Leaf) template(now time.Time) *x509.Certificate {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: l.CommonName},
		NotBefore:             l.Start,
		NotAfter:              l.End,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if l.Client {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	if l.End.IsZero() {
		template.NotAfter = now.Add(leafLife)
	}
	if l.Start.IsZero() {
		template.NotBefore = now.Add(-skew)
		if !template.NotBefore.Before(template.NotAfter) {
			template.NotBefore = template.NotAfter.Add(-leafLife)
		}
	}
	for _, name := range l.Names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	return template
}

func sign(template, parent *x509.Certificate, public crypto.PublicKey, signer crypto.Signer) (*x509.Certificate, error) {
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(spki)
	template.SubjectKeyId = id[:20] // RFC 7093, section 2, method 4
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		return nil, fmt.Errorf("sign certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

func writePair(certFile, keyFile string, chain []*x509.Certificate, key crypto.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	return errors.Join(
		os.WriteFile(certFile, pemfile.Encode(chain...), 0o644),
		os.WriteFile(keyFile, text, 0o600),
	)
}
