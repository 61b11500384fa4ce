package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"unicode"
)

// TestEveryVerbSpeaksPlainly runs every verb without a terminal, as a screen
// reader's user or a script does, and looks at all that it prints: letters, digits
// and signs that are read aloud as what they mean; no control characters, no
// boxes, no bars, and no symbol that would have to be seen to be understood.
func TestEveryVerbSpeaksPlainly(t *testing.T) {
	t.Parallel()
	folder := ladder(t)
	rotated := spoken(t, folder, "rotate", "--yes", "api-client")
	run := lastRun(t, folder).Run
	if run == "" {
		t.Fatalf("nothing was rotated:\n%s", rotated)
	}
	verbs := map[string][][]string{
		"adopt": {{"adopt", "api-client"}}, "audit": {{"audit"}, {"audit", "api-client"}}, "census": {{"census", "api-client"}},
		"demo":      {{"demo", "nothing"}}, // needs servers; what it prints is tested with them
		"history":   {{"history"}, {"history", run}, {"history", "api-client"}},
		"inventory": {{"inventory", "check"}, {"inventory", "init", "new.toml"}},
		"keys":      {{"keys"}}, "list": {{"list"}, {"list", "--check"}}, "parity": {{"parity", "api-client"}},
		"plan": {{"plan", "api-client"}}, "rotate": {{"rotate", "--yes", "api-client"}}, "runbook": {{"runbook", run}, {"runbook", "api-client"}},
		"truth": {{"truth", run}}, "watch": {{"watch", run}}, "resume": {{"resume", "--yes", run}}, "rollback": {{"rollback", "--yes", run}},
		"version": {{"version"}}, "help": {{"help"}},
	}
	for _, name := range verbNames() {
		for _, args := range append(verbs[name], []string{name, "--help"}) {
			spoken(t, folder, args...)
		}
		if len(verbs[name]) == 0 { // of all: better to be listed above
			spoken(t, folder, name)
		}
	}
}

func verbNames() []string {
	names := []string{"help"}
	for _, verb := range newRoot(&interrupts{}).Commands() {
		names = append(names, verb.Name())
	}
	return names
}

// spoken runs the program without a terminal, whatever it makes of it, and returns
// what it says, once that was found to be plain.
func spoken(t *testing.T, folder string, args ...string) string {
	t.Helper()
	cmd := exec.Command("rotadeck", append([]string{"--accessible"}, args...)...)
	cmd.Dir = folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "GORACE=atexit_sleep_ms=0", "LANG=C.UTF-8"}
	text, _ := cmd.CombinedOutput() // a verb may well refuse
	if len(text) == 0 {
		t.Errorf("%s says nothing", strings.Join(args, " "))
	}
	for line := range strings.Lines(string(text)) {
		if i := strings.IndexFunc(line, seen); i >= 0 {
			t.Errorf("%s: %q of %q must be seen to be understood", strings.Join(args, " "), fmt.Sprintf("%.4s", line[i:]), line)
		}
	}
	return string(text)
}

// seen says of a character that a reader cannot speak it as what it means: what
// controls a terminal, and symbols, lines and bars. A mask of bullets stands for a
// secret, and is no less a riddle to those who see it.
func seen(r rune) bool {
	switch {
	case r == '\n', r == '•':
		return false
	case unicode.IsControl(r):
		return true
	case r >= 0x2190 && r <= 0x2bff: // arrows, mathematics, boxes, blocks, shapes, dingbats
		return true
	}
	return r >= 0x1f000
}
