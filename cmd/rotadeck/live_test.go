package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestALineTellsARunSomething rotates in plain lines at a terminal, and says
// unasked that the grace period is to end.
func TestALineTellsARunSomething(t *testing.T) {
	t.Parallel()
	folder := ladder(t)
	text := strings.Replace(ladderInventory, `policy.grace = "0s"`, `policy.grace = "1h"`, 1)
	must(t, os.WriteFile(filepath.Join(folder, "rotadeck.toml"), []byte(text), 0o600))
	term := openTerminal(t, folder, []string{"ACCESSIBLE=1"}, "rotadeck", "rotate", "api-client")
	for i, answer := range []string{"continue", "continue", "accept"} {
		eventually(t, "it asks", func() bool { return strings.Count(term.text(0), "answer, or enter for") == i+1 })
		term.press(answer + "\n")
	}
	term.shows(0, "type api-client to confirm")
	term.press("api-client\n")
	term.shows(0, "type: end-grace")
	mark := term.mark()
	term.press("end-grace\n")
	term.shows(mark, "told: end the grace period")
	term.signal(os.Interrupt)
	if code := term.ends(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	if text := term.text(0); strings.Contains(text, "\x1b") {
		t.Errorf("lines hold an escape: %q", text)
	}
}
