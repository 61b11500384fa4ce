package rotadeck_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/rotadeck/rotadeck"

// layer says what the packages of a folder may import beside the standard
// library. The longest matching folder rules. Tests, and packages for tests,
// may import testAids too. Nothing else may import packages for tests, and only
// the demo in cmd the sandbox.
type layer struct {
	folder string
	may    []string
}

var layers = []layer{
	{"engine", []string{"engine"}},
	{"engine/inventory", []string{"engine", "github.com/BurntSushi/toml"}},
	{"engine/journal", []string{"engine", "modernc.org/sqlite", "github.com/jackc/pgx/v5"}},
	{"tui", []string{"engine", "tui", "charm.land", "github.com/charmbracelet"}},
	{"tui/preferences", []string{"engine", "tui", "github.com/BurntSushi/toml"}},
	{"providers", []string{"engine", "providers", "github.com/jackc/pgx/v5", "github.com/go-sql-driver/mysql", "filippo.io/edwards25519", "github.com/youmark/pkcs8", "golang.org/x"}},
	// What services are built with brings no more than its database drivers need.
	{"providers/reload", []string{"engine/secret", "providers/reload", "providers/sandbox", "github.com/fsnotify/fsnotify", "github.com/jackc/pgx/v5", "github.com/go-sql-driver/mysql"}},
	{"cmd", []string{"engine", "providers", "tui", "cmd", "charm.land", "github.com/charmbracelet", "github.com/spf13", "golang.org/x"}},
}

var testAids = []string{"github.com/google/go-cmp", "github.com/rogpeppe/go-internal", "pgregory.net/rapid"}

// entries is what may stand at the top: the folders of the design, and files
// that tools expect there.
var entries = []string{
	".ci", ".git", ".gitignore", ".golangci.yml", "LICENSE", "Makefile", "README.md",
	"architecture_test.go", "bin", "cmd", "config.example.toml", "doc.go", "docs", "engine",
	"go.mod", "go.sum", "providers", "testdata", "tui",
}

func TestTopLevelEntries(t *testing.T) {
	t.Parallel()
	found, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range found {
		if !slices.Contains(entries, entry.Name()) {
			t.Errorf("%s: not an entry of the design", entry.Name())
		}
	}
}

func TestImports(t *testing.T) {
	t.Parallel()
	for _, f := range parseAll(t) {
		for _, spec := range f.tree.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if !f.mayImport(imported) {
				t.Errorf("%s: must not import %s", f.path, imported)
			}
		}
	}
}

func TestImportRuleRefuses(t *testing.T) {
	t.Parallel()
	for file, imported := range map[string]string{
		"engine/run.go":                       "charm.land/bubbletea/v2",
		"engine/plan.go":                      module + "/providers/stores/file",
		"engine/doc.go":                       module + "/tui",
		"engine/inventory/x.go":               "github.com/jackc/pgx/v5",
		"engine/journal/x.go":                 "github.com/BurntSushi/toml",
		"engine/x.go":                         module + "/engine/enginetest",
		"tui/tui.go":                          module + "/providers/catalogue",
		"tui/plain/plain_test.go":             module + "/cmd/rotadeck",
		"providers/targets/postgres/x.go":     module + "/tui",
		"providers/targets/postgres/x_foo.go": "pgregory.net/rapid",
		"providers/stores/file/x.go":          module + "/providers/sandbox",
		"cmd/rotadeck/x.go":                   module + "/tui/uitest",
		"tui/x_test.go":                       module + "/providers/sandbox",
	} {
		if (source{path: file}).mayImport(imported) {
			t.Errorf("%s may import %s", file, imported)
		}
	}
}

func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	for _, f := range parseAll(t) {
		limit := 400
		switch {
		case f.isTest():
			limit = 600
		case f.path == "tui/tui.go":
			limit = 299
		}
		if f.lines > limit {
			t.Errorf("%s: %d lines, may have %d", f.path, f.lines, limit)
		}
	}
}

func TestFunctionsAreShort(t *testing.T) {
	t.Parallel()
	const limit = 80
	for _, f := range parseAll(t) {
		for _, function := range f.functions() {
			lines := f.line(function.End()) - f.line(function.Pos()) + 1
			if lines > limit && !f.isTest() {
				t.Errorf("%s: %s has %d lines, may have %d", f.path, function.Name, lines, limit)
			}
		}
	}
}

