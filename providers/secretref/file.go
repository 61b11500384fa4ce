package secretref

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// file reads a file that nobody else can. The rule is PostgreSQL's for private
// keys: no access for group and others, save that a file of root may be readable
// by its group, which is how packages hand secrets to services.
func file(ref secret.Ref) (*secret.Secret, error) {
	// Without O_NONBLOCK, opening a pipe that nobody writes to would hang.
	f, err := os.OpenFile(ref.Value, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, unreadable(ref, err)
	}
	defer func() { _ = f.Close() }() // only read from
	info, err := f.Stat()            // of what is open, which nobody can exchange meanwhile
	if err != nil {
		return nil, unreadable(ref, err)
	}
	if err := permitted(ref, info); err != nil {
		return nil, err
	}
	if info.Size() > largest {
		return nil, engine.NewProblem(nil, "", "%s is larger than a secret can be (64 KiB)", ref.Value)
	}
	text := make([]byte, info.Size()) // at once, since growing would leave copies behind
	n, err := io.ReadFull(f, text)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, unreadable(ref, err)
	}
	return trimmed(ref, text[:n])
}

// Inspect says why the file that ref refers to would not be taken for a secret,
// as Resolve does, but does not read it. The error wraps fs.ErrNotExist for a file
// that is not there. Other references are not looked at.
func Inspect(ref secret.Ref) error {
	if ref.Scheme != secret.SchemeFile {
		return nil
	}
	info, err := os.Stat(ref.Value)
	if err != nil {
		return unreadable(ref, err)
	}
	return permitted(ref, info)
}

func permitted(ref secret.Ref, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return engine.NewProblem(nil, "for anything else, use cmd:", "%s is not a regular file", ref.Value)
	}
	forbidden := fs.FileMode(0o077)
	if stat, known := info.Sys().(*syscall.Stat_t); known && stat.Uid == 0 {
		forbidden = 0o037
	}
	if mode := info.Mode().Perm(); mode&forbidden != 0 {
		return engine.NewProblem(nil, "chmod 600 "+ref.Value, "%s can be read or changed by others than its owner (mode %04o)", ref.Value, mode)
	}
	return nil
}

func unreadable(ref secret.Ref, err error) error {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err // the path is in the text already
	}
	return engine.NewProblem(err, "", "the secret in %s cannot be read", ref.Value)
}
