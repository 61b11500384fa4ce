package inventory_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/inventory"
	"github.com/rotadeck/rotadeck/engine/secret"
)

func parse(t *testing.T, text string) *inventory.Inventory {
	t.Helper()
	inv, err := inventory.Parse("test.toml", []byte(text), "/etc/rotadeck", providers())
	if err != nil {
		t.Fatalf("Parse failed:\n%v", err)
	}
	return inv
}

func TestLoadOfAbsentFile(t *testing.T) {
	t.Parallel()
	_, err := inventory.Load(filepath.Join(t.TempDir(), "absent.toml"), providers())
	var problem *engine.Problem
	if !errors.As(err, &problem) || !errors.Is(err, fs.ErrNotExist) || problem.Hint == "" {
		t.Errorf("got %v, want a problem with a hint, caused by fs.ErrNotExist", err)
	}
}

func TestLoadNamesFileAsGiven(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.toml")
	if err := os.WriteFile(path, []byte("\nx = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := inventory.Load(path, providers())
	var one *inventory.Error
	if !errors.As(err, &one) || one.File != path || one.Line != 2 || one.Column != 1 {
		t.Errorf("got %v, want an error at %s:2:1", err, path)
	}
}

func TestEmptyInventoryIsValid(t *testing.T) {
	t.Parallel()
	inv := parse(t, "")
	if len(inv.Credentials)+len(inv.Environments)+len(inv.Stores) != 0 || inv.Journal != "" {
		t.Errorf("got %+v, want nothing", inv)
	}
}

func TestPathsBecomeAbsolute(t *testing.T) {
	t.Parallel()
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	inv := parse(t, `
journal = "../j.db"
[[stores]]
name = "relative"
provider = "file"
path = "a/./b"
[[stores]]
name = "home"
provider = "file"
path = "~/mounts"
[[consumers]]
name = "http"
provider = "http"
url = "http://127.0.0.1/"
token = "file:~/token"
headers = { "X-Team" = "a" }
follow = false
[[credentials]]
id = "a"
kind = "api-key"
consumers = ["http"]
target.provider = "manual"
`)
	consumer := inv.Credentials[0].Consumers[0].Settings
	got := []string{inv.Journal, inv.Stores["relative"].Settings.Text("path"), inv.Stores["home"].Settings.Text("path"), consumer.Secret("token").Value}
	want := []string{"/etc/j.db", "/etc/rotadeck/a/b", filepath.Join(home, "mounts"), filepath.Join(home, "token")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths differ (-want +got):\n%s", diff)
	}
	wanted := engine.Settings{
		"url": "http://127.0.0.1/", "token": secret.Ref{Scheme: secret.SchemeFile, Value: filepath.Join(home, "token")},
		"headers": map[string]string{"X-Team": "a"}, "follow": false, "timeout": 10 * time.Second,
	}
	if diff := cmp.Diff(wanted, consumer); diff != "" {
		t.Errorf("settings differ (-want +got):\n%s", diff)
	}
}

func TestDefaultsAndTheirRefusal(t *testing.T) {
	t.Parallel()
	inv := parse(t, `
[defaults]
owner = "team"
environment = "staging"
store = "vault"
consumers = ["job"]
[environments.staging]
[[stores]]
name = "vault"
provider = "file"
path = "x"
[[consumers]]
name = "job"
provider = "exec"
command = ["true"]
[[credentials]]
id = "takes"
kind = "api-key"
target.provider = "manual"
[[credentials]]
id = "refuses"
kind = "api-key"
owner = ""
store = ""
consumers = []
target.provider = "manual"
`)
	takes, refuses := inv.Credentials[0], inv.Credentials[1]
	if takes.Owner != "team" || takes.Store.Name != "vault" || takes.StoreKey != "takes" || len(takes.Consumers) != 1 {
		t.Errorf("defaults were not taken: %+v", takes)
	}
	if refuses.Owner != "" || refuses.Store.Name != "" || refuses.StoreKey != "" || len(refuses.Consumers) != 0 {
		t.Errorf("defaults were not refused: %+v", refuses)
	}
	if want := (engine.Environment{Name: "staging", Word: "STAGING"}); takes.Environment != want {
		t.Errorf("environment is %+v, want %+v", takes.Environment, want)
	}
}

func TestDeepNestingIsRefused(t *testing.T) {
	t.Parallel()
	_, err := inventory.Parse("x.toml", []byte("a = "+strings.Repeat("[", 5_000_000)), "/", nil)
	if err == nil || !strings.Contains(err.Error(), "nested too deeply") {
		t.Errorf("got %v", err)
	}
}

func TestRiskIsToldByFlags(t *testing.T) {
	t.Parallel()
	inv := parse(t, `[[credentials]]
id = "a"
kind = "api-key"
privileged = true
exposed = false
target.provider = "manual"
[[credentials]]
id = "b"
kind = "api-key"
tags = ["public", "internet"]
exposed = true
target.provider = "manual"
`)
	a, b := inv.Credentials[0], inv.Credentials[1]
	if !a.Privileged || a.Exposed || b.Privileged || !b.Exposed {
		t.Errorf("a: %t %t, b: %t %t", a.Privileged, a.Exposed, b.Privileged, b.Exposed)
	}
}
