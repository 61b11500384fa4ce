package file_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

const canary = "canary-77aa"

func TestNamesStayInside(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", ".", "..", "../x", "a/b", "/etc", "..data", "a\x00b", "a b", "é", strings.Repeat("x", 300)} {
		store := newStore(t, t.TempDir())
		_, err := store.Load(t.Context(), name)
		wantProblem(t, err, "cannot be a file's name")
		wantProblem(t, store.Save(t.Context(), name, engine.Holding{}), "cannot be a file's name")
		v := engine.Version{Material: material(map[string]string{name: canary})}
		err = store.Save(t.Context(), key, engine.Holding{}.WithPending(engine.SlotB, v))
		wantProblem(t, err, "cannot be a file's name")
	}
	v := engine.Version{Material: material(map[string]string{engine.FieldVersion: canary})}
	err := newStore(t, t.TempDir()).Save(t.Context(), key, engine.Holding{Archive: []engine.Version{v}})
	wantProblem(t, err, "is taken")
}

func TestOddMountsAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		spoil func(t *testing.T, folder string)
		want  string
	}{
		"damaged record": {func(t *testing.T, folder string) {
			write(t, filepath.Join(folder, "..data", "..holding.json"), `{"active": "a", "slots": {"a": `+canary)
		}, "is damaged"},
		"record of a number where none belongs": {func(t *testing.T, folder string) {
			write(t, filepath.Join(folder, "..data", "..holding.json"), `{"format": 1, "slots": {"a": {"fields": {"x": 123456}}}}`)
		}, "is damaged"},
		"record of the future": {func(t *testing.T, folder string) {
			write(t, filepath.Join(folder, "..data", "..holding.json"), `{"format": 2}`)
		}, "has format 2"},
		"lost record": {func(t *testing.T, folder string) {
			remove(t, filepath.Join(folder, "..data", "..holding.json"))
		}, "rotadeck did not write"},
		"lost snapshot": {func(t *testing.T, folder string) {
			remove(t, filepath.Join(folder, "..data/"))
			symlink(t, "..gone", filepath.Join(folder, "..data"))
		}, "cannot load"},
		"data elsewhere": {func(t *testing.T, folder string) {
			remove(t, filepath.Join(folder, "..data"))
			symlink(t, "../../elsewhere", filepath.Join(folder, "..data"))
		}, "no link to a snapshot"},
		"snapshot elsewhere": {func(t *testing.T, folder string) {
			remove(t, filepath.Join(folder, "..data"))
			symlink(t, "..link", filepath.Join(folder, "..data"))
			symlink(t, filepath.Dir(filepath.Dir(folder)), filepath.Join(folder, "..link"))
		}, "cannot load"},
		"changed by hand": {func(t *testing.T, folder string) {
			remove(t, filepath.Join(folder, "password"))
			write(t, filepath.Join(folder, "password"), canary)
		}, "put there by hand"},
		"field is a folder": {func(t *testing.T, folder string) {
			if err := os.Mkdir(filepath.Join(folder, "..data", "sub"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, "which is no file"},
		"field is a link": {func(t *testing.T, folder string) {
			symlink(t, "/etc/passwd", filepath.Join(folder, "..data", "link"))
		}, "which is no file"},
		"key is a link": {func(t *testing.T, folder string) {
			if err := os.Rename(folder, folder+"-real"); err != nil {
				t.Fatal(err)
			}
			symlink(t, key+"-real", folder)
		}, "is a link"},
		"key is a link to elsewhere": {func(t *testing.T, folder string) {
			if err := os.RemoveAll(folder); err != nil {
				t.Fatal(err)
			}
			symlink(t, t.TempDir(), folder)
		}, "is a link"},
		"key is a file": {func(t *testing.T, folder string) {
			if err := os.RemoveAll(folder); err != nil {
				t.Fatal(err)
			}
			write(t, folder, canary)
		}, "cannot load"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "secrets")
			store := newStore(t, path)
			save(t, store, engine.Holding{}.WithPending(engine.SlotA, database("orders_a")).Published(engine.SlotA))
			held := load(t, store)
			test.spoil(t, filepath.Join(path, key))
			_, err := store.Load(t.Context(), key)
			wantProblem(t, err, test.want)
			err = store.Save(t.Context(), key, held)
			wantProblem(t, err, "")
			if engine.OutcomeOf(err) != engine.NotApplied {
				t.Errorf("outcome %q", engine.OutcomeOf(err))
			}
		})
	}
}

func TestAFolderOfOthersIsAProblem(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	plain(t, path, map[string]string{"token": canary})
	for _, folder := range []string{filepath.Dir(path), path, filepath.Join(path, key)} {
		if err := os.Chmod(folder, 0o555); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(folder, 0o700) }) // so that it can be removed
	}
	if err := os.Chmod(filepath.Join(path, key, "token"), 0o444); err != nil {
		t.Fatal(err)
	}
	out, err := helper(t, "save", "PATH="+path, "NOBODY=1").CombinedOutput()
	if err == nil || !strings.HasPrefix(string(out), "not applied: cannot save file ") || !strings.Contains(string(out), "permission denied") {
		t.Errorf("save into a folder that is read-only: %v: %s", err, out)
	}
}

func wantProblem(t *testing.T, err error, text string) {
	t.Helper()
	var problem *engine.Problem
	if !errors.As(err, &problem) || !strings.Contains(problem.Error(), text) || problem.Hint == "" {
		t.Errorf("got %v, want a problem with a hint and the words %q", err, text)
		return
	}
	if strings.Contains(problem.Error()+problem.Hint, canary) || strings.Contains(problem.Error(), "123456") {
		t.Errorf("the error shows a secret: %v", err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(strings.TrimSuffix(path, "/")); err != nil {
		t.Fatal(err)
	}
}
