package localca

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
)

// Files of a stage, beside those of its CA.
const (
	stageMarkFile = "README" // holds the mark
	stageCert     = "ca.crt"
	stageKey      = "ca.key"
	stageCRL      = "crl.pem"
)

// stageSpare is how much longer a scratch CA is good for than what it signs.
const stageSpare = 24 * time.Hour

// Stage lists what a scratch copy of the target takes: a CA of its own in a folder
// for temporary files, and a server on this machine that demands its certificates
// and reads its revocation list. The real CA signs nothing for it, and neither its
// ledger nor its list is read or written.
func (t *Target) Stage(ctx context.Context, name, mark string) (engine.Stage, error) {
	s := &stage{name: name, mark: mark, folder: filepath.Join(os.TempDir(), name+"-"+strconv.Itoa(os.Getuid()))}
	s.target = &Target{
		caCert: s.path(stageCert), caKey: s.path(stageKey), crl: s.path(stageCRL), serverCA: s.path(stageCert),
		commonName: t.commonName, orgs: t.orgs, dnsNames: t.dnsNames, validFor: t.validFor, serverName: "localhost",
		secrets: t.secrets, clock: t.clock,
	}
	if err := s.draw(); err != nil {
		return engine.Stage{}, err
	}
	m, err := s.issue()
	if err != nil {
		return engine.Stage{}, err
	}
	without := []string{"the real CA's key, its password and its files: the scratch CA has its own"}
	if len(t.endpoints) > 0 {
		without = append(without, "the real servers: one on this machine stands in, which reads the list at each handshake")
	}
	return engine.Stage{
		Target: s.target, Material: m, Without: without,
		Make: []engine.Change{s.makeCA(), s.startServer()}, Remove: s.remove(),
	}, nil
}

// stage is what a scratch target stands on.
type stage struct {
	name, mark string
	folder     string
	target     *Target
	ca         authority
	server     *stageServer // nil until it is started
}

func (s *stage) path(file string) string { return filepath.Join(s.folder, file) }

// draw makes the CA, in memory.
func (s *stage) draw() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("generate key: %w", err)
	}
	now := s.target.clock.Now().UTC()
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "rotadeck rehearsal"}, NotBefore: now.Add(-backdate), NotAfter: now.Add(s.target.validFor + stageSpare),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, IsCA: true, BasicConstraintsValid: true, SubjectKeyId: keyID(&key.PublicKey),
	}
	cert, err := sign(template, template, key, key)
	if err != nil {
		return err
	}
	s.ca = authority{cert: cert, chain: []*x509.Certificate{cert}, key: key}
	return nil
}

// issue signs the first client's certificate.
func (s *stage) issue() (engine.Material, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	leaf, err := sign(s.target.template(s.ca, key), s.ca.cert, key, s.ca.key)
	if err != nil {
		return nil, err
	}
	return withCertificate(engine.Material{}, []*x509.Certificate{leaf}, key, pemfile.Encode(s.ca.cert))
}

// makeCA writes the CA's files, the mark before all others.
func (s *stage) makeCA() engine.Change {
	return engine.Change{
		Name: "make-scratch-ca", What: "make a CA of the rehearsal's own", Where: s.folder,
		Statement: "write " + stageMarkFile + ", " + stageCert + ", " + stageKey + " and an empty " + stageCRL + " into " + s.folder,
		Undo:      "remove " + s.folder,
		Apply: func(ctx context.Context) error {
			if err := ctx.Err(); err != nil {
				return engine.NotAppliedError(err)
			}
			return s.write()
		},
	}
}

func (s *stage) write() error {
	if err := os.Mkdir(s.folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return engine.NotAppliedError(err)
	}
	if found, err := os.ReadFile(s.path(stageMarkFile)); err == nil && string(found) != s.mark {
		return engine.NotAppliedError(unmarked(s.folder))
	}
	list, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: s.target.clock.Now().UTC(), NextUpdate: s.ca.cert.NotAfter,
	}, s.ca.cert, s.ca.key)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(s.ca.key)
	if err != nil {
		return err
	}
	key := secret.New(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	defer func() { _ = key.Close() }() // never fails
	clear(der)
	for _, file := range []struct {
		name string
		text []byte
	}{
		{stageMarkFile, []byte(s.mark)},
		{stageCert, pemfile.Encode(s.ca.cert)},
		{stageKey, key.Reveal()},
		{stageCRL, pem.EncodeToMemory(&pem.Block{Type: crlBlock, Bytes: list})},
	} {
		if err := os.WriteFile(s.path(file.name), file.text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) startServer() engine.Change {
	return engine.Change{
		Name: "start-scratch-server", What: "start a server on this machine that demands certificates of that CA", Where: "127.0.0.1, a free port",
		Statement: "listen on 127.0.0.1:0", Undo: "close the port",
		Apply: func(ctx context.Context) error {
			if err := ctx.Err(); err != nil {
				return engine.NotAppliedError(err)
			}
			if s.server != nil {
				return nil
			}
			server, err := startStageServer(s.ca, s.path(stageCRL), s.target.clock)
			if err != nil {
				return engine.NotAppliedError(err)
			}
			s.server, s.target.endpoints = server, []string{server.address()}
			return nil
		},
	}
}

func (s *stage) remove() []engine.Change {
	return []engine.Change{
		{
			Name: "stop-scratch-server", What: "stop the server of the rehearsal", Where: "127.0.0.1", Statement: "close the port",
			Apply: func(ctx context.Context) error {
				if err := ctx.Err(); err != nil {
					return engine.NotAppliedError(err)
				}
				if s.server == nil {
					return nil
				}
				server := s.server
				s.server = nil
				return server.stop()
			},
		},
		{
			Name: "remove-scratch-ca", What: "remove the CA of the rehearsal, and whatever others it has left", Where: s.folder,
			Statement: "remove " + s.folder,
			Apply: func(ctx context.Context) error {
				if err := ctx.Err(); err != nil {
					return engine.NotAppliedError(err)
				}
				return s.sweep()
			},
		},
	}
}

// sweep removes the folders whose names begin with the stage's and that hold its
// mark. An empty one may be removed: nothing is lost with it.
func (s *stage) sweep() error {
	folders, err := filepath.Glob(filepath.Join(os.TempDir(), s.name+"*-"+strconv.Itoa(os.Getuid())))
	if err != nil {
		return engine.NotAppliedError(err)
	}
	for _, folder := range folders {
		if os.Remove(folder) == nil {
			continue
		}
		found, err := os.ReadFile(filepath.Join(folder, stageMarkFile))
		if err != nil || string(found) != s.mark {
			return engine.NotAppliedError(unmarked(folder))
		}
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	return nil
}

func unmarked(folder string) error {
	return engine.NewProblem(nil, "see whose it is; only a person may remove it", "the folder %s does not bear the mark of a rehearsal", folder)
}
