// Package secret holds values that must never be seen.
//
// A Secret prints as a mask through every formatting verb, marshaller and
// logger; only Reveal and Text give the value out, so a search for these two
// names finds every place where a secret leaves its type:
//
//	password, err := secret.Generate(rand.Reader, 32)
//	defer password.Close()
//	fmt.Println(password) // ••••••••
package secret

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log/slog"
)

// Mask stands wherever a secret would have been printed.
const Mask = "••••••••"

// Secret is a value that prints as Mask. Its methods accept a nil receiver,
// which is the empty secret. It is safe for concurrent use until Close.
type Secret struct {
	// A pointer, because fmt prints no more than its address even for a copy of
	// the struct, on which the methods below are not found.
	box *box
}

type box struct{ value []byte }

// New copies value into a Secret; the caller may wipe its own copy.
func New(value []byte) *Secret {
	return &Secret{&box{append([]byte(nil), value...)}}
}

// FromText makes a Secret of a string.
func FromText(value string) *Secret {
	return New([]byte(value))
}

// Reveal returns a copy of the value.
func (s *Secret) Reveal() []byte {
	return append([]byte(nil), s.bytes()...)
}

// Text returns the value as a string, which cannot be wiped: use it only
// where an API demands a string.
func (s *Secret) Text() string {
	return string(s.bytes())
}

// Len is the length of the value in bytes.
func (s *Secret) Len() int {
	return len(s.bytes())
}

// Equal compares in constant time for values of equal length.
func (s *Secret) Equal(other *Secret) bool {
	return subtle.ConstantTimeCompare(s.bytes(), other.bytes()) == 1
}

// Close wipes the value. The Secret is empty afterwards; Close may be repeated.
func (s *Secret) Close() error {
	if s != nil && s.box != nil {
		clear(s.box.value)
		s.box.value = nil
	}
	return nil
}

func (s *Secret) bytes() []byte {
	if s == nil || s.box == nil {
		return nil
	}
	return s.box.value
}

// String returns Mask.
func (s *Secret) String() string { return Mask }

// GoString returns Mask.
func (s *Secret) GoString() string { return Mask }

// Format writes Mask for every verb.
func (s *Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(Mask)) }

// MarshalText returns Mask.
func (s *Secret) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// MarshalJSON returns Mask as a JSON string.
func (s *Secret) MarshalJSON() ([]byte, error) { return json.Marshal(Mask) }

// LogValue logs Mask.
func (s *Secret) LogValue() slog.Value { return slog.StringValue(Mask) }

var (
	_ fmt.Formatter  = (*Secret)(nil)
	_ slog.LogValuer = (*Secret)(nil)
)
