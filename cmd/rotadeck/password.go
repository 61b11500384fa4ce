package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// askPassword asks on a terminal for the password of id, without showing it.
// When ctx ends first, the terminal is left as it was.
func askPassword(ctx context.Context, in *os.File, out io.Writer, id string) (*secret.Secret, error) {
	fd := int(in.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "password of %s that is in use (it is not shown): ", id)
	type answer struct {
		value []byte
		err   error
	}
	answers := make(chan answer, 1)
	go func() { // ends with the process when nobody types
		value, err := term.ReadPassword(fd)
		answers <- answer{value, err}
	}()
	defer fmt.Fprintln(out)
	select {
	case a := <-answers:
		defer clear(a.value)
		return secret.New(a.value), a.err
	case <-ctx.Done():
		return nil, errors.Join(context.Cause(ctx), term.Restore(fd, before))
	}
}
