package sandbox_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

func TestMTLSLetsOnlyItsClientsIn(t *testing.T) {
	t.Parallel()
	ca, err := sandbox.NewCA(filepath.Join(t.TempDir(), "ca"), "Test CA")
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.StartMTLS(ca)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Errorf("stop server: %v", err)
		}
	})
	client, err := ca.Issue(sandbox.Leaf{CommonName: "orders", Client: true})
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := ca.Issue(sandbox.Leaf{CommonName: "orders"})
	if err != nil {
		t.Fatal(err)
	}

	if body, err := get(ca, server, &client); err != nil || body != "hello orders\n" {
		t.Errorf("a client of the CA: %q, %v", body, err)
	}
	if body, err := get(ca, server, nil); err == nil {
		t.Errorf("nobody got %q", body)
	}
	if body, err := get(ca, server, &wrong); err == nil {
		t.Errorf("a server's certificate got %q", body)
	}
	if got := server.Requests()[pemfile.Fingerprint(client.Leaf)]; got != 1 {
		t.Errorf("counted %d requests; want 1", got)
	}
	if err := os.Remove(ca.CRLFile); err != nil {
		t.Fatal(err)
	}
	if body, err := get(ca, server, &client); err == nil {
		t.Errorf("without a revocation list the server says %q", body)
	}
}

// get makes one request on a connection of its own.
func get(ca *sandbox.CA, server *sandbox.TLSServer, certificate *tls.Certificate) (string, error) {
	config := &tls.Config{RootCAs: pemfile.Pool(ca.Cert), MinVersion: tls.VersionTLS12}
	if certificate != nil {
		config.Certificates = []tls.Certificate{*certificate}
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
	response, err := client.Get("https://" + server.Address())
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

func TestCAFiles(t *testing.T) {
	t.Parallel()
	ca, err := sandbox.NewCA(filepath.Join(t.TempDir(), "ca"), "Test CA")
	if err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{ca.CertFile: 0o644, ca.KeyFile: 0o600, ca.CRLFile: 0o644} {
		info, err := os.Stat(path)
		if err != nil || info.Mode() != mode {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, mode)
		}
	}
	if _, err := tls.LoadX509KeyPair(ca.CertFile, ca.KeyFile); err != nil {
		t.Error(err)
	}
}
