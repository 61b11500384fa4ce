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
	if p.Even() {
		fmt.Fprintf(&b, "parity of %s: %s have the same rights\n", ui.Clean(p.Credential), sides)
	} else {
		fmt.Fprintf(&b, "parity of %s: %d differences between %s\n", ui.Clean(p.Credential), len(p.Differences), sides)
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
