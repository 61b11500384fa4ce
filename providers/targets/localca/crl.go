package localca

import (
	"bytes"
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
	"slices"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
)

// Reason codes of RFC 5280, section 5.3.1.
const (
	reasonSuperseded      = 4
	reasonCertificateHold = 6
)

const (
	crlBlock = "X509 CRL"
	// crlLife is for a list that does not say how long its kind is good for.
	crlLife = 30 * 24 * time.Hour
)

// crl is the CA's list within its file, which may hold lists of other CAs, as
// servers want them for a chain.
type crl struct {
	path   string
	pem    bool
	blocks []*pem.Block // all of the file's
	ours   int          // which of them is list
	list   *x509.RevocationList

	entries []x509.RevocationListEntry // a copy of the list's, to be changed
}

// readCRL finds and verifies the list that ca signed.
func readCRL(path string, ca authority) (*crl, error) {
	path, data, err := readLink(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, engine.NewProblem(err, "sign an empty list with the CA (openssl ca -gencrl) and make the servers read it",
			"the revocation list %s is missing", path)
	}
	if err != nil {
		return nil, engine.NewProblem(err, "the operator must be able to read crl", "the revocation list cannot be read")
	}
	c := &crl{path: path}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		c.blocks, c.pem = append(c.blocks, block), true
	}
	if !c.pem {
		c.blocks = []*pem.Block{{Type: crlBlock, Bytes: data}}
	}
	if err := c.find(ca); err != nil {
		return nil, engine.NewProblem(err, "sign a new list with the CA, from its own records; somebody may have changed this one",
			"the revocation list %s cannot be trusted", path)
	}
	return c, nil
}

func readLink(path string) (target string, data []byte, err error) {
	target, err = filepath.EvalSymlinks(path)
	if err != nil {
		return path, nil, err
	}
	data, err = os.ReadFile(target)
	return target, data, err
}

// find picks the full list that ca signed.
func (c *crl) find(ca authority) error {
	failure := fmt.Errorf("no list of %s in it", ca.cert.Subject)
	for i, block := range c.blocks {
		if block.Type != crlBlock {
			continue
		}
		list, err := x509.ParseRevocationList(block.Bytes)
		if err != nil {
			return err
		}
		if !bytes.Equal(list.RawIssuer, ca.cert.RawSubject) {
			continue
		}
		// A CA that was renewed with a new key may have a list for each.
		if failure = list.CheckSignatureFrom(ca.cert); failure != nil {
			continue
		}
		if len(without(list.Extensions, oidDelta)) < len(list.Extensions) {
			return errors.New("it is a delta list: the full one is needed")
		}
		c.list, c.ours, c.entries = list, i, slices.Clone(list.RevokedCertificateEntries)
		return nil
	}
	return failure
}

// entry finds a certificate; nil when it is not on the list.
func (c *crl) entry(leaf *x509.Certificate) *x509.RevocationListEntry {
	for i := range c.entries {
		if c.entries[i].SerialNumber.Cmp(leaf.SerialNumber) == 0 {
			return &c.entries[i]
		}
	}
	return nil
}

// hold adds a certificate unless it is on the list for whatever reason.
func (c *crl) hold(leaf *x509.Certificate, now time.Time) (changed bool, err error) {
	if c.entry(leaf) != nil {
		return false, nil
	}
	c.entries = append(c.entries, x509.RevocationListEntry{
		SerialNumber: leaf.SerialNumber, RevocationTime: now.UTC(), ReasonCode: reasonCertificateHold,
	})
	return true, nil
}

// lift removes a certificate that is on hold.
func (c *crl) lift(leaf *x509.Certificate, _ time.Time) (changed bool, err error) {
	entry := c.entry(leaf)
	if entry == nil {
		return false, nil
	}
	if entry.ReasonCode != reasonCertificateHold {
		return false, engine.NewProblem(nil, "rotate: a new certificate takes its place",
			"the certificate %s is revoked for good (reason %d), which cannot be taken back", pemfile.Identity(leaf), entry.ReasonCode)
	}
	c.entries = slices.DeleteFunc(c.entries, func(e x509.RevocationListEntry) bool {
		return e.SerialNumber.Cmp(leaf.SerialNumber) == 0
	})
	return true, nil
}

// supersede revokes a certificate for good, unless that happened before.
func (c *crl) supersede(leaf *x509.Certificate, now time.Time) (changed bool, err error) {
	if _, err := c.hold(leaf, now); err != nil {
		return false, err
	}
	entry := c.entry(leaf)
	if entry.ReasonCode != reasonCertificateHold {
		return false, nil
	}
	entry.ReasonCode = reasonSuperseded
	return true, nil
}

// stale says that servers which look at nextUpdate no longer trust the list.
func (c *crl) stale(now time.Time) bool {
	return !c.list.NextUpdate.IsZero() && now.After(c.list.NextUpdate)
}

// The extensions that signing makes by itself, and the mark of a delta list:
// RFC 5280, sections 5.2 and 5.3.
const (
	oidReason    = "2.5.29.21"
	oidDelta     = "2.5.29.27"
	oidNumber    = "2.5.29.20"
	oidAuthority = "2.5.29.35"
)

// sign makes the file's new content with the entries as they are now. The rest of the list stays
// as it was, also how long it is good for; its number grows by one.
func (c *crl) sign(ca authority, now time.Time) ([]byte, error) {
	life := c.list.NextUpdate.Sub(c.list.ThisUpdate)
	if c.list.NextUpdate.IsZero() || life <= 0 {
		life = crlLife
	}
	number := big.NewInt(1)
	if c.list.Number != nil {
		number.Add(number, c.list.Number)
	}
	template := &x509.RevocationList{
		Number:          number,
		ThisUpdate:      now.UTC(),
		NextUpdate:      now.UTC().Add(life),
		ExtraExtensions: without(c.list.Extensions, oidNumber, oidAuthority),
	}
	for _, e := range c.entries {
		e.ExtraExtensions = without(e.Extensions, oidReason)
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries, e)
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, ca.cert, ca.key)
	if err != nil {
		return nil, fmt.Errorf("sign revocation list: %w", err)
	}
	if !c.pem {
		return der, nil
	}
	var text []byte
	for i, block := range c.blocks {
		if i == c.ours {
			block = &pem.Block{Type: crlBlock, Bytes: der}
		}
		text = append(text, pem.EncodeToMemory(block)...)
	}
	return text, nil
}

func without(extensions []pkix.Extension, ids ...string) []pkix.Extension {
	return slices.DeleteFunc(slices.Clone(extensions), func(e pkix.Extension) bool {
		return slices.Contains(ids, e.Id.String())
	})
}
