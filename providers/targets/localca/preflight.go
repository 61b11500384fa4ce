package localca

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/rotadeck/rotadeck/engine"
)

// Preflight looks whether the CA can sign certificates and lists, whether its
// files can be replaced, and whether every endpoint refuses a client without a
// certificate: one that does not would accept any proof.
func (t *Target) Preflight(ctx context.Context, _ engine.Slot) []engine.Check {
	ca, err := t.signer(ctx)
	if err != nil {
		return append([]engine.Check{failed("CA", err)}, t.checkEndpoints(ctx)...)
	}
	checks := []engine.Check{
		{Name: "CA", OK: true, Detail: fmt.Sprintf("%s, key opens and matches", ca.cert.Subject)},
		t.checkLife(ca),
		t.checkList(ca),
		t.checkWritable(),
	}
	return append(checks, t.checkEndpoints(ctx)...)
}

func failed(name string, err error) engine.Check {
	p := engine.AsProblem(err)
	return engine.Check{Name: name, Detail: p.Error(), Hint: p.Hint}
}

// checkLife fails when the CA's end leaves a new certificate less than a tenth
// of the life that it should have.
func (t *Target) checkLife(ca authority) engine.Check {
	left := ca.end().Sub(t.clock.Now())
	check := engine.Check{Name: "CA validity", OK: true, Detail: "until " + date(ca.end())}
	switch {
	case left < t.validFor/10:
		check.OK, check.Hint = false, "renew the CA, spread its new certificate, then rotate"
	case left < t.validFor:
		check.Detail += ": new certificates end with it"
	}
	return check
}

func (t *Target) checkList(ca authority) engine.Check {
	const name = "revocation list"
	if err := ca.canSignLists(); err != nil {
		return failed(name, err)
	}
	list, err := readCRL(t.crl, ca)
	if err != nil {
		return failed(name, err)
	}
	check := engine.Check{Name: name, OK: true, Detail: fmt.Sprintf("%d entries, signed by the CA", len(list.entries))}
	if list.stale(t.clock.Now()) {
		check.Detail += fmt.Sprintf(", out of date since %s: retiring signs a new one", date(list.list.NextUpdate))
	}
	return check
}

// checkWritable asks the kernel, by the rights of this process, whether list,
// ledger and lock can be replaced; it writes nothing.
func (t *Target) checkWritable() engine.Check {
	const name = "CA files"
	path, err := filepath.EvalSymlinks(t.crl)
	if err != nil {
		path = t.crl // checkList says that it is missing
	}
	folder := filepath.Dir(path)
	if err := unix.Access(folder, unix.W_OK|unix.X_OK); err != nil {
		return failed(name, engine.NewProblem(err, "let the operator write there", "the folder %s cannot be written", folder))
	}
	for _, file := range []string{path + ".lock", ledgerPath(path)} {
		err := unix.Access(file, unix.R_OK|unix.W_OK)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return failed(name, engine.NewProblem(err, "let the operator write it", "%s cannot be written", file))
		}
	}
	return engine.Check{Name: name, OK: true, Detail: folder + " can be written"}
}

// checkEndpoints visits every endpoint without a certificate.
func (t *Target) checkEndpoints(ctx context.Context) []engine.Check {
	checks := make([]engine.Check, len(t.endpoints))
	var running sync.WaitGroup
	for i, text := range t.endpoints {
		running.Go(func() {
			proof := t.present(ctx, text, nil)
			check := engine.Check{Name: "endpoint " + text, OK: proof.Standing == engine.Refused}
			switch proof.Standing {
			case engine.Refused:
				check.Detail = "refuses clients without a certificate: " + proof.Detail
			case engine.Accepted:
				check.Detail = "lets clients in without a certificate: " + proof.Detail
				check.Hint = "make the server demand client certificates; for one that refuses by HTTP status, give https://host:port/path"
			case engine.Unreachable:
				check.Detail = "cannot be asked: " + proof.Detail
				check.Hint = "start the server, or mend address, server_name or server_ca"
			}
			checks[i] = check
		})
	}
	running.Wait()
	return checks
}
