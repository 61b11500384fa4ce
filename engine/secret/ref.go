package secret

import (
	"context"
	"fmt"
	"strings"
)

// Scheme says where the value of a Ref is kept.
type Scheme string

// The schemes of a Ref.
const (
	SchemeEnv     Scheme = "env"   // env:NAME, an environment variable
	SchemeFile    Scheme = "file"  // file:PATH, a file's content less its last newline
	SchemeStore   Scheme = "store" // store:NAME/KEY, a field of the active slot of a store's entry
	SchemeCommand Scheme = "cmd"   // cmd:COMMAND LINE, its standard output less the last newline
)

// Ref points to a secret; it holds none and may be printed.
type Ref struct {
	Scheme Scheme
	Value  string
}

// ParseRef reads scheme:value.
func ParseRef(text string) (Ref, error) {
	scheme, value, found := strings.Cut(text, ":")
	ref := Ref{Scheme: Scheme(scheme), Value: value}
	switch ref.Scheme {
	case SchemeEnv, SchemeFile, SchemeStore, SchemeCommand:
	default:
		found = false
	}
	if !found {
		return Ref{}, fmt.Errorf("a secret is given as a reference: env:NAME, file:PATH, store:NAME/KEY or cmd:COMMAND")
	}
	if value == "" {
		return Ref{}, fmt.Errorf("nothing follows %q", scheme+":")
	}
	if ref.Scheme == SchemeStore && strings.Count(value, "/") < 1 {
		return Ref{}, fmt.Errorf("store reference %q lacks its key: store:NAME/KEY", text)
	}
	return ref, nil
}

// String returns the reference as it stands in an inventory.
func (r Ref) String() string { return string(r.Scheme) + ":" + r.Value }

// IsZero says that no reference was given.
func (r Ref) IsZero() bool { return r == Ref{} }

// Resolver fetches the value behind a Ref. It may block on files, commands
// and stores until ctx ends.
type Resolver interface {
	Resolve(ctx context.Context, ref Ref) (*Secret, error)
}

// Teller resolvers can say how a person reads the value behind a Ref: a command
// for sh, on one line, that prints it. "" where they cannot.
type Teller interface {
	Reading(ref Ref) string
}
