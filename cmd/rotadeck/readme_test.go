package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/catalogue"
)

// The tables of the README say what the code says.
func TestREADMETables(t *testing.T) {
	t.Parallel()
	readme := read(t, "../../README.md")
	var rows []string
	for _, p := range engine.Phases() {
		undo := p.Undo
		if undo == "" {
			undo = "none"
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s |", p.Phase, p.Does, p.Proves, undo))
	}
	for _, c := range exitCodes() {
		rows = append(rows, fmt.Sprintf("| %d | %s |", c.code, c.meaning))
	}
	for _, verb := range newRoot(nil).Commands() {
		if !verb.Hidden && verb.Name() != "help" && verb.Name() != "completion" {
			rows = append(rows, fmt.Sprintf("    %-34s %s", verb.UseLine(), verb.Short))
		}
	}
	for _, role := range []engine.Role{engine.RoleTarget, engine.RoleStore, engine.RoleConsumer, engine.RoleNotifier} {
		var names []string
		for _, p := range catalogue.Providers() {
			if p.Role == role {
				names = append(names, fmt.Sprintf("`%s` %s", p.Name, p.Doc))
			}
		}
		rows = append(rows, fmt.Sprintf("| %s | %s |", role, strings.Join(names, "; ")))
	}
	for _, row := range rows {
		if !strings.Contains(readme, "\n"+row+"\n") {
			t.Errorf("README.md lacks this row:\n%s", row)
		}
	}
}

// What the README quotes stands in the example.
func TestREADMEQuotes(t *testing.T) {
	t.Parallel()
	example := read(t, "../../config.example.toml")
	quotes := strings.Split(read(t, "../../README.md"), "```toml\n")[1:]
	if len(quotes) == 0 {
		t.Fatal("README.md quotes nothing")
	}
	for _, quote := range quotes {
		quote, _, _ = strings.Cut(quote, "```")
		for _, paragraph := range strings.Split(strings.TrimSpace(quote), "\n\n") {
			if !strings.Contains(example, paragraph) {
				t.Errorf("config.example.toml lacks this quote:\n%s", paragraph)
			}
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
