package localca_test

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
	"github.com/rotadeck/rotadeck/providers/targets/localca"
)

// Reason codes of RFC 5280, section 5.3.1.
const (
	notListed       = -1
	keyCompromise   = 1
	superseded      = 4
	certificateHold = 6
)

func TestReasonsOnTheList(t *testing.T) {
	t.Parallel()
	type step struct {
		name string
		list func(*localca.Target) listing
		want int
	}
	retire := step{"retire", func(t *localca.Target) listing { return t.Retire }, certificateHold}
	withdraw := step{"withdraw", func(t *localca.Target) listing { return t.Withdraw }, certificateHold}
	reinstate := step{"reinstate", func(t *localca.Target) listing { return t.Reinstate }, notListed}
	create := step{"create", func(t *localca.Target) listing { return t.Create }, notListed}
	finalize := step{"finalize", func(t *localca.Target) listing { return t.Finalize }, superseded}
	stays := func(s step, want int) step { s.want = want; return s }

	cases := map[string][]step{
		"retired and brought back":    {create, retire, retire, reinstate, reinstate},
		"withdrawn and created again": {create, withdraw, create},
		"finalized":                   {create, retire, finalize, finalize},
		"finalized without retire":    {create, finalize},
		"retired after it was final":  {finalize, stays(retire, superseded)},
	}
	for name, steps := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			target := w.target(nil)
			m := w.generate(target)
			for i, step := range steps {
				w.must(step.list(target), m)
				if got := w.reason(m); got != step.want {
					t.Errorf("step %d, %s: reason %d; want %d", i+1, step.name, got, step.want)
				}
			}
		})
	}
}

func TestRevocationForGoodStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target := w.target(nil)
	m := w.generate(target)
	w.must(target.Finalize, m)
	before := w.list().Raw
	for name, list := range map[string]listing{"Reinstate": target.Reinstate, "Create": target.Create} {
		err := w.do(list, m)
		if err == nil || engine.OutcomeOf(err) != engine.NotApplied || !strings.Contains(err.Error(), "revoked for good") {
			t.Errorf("%s: %v (%s)", name, err, engine.OutcomeOf(err))
		}
	}
	if string(w.list().Raw) != string(before) {
		t.Error("the list changed")
	}
}

func TestListKeepsWhatOthersPutOnIt(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t, ecKey(t), nil, nil)
	invalidity := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 24}, Value: []byte{0x18, 0x0f, '2', '0', '2', '5', '0', '1', '0', '2', '0', '3', '0', '4', '0', '5', 'Z'}}
	scope := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 0x03, 0x81, 0x01, 0xff}}
	since := time.Now().Add(-100 * time.Hour).UTC().Truncate(time.Second)
	ca.writeList(t, &x509.RevocationList{
		Number: big.NewInt(41), ThisUpdate: since, NextUpdate: since.Add(72 * time.Hour),
		ExtraExtensions: []pkix.Extension{scope},
		RevokedCertificateEntries: []x509.RevocationListEntry{
			{SerialNumber: big.NewInt(7), RevocationTime: since, ReasonCode: keyCompromise, ExtraExtensions: []pkix.Extension{invalidity}},
			{SerialNumber: big.NewInt(8), RevocationTime: since},
		},
	})
	w := newWorld(t)
	target := w.target(ca.settings())
	m := w.generate(target)
	w.must(target.Retire, m)

	list := readList(t, ca)
	if list.Number.Int64() != 42 {
		t.Errorf("number %s; want 42", list.Number)
	}
	if life := list.NextUpdate.Sub(list.ThisUpdate); life != 72*time.Hour {
		t.Errorf("good for %s; want 72h as before", life)
	}
	if !hasExtension(list.Extensions, scope) {
		t.Error("the list lost its scope")
	}
	if n := len(list.RevokedCertificateEntries); n != 3 {
		t.Fatalf("%d entries; want 3", n)
	}
	first, second := list.RevokedCertificateEntries[0], list.RevokedCertificateEntries[1]
	if first.SerialNumber.Int64() != 7 || first.ReasonCode != keyCompromise || !first.RevocationTime.Equal(since) || !hasExtension(first.Extensions, invalidity) {
		t.Errorf("the first entry became %+v", first)
	}
	if second.SerialNumber.Int64() != 8 || second.ReasonCode != 0 {
		t.Errorf("the second entry became %+v", second)
	}
	w.must(target.Reinstate, m)
	if list := readList(t, ca); list.Number.Int64() != 43 || len(list.RevokedCertificateEntries) != 2 {
		t.Errorf("after reinstate: number %s, %d entries", list.Number, len(list.RevokedCertificateEntries))
	}
	w.must(target.Reinstate, m)
	if list := readList(t, ca); list.Number.Int64() != 43 {
		t.Error("a change that changes nothing signed a new list")
	}
}

