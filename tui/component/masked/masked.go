// Package masked is a line that takes a secret and never shows it.
//
//	f := masked.New()
//	f.Update(msg)                 // a paste is taken whole, line ends and all
//	leaked := f.Take()            // the field is empty afterwards
//	defer leaked.Close()
//
// The mask tells that keys arrive and nothing else: from Bound characters on it is
// the same for every length, and what was pasted shows no length at all. What the
// field held is wiped when it is taken, cleared, or grows. The messages that bring
// a secret are the program's own and cannot be wiped: nothing here keeps them.
package masked

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Bound is the count of characters from which the mask grows no more.
const Bound = 8

// most is how many bytes a secret may have: the longest chain of certificates
// with its key is far below.
const most = 64 << 10

// Field is the line. Make one with New.
type Field struct {
	held    []byte
	pasted  bool
	problem string // why the last key or paste was not taken
}

// New returns an empty field.
func New() *Field { return &Field{} }

// Update takes a key or a paste. Keys that are no text, other than backspace and
// ctrl+u, mean nothing to it.
func (f *Field) Update(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		if f.write(msg.Content) {
			f.pasted = true
		}
	case tea.KeyPressMsg:
		switch msg.String() {
		case "backspace":
			f.shorten()
		case "ctrl+u":
			f.Clear()
		default:
			f.write(msg.Text)
		}
	}
}

// Empty says that nothing is held.
func (f *Field) Empty() bool { return len(f.held) == 0 }

// Problem says why the last key or paste was not taken; "" when it was.
func (f *Field) Problem() string { return f.problem }

// Take hands over what was entered and leaves the field empty. The caller closes
// the secret.
func (f *Field) Take() *secret.Secret {
	taken := secret.New(f.held)
	f.Clear()
	return taken
}

// Clear wipes the field.
func (f *Field) Clear() {
	clear(f.held)
	*f = Field{}
}

// write appends text, whole or not at all.
func (f *Field) write(text string) bool {
	f.problem = ""
	if text == "" {
		return false
	}
	if len(f.held)+len(text) > most {
		f.problem = "that is too long for a secret: nothing of it was taken"
		return false
	}
	if need := len(f.held) + len(text); need > cap(f.held) {
		grown := make([]byte, len(f.held), max(2*need, 128))
		copy(grown, f.held)
		clear(f.held)
		f.held = grown
	}
	f.held = append(f.held, text...)
	return true
}

// shorten takes the last character away. Of what was pasted nobody can see which
// one that is, so all of it goes.
func (f *Field) shorten() {
	if f.pasted {
		f.Clear()
		return
	}
	f.problem = ""
	_, size := utf8.DecodeLastRune(f.held)
	kept := len(f.held) - size
	clear(f.held[kept:])
	f.held = f.held[:kept]
}

// View draws the mask, with a cursor behind it while focused.
func (f *Field) View(theme ui.Theme, focused bool) string {
	dots := utf8.RuneCount(f.held)
	if f.pasted {
		dots = Bound
	}
	mask := theme.Strong.Render(strings.Repeat("•", min(dots, Bound)))
	if focused {
		mask += theme.Accent.Render("▌")
	}
	return mask
}
