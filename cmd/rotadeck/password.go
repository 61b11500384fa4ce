package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"golang.org/x/term"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// askPassword asks on a terminal for the password of id, without showing it.
func askPassword(ctx context.Context, in *os.File, out io.Writer, id string) (*secret.Secret, error) {
	return askSecret(ctx, in, out, fmt.Sprintf("password of %s that is in use (it is not shown): ", id))
}

// askSecret asks on a terminal for a secret, without showing it. One of several
// lines, such as a PEM block, is read to its end: the rest of it must not be
// taken for answers to what is asked next. When ctx ends first, the terminal is
// left as it was.
func askSecret(ctx context.Context, in *os.File, out io.Writer, question string) (*secret.Secret, error) {
	fd := int(in.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	fmt.Fprint(out, question)
	type answer struct {
		value []byte
		err   error
	}
	answers := make(chan answer, 1)
	go func() { // ends with the process when nobody types
		value, err := readSecret(func() ([]byte, error) { return term.ReadPassword(fd) })
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

// mostSecret is how many bytes of a secret are read.
const mostSecret = 64 << 10

// readSecret reads a line, or as many as there are between the lines that begin and
// end a PEM block.
func readSecret(line func() ([]byte, error)) ([]byte, error) {
	whole, err := line()
	for err == nil && len(whole) < mostSecret && bytes.Contains(whole, []byte("-----BEGIN ")) &&
		bytes.Count(whole, []byte("-----BEGIN ")) > bytes.Count(whole, []byte("-----END ")) {
		var more []byte
		more, err = line()
		joined := slices.Concat(whole, []byte("\n"), more)
		clear(whole)
		clear(more)
		whole = joined
	}
	return whole, err
}
