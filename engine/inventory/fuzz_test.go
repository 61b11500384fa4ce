package inventory

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("../../testdata/inventory/bad/*.toml")
	for _, file := range append(files, "../../config.example.toml") {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		checkParse(t, text)
	})
}

func TestParseTakesAnyBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		checkParse(t, rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		checkParse(t, []byte(documents().Draw(t, "document")))
	})
}

type failer interface {
	Fatalf(format string, args ...any)
}

// checkParse holds what must be true of any text: no panic, errors that point
// into the text, and places that agree with the decoder's values.
func checkParse(t failer, text []byte) {
	src := newSource("x.toml", text)
	scan(src.text)
	inv, err := Parse("x.toml", text, "/", nil)
	var errs Errors
	switch {
	case err == nil && inv == nil:
		t.Fatalf("neither inventory nor error")
	case err != nil && (!errors.As(err, &errs) || len(errs) == 0):
		t.Fatalf("error %v is not Errors", err)
	}
	for _, e := range errs {
		if e.Line < 1 || e.Line > len(src.lines) || e.Column < 1 || e.Message == "" {
			t.Fatalf("error %+v points nowhere", e)
		}
	}
	data, err := decodeTOML(src.text)
	if err != nil {
		return
	}
	if err := agreeKeys(src.text, scan(src.text), data, ""); err != nil {
		t.Fatalf("%s", err)
	}
}
