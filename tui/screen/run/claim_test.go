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
	found := map[subject]int{}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range callsOf(file, "expect") {
			want, isName := call.Args[len(call.Args)-2].(*ast.Ident)
			shows, isText := call.Args[len(call.Args)-1].(*ast.BasicLit)
			if !isName || !isText {
				t.Fatalf("%s: a proof is worded by %v", path, call.Args)
			}
			words, err := strconv.Unquote(shows.Value)
			if err != nil {
				t.Fatal(err)
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

func callsOf(file *ast.File, name string) []*ast.CallExpr {
	var calls []*ast.CallExpr
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == name {
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
