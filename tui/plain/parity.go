package plain

import (
	"bytes"
	"fmt"
	"io"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// WriteParity prints each difference between the slots of a credential with
// the statements that would even it out.
func WriteParity(w io.Writer, p engine.Parity) error {
	var b bytes.Buffer
	other := p.Active.Other()
	sides := fmt.Sprintf("%s, in use, and %s", side(p.Active, p.Identities[p.Active]), side(other, p.Identities[other]))
	switch {
	case p.Missing != "":
		fmt.Fprintf(&b, "parity of %s: %s\n", ui.Clean(p.Credential), ui.Clean(p.Absence()))
	case p.Even():
		fmt.Fprintf(&b, "parity of %s: %s have the same rights\n", ui.Clean(p.Credential), sides)
	default:
		fmt.Fprintf(&b, "parity of %s: %s between %s\n", ui.Clean(p.Credential), count(len(p.Differences), "difference"), sides)
	}
	for i, d := range p.Differences {
		for n, line := range d.Lines() {
			if n == 0 {
				line = fmt.Sprintf("%d. %s", i+1, line)
			}
			fmt.Fprintln(&b, ui.Clean(line))
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}
