package sandbox

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestNewestServer(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, file := range []string{
		"9/bin/initdb", "9/bin/postgres",
		"15/bin/initdb", "15/bin/postgres",
		"16/bin/psql", // a client without a server
	} {
		path := filepath.Join(root, file)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o700)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := newestServer(filepath.Join(root, "*/bin")); err != nil || got != filepath.Join(root, "15/bin") {
		t.Errorf("newestServer = %q, %v; want that of version 15", got, err)
	}
	if got, err := newestServer(filepath.Join(root, "16/bin")); !errors.Is(err, ErrPostgresMissing) {
		t.Errorf("newestServer without a server = %q, %v; want ErrPostgresMissing", got, err)
	}
}
