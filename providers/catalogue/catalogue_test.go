package catalogue_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/inventory"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/catalogue"
)

func TestProvidersAreWellDescribed(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range catalogue.Providers() {
		name := string(p.Role) + " " + p.Name
		if seen[name] {
			t.Errorf("%s is there twice", name)
		}
		seen[name] = true
		if p.Doc == "" {
			t.Errorf("%s does not say what it is", name)
		}
		settings := map[string]bool{}
		for _, s := range p.Settings {
			if s.Doc == "" {
				t.Errorf("%s: %s does not say what it is for", name, s.Name)
			}
			if settings[s.Name] {
				t.Errorf("%s: %s is there twice", name, s.Name)
			}
			settings[s.Name] = true
			if s.Default != nil && !ofType(s.Type, s.Default) {
				t.Errorf("%s: the default of %s is a %T", name, s.Name, s.Default)
			}
		}
	}
}

func ofType(kind engine.SettingType, value any) bool {
	switch value.(type) {
	case string:
		return kind == engine.TypeText || kind == engine.TypePath
	case int:
		return kind == engine.TypeNumber
	case bool:
		return kind == engine.TypeFlag
	case []string:
		return kind == engine.TypeList
	case map[string]string:
		return kind == engine.TypeTable
	case secret.Ref:
		return kind == engine.TypeSecret
	default:
		return kind == engine.TypeDuration
	}
}

// Everything that the example names can be opened: no provider's New dials,
// and none is missing here.
func TestOpensTheExample(t *testing.T) {
	t.Parallel()
	inv := load(t, "../../config.example.toml")
	c := catalogue.New(inv.Stores)
	for _, credential := range inv.Credentials {
		parts, err := c.Open(credential)
		if err != nil {
			t.Errorf("%s: %v", credential.ID, err)
			continue
		}
		if parts.Target == nil || len(parts.Consumers) != len(credential.Consumers) || len(parts.Notifiers) != len(credential.Notifiers) {
			t.Errorf("%s: not all parts are there: %+v", credential.ID, parts)
		}
		if (parts.Store == nil) != (credential.Store.Provider == "") {
			t.Errorf("%s: store %v", credential.ID, parts.Store)
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenShares(t *testing.T) {
	t.Parallel()
	inv := load(t, "../../config.example.toml")
	c := catalogue.New(inv.Stores)
	first, second := inv.Credentials[0], inv.Credentials[1]
	opened := make([]engine.Parts, 8)
	var group sync.WaitGroup
	for i := range opened {
		group.Go(func() {
			credential := first
			if i%2 == 1 {
				credential = second
			}
			opened[i], _ = c.Open(credential) // an error leaves no store, seen below
		})
	}
	group.Wait()
	for i, parts := range opened {
		if parts.Store == nil || parts.Store != opened[0].Store {
			t.Errorf("opening %d has a store of its own", i)
		}
		if parts.Target != opened[i%2].Target {
			t.Errorf("opening %d has a target of its own", i)
		}
	}
	if opened[0].Target == opened[1].Target {
		t.Error("two credentials share a target")
	}
}

func TestOpenRefusesAnUnknownProvider(t *testing.T) {
	t.Parallel()
	c := catalogue.New(nil)
	_, err := c.Open(engine.Credential{ID: "x", Target: engine.Part{Name: "x", Provider: "oracle"}})
	if err == nil || !strings.Contains(err.Error(), `no target provider "oracle"`) {
		t.Errorf("error: %v", err)
	}
}

// A part may use a secret that stands in a store of the same inventory.
func TestStoreReferences(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	mount := filepath.Join(folder, "mounts", "ca")
	if err := os.MkdirAll(mount, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(mount, "password"), []byte("opens the key"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "rotadeck.toml")
	if err := os.WriteFile(path, []byte(inventoryWithReference), 0o600); err != nil {
		t.Fatal(err)
	}
	inv := load(t, path)
	c := catalogue.New(inv.Stores)
	value, err := c.Secrets().Resolve(t.Context(), inv.Credentials[0].Target.Settings.Secret("ca_key_password"))
	if err != nil {
		t.Fatal(err)
	}
	if got := value.Text(); got != "opens the key" {
		t.Errorf("resolved %d bytes that are not the secret", len(got))
	}
}

const inventoryWithReference = `
[[stores]]
name = "mounts"
provider = "file"
path = "mounts"

[[credentials]]
id = "client"
kind = "tls-certificate"
store = "mounts"
target.provider = "localca"
target.ca_cert = "ca.crt"
target.ca_key = "ca.key"
target.ca_key_password = "store:mounts/ca"
target.crl = "ca.crl"
target.common_name = "client"
`

func load(t *testing.T, path string) *inventory.Inventory {
	t.Helper()
	inv, err := inventory.Load(path, catalogue.Providers())
	if err != nil {
		t.Fatal(err)
	}
	return inv
}
