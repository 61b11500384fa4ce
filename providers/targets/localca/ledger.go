package localca

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
)

const ledgerHead = "# serial\tissued\tends\tslot\tsha256\tsubject\n"

// ledgerPath is where rotadeck notes the certificates that it had signed, so
// that one can tell them from certificates made by other hands. It says nothing
// about validity: the revocation list alone does.
func ledgerPath(crl string) string { return crl + ".issued" }

// register adds leaf to the ledger unless it is there. The caller holds the
// lock.
func register(path string, slot engine.Slot, leaf *x509.Certificate, now time.Time) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = []byte(ledgerHead), nil
	}
	if err != nil {
		return engine.NotAppliedError(err)
	}
	serial := pemfile.Serial(leaf)
	if bytes.Contains(text, []byte("\n"+serial+"\t")) {
		return nil
	}
	if !bytes.HasSuffix(text, []byte("\n")) {
		text = append(text, '\n')
	}
	// A subject may hold anything; a line may not.
	subject := strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(leaf.Subject.String())
	text = fmt.Appendf(text, "%s\t%s\t%s\t%s\t%s\t%s\n", serial, now.UTC().Format(time.RFC3339),
		leaf.NotAfter.UTC().Format(time.RFC3339), slot, pemfile.Fingerprint(leaf), subject)
	return replaceFile(path, text, 0o600)
}
