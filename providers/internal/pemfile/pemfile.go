// Package pemfile reads and writes certificates as PEM (RFC 7468).
//
//	chain, err := pemfile.ReadCertificates("/etc/ssl/site.crt")
//	fmt.Println(pemfile.Fingerprint(chain[0]), pemfile.Identity(chain[0]))
package pemfile

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

const certificateBlock = "CERTIFICATE"

// ErrNoCertificate says that a text holds no certificate.
var ErrNoCertificate = errors.New("no PEM certificate in it")

// ParseCertificates returns every certificate of data, in order, and skips
// blocks of other types. Without any, it fails with ErrNoCertificate.
func ParseCertificates(data []byte) ([]*x509.Certificate, error) {
	var certificates []*x509.Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != certificateBlock {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate %d: %w", len(certificates)+1, err)
		}
		certificates = append(certificates, certificate)
	}
	if len(certificates) == 0 {
		return nil, ErrNoCertificate
	}
	return certificates, nil
}

// ReadCertificates parses the certificates of a file; errors name the file.
func ReadCertificates(path string) ([]*x509.Certificate, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	certificates, err := ParseCertificates(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return certificates, nil
}

// ReadPool makes trust anchors of all certificates of a file.
func ReadPool(path string) (*x509.CertPool, error) {
	certificates, err := ReadCertificates(path)
	if err != nil {
		return nil, err
	}
	return Pool(certificates...), nil
}

// Pool collects certificates.
func Pool(certificates ...*x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, certificate := range certificates {
		pool.AddCert(certificate)
	}
	return pool
}

// Encode writes certificates one after the other.
func Encode(certificates ...*x509.Certificate) []byte {
	var text []byte
	for _, certificate := range certificates {
		block := &pem.Block{Type: certificateBlock, Bytes: certificate.Raw}
		text = append(text, pem.EncodeToMemory(block)...)
	}
	return text
}

// Fingerprint is the SHA-256 of the certificate's DER form, in small hex
// digits without separators.
func Fingerprint(certificate *x509.Certificate) string {
	sum := sha256.Sum256(certificate.Raw)
	return hex.EncodeToString(sum[:])
}

// Serial is the serial number in small hex digits, two for each octet.
func Serial(certificate *x509.Certificate) string {
	return hex.EncodeToString(certificate.SerialNumber.Bytes())
}

// Identity names a certificate briefly: its common name, and the start of its
// serial, which tells apart the generations of one subject.
func Identity(certificate *x509.Certificate) string {
	name := certificate.Subject.CommonName
	if name == "" && len(certificate.DNSNames) > 0 {
		name = certificate.DNSNames[0]
	}
	serial := Serial(certificate)
	if len(serial) > 8 {
		serial = serial[:8] + "…"
	}
	return fmt.Sprintf("CN=%s, serial %s", name, serial)
}
