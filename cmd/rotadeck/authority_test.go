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
	folder, mount := ts.MkAbs(args[0]), ts.MkAbs(args[1])
	start := time.Now().AddDate(0, 0, -80)
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test CA"},
		NotBefore: start, NotAfter: start.AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true,
		SubjectKeyId: []byte("test CA"), // a revocation list must name its issuer's key
		KeyUsage:     x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	rootKey := writePair(ts, folder, "ca.crt", "ca.key", root, root, nil)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "api-client"},
		NotBefore: start, NotAfter: start.AddDate(0, 0, 90),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	writePair(ts, mount, "tls.crt", "tls.key", leaf, root, rootKey)
	list, err := x509.CreateRevocationList(rand.Reader,
		&x509.RevocationList{Number: big.NewInt(1), ThisUpdate: start, NextUpdate: start.AddDate(1, 0, 0)}, root, rootKey)
	ts.Check(err)
	writePEM(ts, filepath.Join(folder, "ca.crl"), "X509 CRL", list)
	text, err := os.ReadFile(filepath.Join(folder, "ca.crt"))
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(mount, "ca.crt"), text, 0o600))
}

// writePair makes a key and its certificate, signed with signer or by itself.
func writePair(ts *testscript.TestScript, folder, cert, key string, template, parent *x509.Certificate, signer *ecdsa.PrivateKey) *ecdsa.PrivateKey {
	ts.Check(os.MkdirAll(folder, 0o700))
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	if signer == nil {
		signer = private
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, private.Public(), signer)
	ts.Check(err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	ts.Check(err)
	writePEM(ts, filepath.Join(folder, cert), "CERTIFICATE", der)
	writePEM(ts, filepath.Join(folder, key), "PRIVATE KEY", encoded)
	return private
}

func writePEM(ts *testscript.TestScript, path, kind string, der []byte) {
	ts.Check(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}