func hasExtension(extensions []pkix.Extension, want pkix.Extension) bool {
	for _, e := range extensions {
		if e.Id.Equal(want.Id) && e.Critical == want.Critical && string(e.Value) == string(want.Value) {
			return true
		}
	}
	return false
}

func readList(t *testing.T, ca *authority) *x509.RevocationList {
	t.Helper()
	text, err := os.ReadFile(ca.path("crl.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if block, _ := pem.Decode(text); block != nil {
		text = block.Bytes
	}
	list, err := x509.ParseRevocationList(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := list.CheckSignatureFrom(ca.cert); err != nil {
		t.Fatal(err)
	}
	return list
}

// Servers want one form or the other, and some the lists of a whole chain.
func TestListKeepsItsForm(t *testing.T) {
	t.Parallel()
	ca, other := newAuthority(t, ecKey(t), nil, nil), newAuthority(t, ecKey(t), nil, func(c *x509.Certificate) { c.Subject.CommonName = "Root" })
	der := ca.writeList(t, &x509.RevocationList{})
	ours := pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
	foreign := pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: other.writeList(t, &x509.RevocationList{})})
	cases := map[string]struct {
		before       string
		prefix, tail string
	}{
		"PEM":              {string(ours), "-----BEGIN X509 CRL-----", "-----END X509 CRL-----\n"},
		"DER":              {string(der), "\x30", ""},
		"PEM of the chain": {string(foreign) + string(ours), string(foreign), "-----END X509 CRL-----\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			path := w.TempDir() + "/list"
			if err := os.WriteFile(path, []byte(c.before), 0o640); err != nil {
				t.Fatal(err)
			}
			link := w.TempDir() + "/link"
			if err := os.Symlink(path, link); err != nil {
				t.Fatal(err)
			}
			settings := ca.settings()
			settings["crl"] = link
			target := w.target(settings)
			m := w.generate(target)
			w.must(target.Retire, m)
			w.expect(target, m, engine.Refused)
			after, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(after) == c.before || !strings.HasPrefix(string(after), c.prefix) || !strings.HasSuffix(string(after), c.tail) {
				t.Errorf("%q became %q", c.before, after)
			}
			if info, err := os.Lstat(path); err != nil || info.Mode() != 0o640 {
				t.Errorf("mode %v, %v; want 0640 as before", info.Mode(), err)
			}
		})
	}
}

func TestListThatCannotBeTrusted(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		spoil func(t *testing.T, ca *authority, der []byte)
		text  string
	}{
		"tampered": {func(t *testing.T, ca *authority, der []byte) {
			der[len(der)-3] ^= 1
			ca.write(t, "crl.pem", der)
		}, "cannot be trusted"},
		"signed by an impostor of the same name": {func(t *testing.T, ca *authority, _ []byte) {
			ca.write(t, "crl.pem", newAuthority(t, ecKey(t), nil, nil).writeList(t, &x509.RevocationList{}))
		}, "cannot be trusted"},
		"another CA's": {func(t *testing.T, ca *authority, _ []byte) {
			other := newAuthority(t, ecKey(t), nil, func(c *x509.Certificate) { c.Subject.CommonName = "Other" })
			ca.write(t, "crl.pem", other.writeList(t, &x509.RevocationList{}))
		}, "cannot be trusted"},
		"a delta": {func(t *testing.T, ca *authority, _ []byte) {
			base := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}}
			ca.writeList(t, &x509.RevocationList{ExtraExtensions: []pkix.Extension{base}})
		}, "cannot be trusted"},
		"no list": {func(t *testing.T, ca *authority, _ []byte) { ca.write(t, "crl.pem", []byte("?")) }, "cannot be trusted"},
		"missing": {func(t *testing.T, ca *authority, _ []byte) {
			if err := os.Remove(ca.path("crl.pem")); err != nil {
				t.Fatal(err)
			}
		}, "is missing"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ca := newAuthority(t, ecKey(t), nil, nil)
			target := w.target(ca.settings())
			m := w.generate(target)
			c.spoil(t, ca, ca.writeList(t, &x509.RevocationList{}))
			before, _ := os.ReadFile(ca.path("crl.pem"))

			err := w.do(target.Retire, m)
			if err == nil || !strings.Contains(err.Error(), c.text) || engine.OutcomeOf(err) != engine.NotApplied {
				t.Errorf("Retire: %v (%s); want %q", err, engine.OutcomeOf(err), c.text)
			}
			if after, _ := os.ReadFile(ca.path("crl.pem")); string(after) != string(before) {
				t.Error("the file was changed")
			}
			w.expect(target, m, engine.Unreachable)
		})
	}
}

