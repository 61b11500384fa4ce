package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// TestEveryScreenAndDialogIsAScene finds in the source what can fill the console
// or lie over it, and holds the scenes to showing all of it: what is no scene has
// no golden frames, and is held to no size.
func TestEveryScreenAndDialogIsAScene(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	met := map[string]bool{}
	t.Run("scenes", func(t *testing.T) { // returns when all of them have
		eachScene(t, func(_ *testing.T, _ string, d *deck) {
			mu.Lock()
			defer mu.Unlock()
			for _, p := range d.places() {
				met[nameOf(p.screen)] = true
			}
			if dialog := d.dialog(); dialog != nil {
				met[nameOf(dialog)] = true
			}
		})
	})
	written := drawn(t)
	if len(written) < 10 {
		t.Fatalf("the source has only %v", written)
	}
	for _, name := range written {
		if !met[name] {
			t.Errorf("no scene shows a %s: add one to scenes()", name)
		}
	}
}

// nameOf is the name of a type below tui: "screen/run.Screen".
func nameOf(value any) string {
	kind := reflect.TypeOf(value).Elem()
	_, below, _ := strings.Cut(kind.PkgPath(), "/tui/")
	return below + "." + kind.Name()
}

// drawn lists the types below tui that are screens or dialogs: they take
// messages, draw, and have keys.
func drawn(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(".", func(dir string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() || entry.Name() == "testdata" || dir == "." {
			return err
		}
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		methods := map[string]int{} // by type
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			countMethods(tree, methods)
		}
		for kind, n := range methods {
			if n == 3 {
				names = append(names, filepath.ToSlash(dir)+"."+kind)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func countMethods(tree *ast.File, methods map[string]int) {
	for _, d := range tree.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv == nil {
			continue
		}
		pointer, ok := f.Recv.List[0].Type.(*ast.StarExpr)
		if !ok {
			continue
		}
		switch f.Name.Name {
		case "Update", "View", "Bindings":
			methods[pointer.X.(*ast.Ident).Name]++
		}
	}
}
