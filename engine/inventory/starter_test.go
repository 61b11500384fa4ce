package inventory_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine/inventory"
)

func TestStarterIsValid(t *testing.T) {
	t.Parallel()
	inv, err := inventory.Parse("starter.toml", inventory.Starter(providers()), "/", providers())
	if err != nil {
		t.Fatalf("the starter is wrong:\n%v", err)
	}
	if len(inv.Credentials) > 0 {
		t.Errorf("the starter names %d credentials, which nobody has", len(inv.Credentials))
	}
}

func TestStarterExamplesAreValid(t *testing.T) {
	t.Parallel()
	examples := regexp.MustCompile(`(?m)^#([^ #\n])`).ReplaceAll(inventory.Starter(providers()), []byte("$1"))
	inv, err := inventory.Parse("starter.toml", examples, "/", providers())
	if err != nil {
		t.Fatalf("examples of the starter are wrong:\n%v", err)
	}
	if len(inv.Credentials) != len(targets()) || len(inv.Stores) != 1 {
		t.Errorf("the examples make %d credentials and %d stores", len(inv.Credentials), len(inv.Stores))
	}
}

func TestStarterExplainsEverySetting(t *testing.T) {
	t.Parallel()
	starter := string(inventory.Starter(providers()))
	for _, p := range providers() {
		for _, s := range p.Settings {
			if !strings.Contains(starter, "\n#"+s.Name+" = ") || !strings.Contains(starter, s.Doc) {
				t.Errorf("the starter does not explain %s of %s %s", s.Name, p.Role, p.Name)
			}
		}
	}
	for _, section := range []string{"[defaults]", "[defaults.policy]", "[policy.", "[environments.", "[[stores]]", "[[consumers]]", "[[notifiers]]", "[[credentials]]", "[credentials.target]"} {
		if !strings.Contains(starter, section) {
			t.Errorf("the starter lacks %s", section)
		}
	}
}
