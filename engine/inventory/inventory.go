// Package inventory reads the TOML file that names the credentials, where they
// live and how old they may grow. What it returns is valid throughout; what is
// wrong comes back as Errors, all at once, each with its line and column:
//
//	inv, err := inventory.Load("rotadeck.toml", catalogue.Providers())
//	var wrong inventory.Errors
//	if errors.As(err, &wrong) {
//		for _, e := range wrong {
//			fmt.Println(e) // rotadeck.toml:7:1: credentials[orders-db].onwer: unknown key; did you mean "owner"?
//		}
//	}
//
// Secrets never stand in the file, only references to them (see secret.Ref).
package inventory

import (
	"os"
	"path/filepath"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Inventory is a validated file.
type Inventory struct {
	Path            string                 // absolute when it came from Load
	Journal         string                 // absolute path of the journal, or its address (see journal/address); "" when the file is silent
	JournalPassword secret.Ref             // zero when the journal needs none
	Credentials     []engine.Credential    // in the order of the file
	Stores          map[string]engine.Part // by name, for references of the form store:NAME/KEY
	References      []Reference            // to secrets, in no order
	Environments    []engine.Environment   // in the order of the file
}

// Load reads and validates the file at path. The error is Errors when the
// content is wrong, and an *engine.Problem when the file cannot be read.
func Load(path string, providers []engine.Provider) (*Inventory, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, engine.NewProblem(err, "rotadeck inventory init writes a first one", "the inventory cannot be read")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, engine.NewProblem(err, "", "the folder of %s cannot be told", path)
	}
	inv, err := Parse(path, text, filepath.Dir(absolute), providers)
	if err != nil {
		return nil, err
	}
	inv.Path = absolute
	return inv, nil
}

// Parse validates text against what the providers understand. Errors begin
// with name; relative paths become absolute against folder, and "~/" against
// the home folder. The error is Errors.
func Parse(name string, text []byte, folder string, providers []engine.Provider) (*Inventory, error) {
	src := newSource(name, text)
	root, wrong := decode(src)
	if wrong != nil {
		return nil, Errors{wrong}
	}
	r := newReader(src, folder, providers)
	inv := r.document(root)
	if errs := r.errors(); len(errs) > 0 {
		return nil, errs
	}
	inv.Path = name
	return inv, nil
}
