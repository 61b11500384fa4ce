package plain

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// WriteLooseEnds prints what was found, worst first, each with the one action
// that ends it, and what could not be looked at.
func WriteLooseEnds(w io.Writer, l engine.LooseEnds) error {
	var b bytes.Buffer
	for _, end := range l.Found {
		writeLooseEnd(&b, end, l.At)
	}
	for _, p := range l.Unseen {
		writeUnseen(&b, p.Credential, p.Problem)
	}
	fmt.Fprintf(&b, "%s in %s", count(len(l.Found), "loose end"), count(l.Looked, "credential"))
	if n := len(l.Unseen); n > 0 {
		fmt.Fprintf(&b, "; %s could not be looked at", count(n, "thing"))
	}
	fmt.Fprintln(&b)
	_, err := w.Write(b.Bytes())
	return err
}

// WriteLooseLook prints what was found of one credential.
func WriteLooseLook(w io.Writer, l engine.LooseLook) error {
	var b bytes.Buffer
	for _, end := range l.Found {
		writeLooseEnd(&b, end, time.Time{})
	}
	for _, p := range l.Unseen {
		writeUnseen(&b, l.Credential, p)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func writeLooseEnd(b *bytes.Buffer, end engine.LooseEnd, now time.Time) {
	fmt.Fprintf(b, "%s: %s: %s\n", end.Kind, ui.Clean(end.Credential), ui.Clean(end.What))
	if !end.Since.IsZero() {
		fmt.Fprintf(b, "  since: %s", stamp(end.Since))
		if !now.IsZero() {
			fmt.Fprintf(b, ", %s ago", engine.Span(max(0, now.Sub(end.Since))))
		}
		fmt.Fprintln(b)
	}
	fmt.Fprintf(b, "  why it matters: %s\n", ui.Clean(end.Why))
	fmt.Fprintf(b, "  what ends it: %s\n", ui.Clean(end.Ending.Words))
	if end.Ending.Command != "" {
		fmt.Fprintf(b, "  run: %s\n", ui.Clean(end.Ending.Command))
	}
}

func writeUnseen(b *bytes.Buffer, credential string, p engine.Problem) {
	who := ui.Clean(credential)
	if who == "" {
		who = "the journal"
	}
	fmt.Fprintf(b, "not looked at: %s: %s\n", who, ui.Clean(p.Error()))
	if p.Hint != "" {
		fmt.Fprintf(b, "  hint: %s\n", ui.Clean(p.Hint))
	}
}
