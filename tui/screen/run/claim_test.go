package run

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

// TestEveryProofOfTheEngineIsUnderstood reads the words of proofs where the
// engine makes them, in its calls of expect: what the rail and the sides make
// of a proof depends on them.
func TestEveryProofOfTheEngineIsUnderstood(t *testing.T) {
	t.Parallel()
	standings := map[string]engine.Standing{"Accepted": engine.Accepted, "Refused": engine.Refused}
	paths, err := filepath.Glob("../../../engine/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	named := constants(files)
	found := map[subject]int{}
	for i, file := range files {
		path := paths[i]
		for _, call := range callsOf(file, "expect") {
			if len(call.Args) < 2 {
				continue // something else of that name
			}
			want, isName := call.Args[len(call.Args)-2].(*ast.Ident)
			words, isText := textOf(call.Args[len(call.Args)-1], named)
			if !isName || !isText {
				t.Fatalf("%s: a proof is worded by %v", path, call.Args)
			}
			got := claimOf(engine.Event{Text: words})
			if got.about == subjectOther || got.wanted != standings[want.Name] {
				t.Errorf("%s: %q is taken for a proof about %q that wants %s, not %s", path, words, got.about, got.wanted, want.Name)
			}
			found[got.about]++
		}
	}
	for _, about := range []subject{subjectOld, subjectNew, subjectWrong} {
		if found[about] == 0 {
			t.Errorf("no proof about %s credential was found: does the engine word proofs elsewhere now?", about)
		}
	}
}

// constants are the texts that constants of the files stand for.
func constants(files []*ast.File) map[string]string {
	named := map[string]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			for i, value := range spec.Values {
				if text, isText := textOf(value, nil); isText && i < len(spec.Names) {
					named[spec.Names[i].Name] = text
				}
			}
			return true
		})
	}
	return named
}

// textOf is what a literal says, or a constant.
func textOf(e ast.Expr, named map[string]string) (text string, found bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.Ident:
		text, found = named[e.Name]
	}
	return text, found
}

func callsOf(file *ast.File, name string) []*ast.CallExpr {
	var calls []*ast.CallExpr
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == name && len(call.Args) > 1 {
				calls = append(calls, call)
			}
		}
		return true
	})
	return calls
}

func TestClaims(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]claim{
		"the old credential logs in":                     {subjectOld, engine.Accepted},
		"the old credential works, alone":                {subjectOld, engine.Accepted},
		"the old credential is refused":                  {subjectOld, engine.Refused},
		"the new credential works":                       {subjectNew, engine.Accepted},
		"the new credential still works":                 {subjectNew, engine.Accepted},
		"the new credential is refused":                  {subjectNew, engine.Refused},
		"a wrong credential is refused":                  {subjectWrong, engine.Refused},
		"The new credential works where the old one did": {subjectNew, engine.Accepted},
		"the credential in use logs in":                  {subjectOld, engine.Accepted},
		"":                                               {subjectOther, engine.Accepted},
	} {
		if got := claimOf(engine.Event{Text: words}); got != want {
			t.Errorf("%q is taken for %+v, want %+v", words, got, want)
		}
	}
}
