package localca

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
)

// Create notes the certificate in the ledger beside the revocation list, and
// lifts a hold that an earlier Withdraw put on it. The certificate itself is
// valid since it was signed.
func (t *Target) Create(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	s, err := t.subject(m)
	if err != nil {
		return nil, err
	}
	change := t.change(slot, s, action{
		name:      "register-certificate",
		what:      "admit the certificate of %s",
		statement: "ledger %s: add serial %s",
		where:     ledgerPath(t.crl),
		edit:      (*crl).lift,
	}, holding(t.crl))
	lift := change.Apply
	if lift == nil {
		return []engine.Change{change}, nil
	}
	change.Apply = func(ctx context.Context) error {
		err := t.locked(ctx, func(path string) error {
			return register(ledgerPath(path), slot, s.leaf, t.clock.Now())
		})
		if err != nil {
			return err
		}
		return lift(ctx)
	}
	return []engine.Change{change}, nil
}

// Withdraw puts the certificate on hold, as Retire does.
func (t *Target) Withdraw(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.Retire(ctx, slot, m)
}

// Retire puts the certificate on the revocation list with the reason
// certificateHold. A certificate that is revoked for good stays so.
func (t *Target) Retire(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	s, err := t.subject(m)
	if err != nil {
		return nil, err
	}
	return []engine.Change{t.change(slot, s, holding(t.crl), lifting(t.crl))}, nil
}

// Reinstate takes the certificate off the list. Its change fails for one that
// is revoked for any other reason than a hold.
func (t *Target) Reinstate(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	s, err := t.subject(m)
	if err != nil {
		return nil, err
	}
	return []engine.Change{t.change(slot, s, lifting(t.crl), holding(t.crl))}, nil
}

// Finalize turns the hold into a revocation for good: reason superseded. Of a
// certificate that is another CA's, say of one that was replaced since, there
// is nothing to make permanent: it lists no change.
func (t *Target) Finalize(_ context.Context, _ engine.Slot, m engine.Material) ([]engine.Change, error) {
	s, err := t.subject(m)
	if errors.Is(err, errForeign) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []engine.Change{t.change("", s, superseding(t.crl), action{})}, nil
}

var errForeign = errors.New("signed by another CA")

// subject is the certificate that a change is about, in words.
type subject struct {
	leaf   *x509.Certificate // nil in a plan made before there is one
	name   string
	serial string
}

// subject reads the certificate of m and makes sure that it is this CA's:
// another one's could not be revoked here.
func (t *Target) subject(m engine.Material) (subject, error) {
	if m == nil {
		return subject{name: "CN=" + t.commonName, serial: "(drawn when it is signed)"}, nil
	}
	leaf := leafOf(m)
	if leaf == nil {
		return subject{}, engine.NewProblem(nil, "look at tls.crt in the store", "tls.crt holds no certificate")
	}
	ca, err := t.authority()
	if err != nil {
		return subject{}, err
	}
	if err := leaf.CheckSignatureFrom(ca.cert); err != nil {
		return subject{}, engine.NewProblem(errors.Join(errForeign, err), "use the CA that signed it, or replace the certificate by hand once",
			"the certificate %s is not from the CA %s", pemfile.Identity(leaf), ca.cert.Subject)
	}
	return subject{leaf: leaf, name: pemfile.Identity(leaf), serial: pemfile.Serial(leaf)}, nil
}

// action is something that can be done about one certificate.
type action struct {
	name      string
	what      string // with a place for the certificate's name
	statement string // with places for a file and a serial
	where     string // that file
	edit      func(c *crl, leaf *x509.Certificate, now time.Time) (changed bool, err error)
}

func holding(list string) action {
	return action{
		name:      "hold-certificate",
		what:      "put the certificate of %s on hold",
		statement: "revocation list %s: add serial %s with reason certificateHold, sign anew",
		where:     list,
		edit:      (*crl).hold,
	}
}

func lifting(list string) action {
	return action{
		name:      "release-certificate",
		what:      "lift the hold on the certificate of %s",
		statement: "revocation list %s: remove serial %s, sign anew",
		where:     list,
		edit:      (*crl).lift,
	}
}

func superseding(list string) action {
	return action{
		name:      "revoke-certificate",
		what:      "revoke the certificate of %s for good",
		statement: "revocation list %s: give serial %s the reason superseded, sign anew",
		where:     list,
		edit:      (*crl).supersede,
	}
}

// change does one action to one certificate; undo may be zero.
func (t *Target) change(slot engine.Slot, s subject, do, undo action) engine.Change {
	c := engine.Change{
		Name:      do.name,
		What:      fmt.Sprintf(do.what, s.name),
		Where:     t.Where(),
		Statement: fmt.Sprintf(do.statement, do.where, s.serial),
	}
	switch {
	case s.leaf != nil:
		c.Command = t.listByHand(strings.ToUpper(s.serial), do)
	case slot != "":
		c.Command = t.listByHand(serialByHand(slot), do)
	}
	if undo.statement != "" {
		c.Undo = fmt.Sprintf(undo.statement, undo.where, s.serial)
	}
	if s.leaf != nil { // a plan made before there is a certificate cannot be applied
		c.Apply = func(ctx context.Context) error { return t.edit(ctx, s.leaf, do) }
	}
	return c
}

// edit does an action to the list, reading it anew under the lock.
func (t *Target) edit(ctx context.Context, leaf *x509.Certificate, do action) error {
	return t.locked(ctx, func(path string) error {
		text, err := t.edited(ctx, path, leaf, do)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return engine.NotAppliedError(err)
		}
		if text == nil {
			return nil // as it should be already
		}
		return replaceFile(path, text, 0o644)
	})
}

// edited returns the list's new content, nil when nothing changes.
func (t *Target) edited(ctx context.Context, path string, leaf *x509.Certificate, do action) ([]byte, error) {
	ca, err := t.signer(ctx)
	if err != nil {
		return nil, err
	}
	list, err := readCRL(path, ca)
	if err != nil {
		return nil, err
	}
	now := t.clock.Now()
	changed, err := do.edit(list, leaf, now)
	if err != nil || !changed {
		return nil, err
	}
	return list.sign(ca, now)
}

// locked runs f with the CRL's path, links resolved, while nobody else who
// works by these rules touches list or ledger.
func (t *Target) locked(ctx context.Context, f func(path string) error) error {
	path, err := filepath.EvalSymlinks(t.crl)
	if err != nil {
		path = t.crl // readCRL words what is wrong with it
	}
	unlock, err := lockFile(ctx, path+".lock")
	if err != nil {
		return engine.NotAppliedError(engine.NewProblem(err, "the operator must be able to write into the folder of crl",
			"the revocation list %s cannot be locked", path))
	}
	defer unlock()
	return f(path)
}