func TestNothingHappensAtImport(t *testing.T) {
	t.Parallel()
	for _, f := range parseAll(t) {
		for _, function := range f.functions() {
			if function.Recv == nil && function.Name.Name == "init" {
				t.Errorf("%s: has an init function", f.path)
			}
		}
	}
}

func TestEngineSeesItsOwnClock(t *testing.T) {
	t.Parallel()
	for _, f := range parseAll(t) {
		if filepath.Dir(f.path) != "engine" || f.path == "engine/clock.go" || f.isTest() {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := call.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After"}, call.Sel.Name) {
				t.Errorf("%s:%d: time.%s, use the engine's clock", f.path, f.line(n.Pos()), call.Sel.Name)
			}
			return true
		})
	}
}

func TestEverythingExportedIsExplained(t *testing.T) {
	t.Parallel()
	explained := map[string]bool{}
	for _, f := range parseAll(t) {
		if f.isTest() {
			continue
		}
		folder := filepath.Dir(f.path)
		explained[folder] = explained[folder] || f.tree.Doc.Text() != ""
		for _, name := range f.unexplained() {
			t.Errorf("%s: %s has no doc comment", f.path, name)
		}
	}
	for folder, ok := range explained {
		if !ok {
			t.Errorf("%s: the package has no doc comment", folder)
		}
	}
}

// source is one Go file.
type source struct {
	path  string // from the root, with slashes
	lines int
	files *token.FileSet
	tree  *ast.File
}

func parseAll(t *testing.T) []source {
	t.Helper()
	var sources []source
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "testdata"):
			return fs.SkipDir
		case filepath.Ext(path) != ".go":
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, path, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		sources = append(sources, source{filepath.ToSlash(path), bytes.Count(text, []byte("\n")), files, tree})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

func (f source) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// isTestKit says that a package serves tests, and is named so: enginetest.
func isTestKit(folder string) bool { return strings.HasSuffix(folder, "test") }

func (f source) line(p token.Pos) int { return f.files.Position(p).Line }

func (f source) functions() []*ast.FuncDecl {
	var functions []*ast.FuncDecl
	for _, declaration := range f.tree.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok {
			functions = append(functions, function)
		}
	}
	return functions
}

func (f source) mayImport(imported string) bool {
	own, isOwn := strings.CutPrefix(imported, module+"/")
	if !isOwn {
		own = imported
		if domain, _, _ := strings.Cut(imported, "/"); !strings.Contains(domain, ".") {
			return true // the standard library
		}
	}
	forTests := f.isTest() || isTestKit(path.Dir(f.path))
	if slices.ContainsFunc(testAids, func(prefix string) bool { return within(own, prefix) }) {
		return forTests
	}
	if isTestKit(own) && !forTests {
		return false
	}
	if within(own, "providers/sandbox") && f.isTest() && within(f.path, "engine/journal") {
		return true // the shared journal is tested with the server that it needs
	}
	if sandbox := "providers/sandbox"; within(own, sandbox) && !forTests && !within(f.path, sandbox) && !within(f.path, "cmd") {
		return false
	}
	var rule layer
	for _, l := range layers {
		if within(f.path, l.folder) && len(l.folder) > len(rule.folder) {
			rule = l
		}
	}
	return slices.ContainsFunc(rule.may, func(prefix string) bool { return within(own, prefix) })
}

// unexplained lists exported declarations without a doc comment. A comment on
// a group serves its members, as does one at the end of a member's line.
func (f source) unexplained() []string {
	var names []string
	for _, function := range f.functions() {
		if function.Name.IsExported() && function.Doc.Text() == "" && receiverExported(function) {
			names = append(names, function.Name.Name)
		}
	}
	for _, declaration := range f.tree.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok || group.Doc.Text() != "" {
			continue
		}
		for _, spec := range group.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() && spec.Doc.Text() == "" {
					names = append(names, spec.Name.Name)
				}
			case *ast.ValueSpec:
				if spec.Names[0].IsExported() && spec.Doc.Text() == "" && spec.Comment.Text() == "" {
					names = append(names, spec.Names[0].Name)
				}
			}
		}
	}
	return names
}

func receiverExported(function *ast.FuncDecl) bool {
	if function.Recv == nil {
		return true
	}
	kind := function.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	name, ok := kind.(*ast.Ident)
	return ok && name.IsExported()
}

func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}