func TestOnlyCertificatesOfThisCACanBeRevoked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target := w.target(nil)
	foreign := w.generate(w.target(newAuthority(t, ecKey(t), nil, nil).settings()))
	for name, list := range map[string]listing{"Create": target.Create, "Withdraw": target.Withdraw, "Retire": target.Retire, "Reinstate": target.Reinstate} {
		if err := w.do(list, foreign); err == nil || !strings.Contains(err.Error(), "is not from the CA") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if changes, err := target.Finalize(t.Context(), engine.SlotA, foreign); err != nil || len(changes) > 0 {
		t.Errorf("Finalize lists %d changes, %v; want nothing", len(changes), err)
	}
}

// Many credentials share a CA, and operators may run several rotadecks.
func TestConcurrentChangesLoseNothing(t *testing.T) {
	t.Parallel()
	const targets, each = 4, 6
	w := newWorld(t)
	if err := os.WriteFile(w.ca.CRLFile+".draft", []byte("of a killed process"), 0o400); err != nil {
		t.Fatal(err)
	}
	materials := make(chan engine.Material, targets*each)
	var running sync.WaitGroup
	for i := range targets {
		target := w.target(engine.Settings{"common_name": fmt.Sprintf("service-%d", i)})
		for range each {
			m := w.generate(target)
			running.Go(func() {
				if err := errors.Join(w.do(target.Create, m), w.do(target.Retire, m)); err != nil {
					t.Error(err)
				}
				materials <- m
			})
		}
	}
	running.Wait()
	close(materials)
	if got, want := w.list().Number.Int64(), int64(1+targets*each); got != want {
		t.Errorf("list number %d; want %d", got, want)
	}
	if drafts, _ := filepath.Glob(w.ca.CRLFile + "*.draft"); len(drafts) > 0 {
		t.Errorf("left behind: %q", drafts)
	}
	ledger, err := os.ReadFile(w.ca.CRLFile + ".issued")
	if err != nil {
		t.Fatal(err)
	}
	for m := range materials {
		if got := w.reason(m); got != certificateHold {
			t.Errorf("%s: reason %d", leaf(t, m).Subject, got)
		}
		if n := strings.Count(string(ledger), pemfile.Serial(leaf(t, m))+"\t"); n != 1 {
			t.Errorf("%s stands %d times in the ledger", leaf(t, m).Subject, n)
		}
	}
}

func TestLedgerTellsOurCertificates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target := w.target(engine.Settings{"organization": "Tab\tand\nline"})
	m := w.generate(target)
	w.must(target.Create, m)
	w.must(target.Create, m)
	path := w.ca.CRLFile + ".issued"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines; want a head and one certificate:\n%s", len(lines), text)
	}
	fields := strings.Split(lines[1], "\t")
	if len(fields) != 6 || fields[0] != pemfile.Serial(leaf(t, m)) || fields[3] != "a" || fields[4] != target.Fingerprint(m) {
		t.Errorf("%q", fields)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

func TestPlanComesBeforeTheCertificate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target := w.target(nil)
	for name, list := range map[string]listing{"Create": target.Create, "Retire": target.Retire, "Finalize": target.Finalize} {
		changes, err := list(t.Context(), engine.SlotB, nil)
		if err != nil || len(changes) != 1 {
			t.Fatalf("%s: %d changes, %v", name, len(changes), err)
		}
		if changes[0].Apply != nil || !strings.Contains(changes[0].What, "CN=billing") {
			t.Errorf("%s: %+v", name, changes[0])
		}
	}
}

// A lock that someone else holds is waited for, no longer than the context.
func TestChangesHonourTheContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target := w.target(nil)
	m := w.generate(target)
	unlock, err := localca.LockFile(t.Context(), w.ca.CRLFile+".lock")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	changes, err := target.Retire(t.Context(), engine.SlotA, m)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := changes[0].Apply(ctx); engine.OutcomeOf(err) != engine.NotApplied {
		t.Errorf("%v (%s)", err, engine.OutcomeOf(err))
	}
	if got := w.reason(m); got != notListed {
		t.Errorf("reason %d", got)
	}
}
