package pemfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

func TestReadCertificates(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	ca, err := sandbox.NewCA(folder, "Test CA")
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := ca.IssueFiles(sandbox.Leaf{Names: []string{"a.example.org"}}, filepath.Join(folder, "a.crt"), filepath.Join(folder, "a.key"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(ca.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, texts ...[]byte) string {
		path := filepath.Join(folder, name)
		var all []byte
		for _, text := range texts {
			all = append(all, text...)
		}
		if err := os.WriteFile(path, all, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}

	chain, err := pemfile.ReadCertificates(write("chain", []byte("subject=a\n"), pemfile.Encode(leaf), key, pemfile.Encode(ca.Cert)))
	if err != nil || len(chain) != 2 || !chain[0].Equal(leaf) || !chain[1].Equal(ca.Cert) {
		t.Errorf("a bundle: %d certificates, %v", len(chain), err)
	}
	if _, err := pemfile.ReadPool(write("key alone", key)); !errors.Is(err, pemfile.ErrNoCertificate) {
		t.Errorf("a key: %v; want %v", err, pemfile.ErrNoCertificate)
	}
	damaged := strings.Replace(string(pemfile.Encode(leaf)), "M", "A", 1)
	if _, err := pemfile.ReadCertificates(write("damaged", []byte(damaged))); err == nil || errors.Is(err, pemfile.ErrNoCertificate) {
		t.Errorf("a damaged certificate: %v", err)
	}
	if _, err := pemfile.ReadCertificates(filepath.Join(folder, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if got := pemfile.Identity(leaf); !strings.HasPrefix(got, "CN=a.example.org, serial ") {
		t.Errorf("a certificate without common name is %q", got)
	}
	if got := pemfile.Serial(leaf); len(got)%2 != 0 || len(got) > 40 {
		t.Errorf("serial %q", got)
	}
	if got := pemfile.Fingerprint(leaf); len(got) != 64 || got != strings.ToLower(got) || got == pemfile.Fingerprint(ca.Cert) {
		t.Errorf("fingerprint %q", got)
	}
}
