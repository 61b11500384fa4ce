package preferences

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/tui/keymap"
	"github.com/rotadeck/rotadeck/tui/ui"
)

func TestParse(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for name, c := range map[string]struct {
		text string
		want Preferences
	}{
		"empty": {"", Preferences{}},
		"all": {
			`theme = "high-contrast"
borders = "square"
mouse = true
animation = false
ascii = false
progress = false
redraw = true

[keys]
"inventory.rotate" = ["R", "ctrl+r"]
inventory.probe-all = []
[keys.plan]
save = ["S"]
`,
			Preferences{
				Theme: "high-contrast", Borders: ui.BordersSquare, Mouse: &yes, Animation: &no, ASCII: &no, Progress: &no, Redraw: &yes,
				Keys: keymap.Overrides{"inventory.rotate": {"R", "ctrl+r"}, "inventory.probe-all": {}, "plan.save": {"S"}},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parse("console.toml", c.text)
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"syntax":          {"theme = \"dark\nmouse = true", `console.toml:1: theme: this is not TOML: strings cannot contain newlines; text and keys stand in quotes, lists in brackets`},
		"unknown":         {"\ntheem = \"dark\"", `console.toml:2: theem: there is no such setting; did you mean theme?`},
		"unheard of":      {"zzz = 1", `console.toml:1: zzz: there is no such setting; there are theme, borders, mouse, animation, ascii, progress, redraw, keys`},
		"theme":           {`theme = "ligth"`, `console.toml:1: theme: it cannot be "ligth"; did you mean "light"?`},
		"borders":         {`borders = 3`, `console.toml:1: borders: it cannot be 3; it is one of round, square, heavy, ascii`},
		"flag":            {`mouse = "yes"`, `console.toml:1: mouse: it cannot be "yes"; write true or false`},
		"keys, no table":  {`keys = "R"`, "console.toml:1: keys: it must be a table; write [keys], and below it inventory.rotate = [\"R\"]"},
		"keys, no list":   {"[keys]\ninventory.rotate = \"R\"", `console.toml:2: keys.inventory.rotate: keys are a list; write ["R"]`},
		"keys, no text":   {"[keys]\ninventory.rotate = [5]", `console.toml:2: keys.inventory.rotate: a key stands in quotes; write "5"`},
		"unknown action":  {"[keys]\n# mine\n\"inventory.rotat\" = [\"R\"]", `console.toml:3: keys.inventory.rotat: there is no such action; did you mean inventory.rotate?`},
		"unknown context": {"[keys.inventary]\nrotate = [\"R\"]", `console.toml:2: keys.inventary.rotate: there is no such action; did you mean inventory.rotate?`},
		"conflict":        {"[keys.inventory]\nrotate = [\n  \"s\",\n]", `console.toml:2: keys.inventory.rotate: key "s" means inventory.sort already; choose another key, or give inventory.sort others`},
		"never matches":   {"[keys.inventory]\nrotate = [\" \"]", `console.toml:2: keys.inventory.rotate: key " " never matches; write "space"`},
		"several": {
			"mouse = 1\n[keys]\ninventory.up = [\"i\"]\nplan.save = [\"esc\"]",
			`console.toml:1: mouse: it cannot be 1; write true or false
console.toml:3: keys.inventory.up: its keys are those of move; keys that move are changed for all screens at once, as move.up
console.toml:4: keys.plan.save: key "esc" is reserved for one level back; choose another key`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parse("console.toml", c.text)
			if err == nil || err.Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "console.toml")
	if _, err := Load(path); err == nil {
		t.Error("a file that is not there is taken")
	}
	if err := os.WriteFile(path, []byte(`theme = "mono"`), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := Load(path); err != nil || p.Theme != "mono" {
		t.Errorf("%+v, %v", p, err)
	}
}
