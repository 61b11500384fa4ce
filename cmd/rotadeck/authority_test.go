package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// authority makes a CA in the folder ca, and the mount of a first client
// certificate of it: authority ca mounts/api-client. It was issued 80 days ago
// for 90.
func authority(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: authority folder mount")
	}
	makeAuthority(ts.Check, ts.MkAbs(args[0]), ts.MkAbs(args[1]))
}

// makeAuthority does so, for any test.
func makeAuthority(check func(error), folder, mount string) {
	start := time.Now().AddDate(0, 0, -80)
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test CA"},
		NotBefore: start, NotAfter: start.AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true,
		SubjectKeyId: []byte("test CA"), // a revocation list must name its issuer's key
		KeyUsage:     x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	rootKey := writePair(check, folder, "ca.crt", "ca.key", root, root, nil)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "api-client"},
		NotBefore: start, NotAfter: start.AddDate(0, 0, 90),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	writePair(check, mount, "tls.crt", "tls.key", leaf, root, rootKey)
	list, err := x509.CreateRevocationList(rand.Reader,
		&x509.RevocationList{Number: big.NewInt(1), ThisUpdate: start, NextUpdate: start.AddDate(1, 0, 0)}, root, rootKey)
	check(err)
	writePEM(check, filepath.Join(folder, "ca.crl"), "X509 CRL", list)
	text, err := os.ReadFile(filepath.Join(folder, "ca.crt"))
	check(err)
	check(os.WriteFile(filepath.Join(mount, "ca.crt"), text, 0o600))
}

// writePair makes a key and its certificate, signed with signer or by itself.
func writePair(check func(error), folder, cert, key string, template, parent *x509.Certificate, signer *ecdsa.PrivateKey) *ecdsa.PrivateKey {
	check(os.MkdirAll(folder, 0o700))
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	if signer == nil {
		signer = private
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, private.Public(), signer)
	check(err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	check(err)
	writePEM(check, filepath.Join(folder, cert), "CERTIFICATE", der)
	writePEM(check, filepath.Join(folder, key), "PRIVATE KEY", encoded)
	return private
}

func writePEM(check func(error), path, kind string, der []byte) {
	check(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}
