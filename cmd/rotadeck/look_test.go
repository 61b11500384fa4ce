package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// coloured matches a style that sets a colour, not a move of the cursor to row 31.
func coloured(text string) bool {
	return regexp.MustCompile(`\x1b\[([0-9;:]*[;:])?(3[0-8]|4[0-8]|9[0-7]|10[0-7])([;:][0-9;:]*)?m`).MatchString(text)
}

// TestTheEnvironmentDecidesTheLook opens the real console on a real terminal under
// the variables that say what it may draw. By no-color.org any value that is not
// empty counts, whatever a library makes of it.
func TestTheEnvironmentDecidesTheLook(t *testing.T) {
	t.Parallel()
	for environment, want := range map[string]bool{
		"NO_COLOR=1": false, "NO_COLOR=yes": false, "NO_COLOR=on": false, "NO_COLOR=false": false, "NO_COLOR=": true, "OTHER=1": true,
	} {
		t.Run(environment, func(t *testing.T) {
			t.Parallel()
			term := openTerminal(t, ladder(t), []string{environment}, "rotadeck")
			term.shows(0, "api-client")
			term.press("?")
			term.shows(0, "search")
			term.press("\x1b")
			term.signal(os.Interrupt)
			if code := term.ends(); code != exitOK {
				t.Errorf("exit code %d", code)
			}
			if got := coloured(term.text(0)); got != want {
				t.Errorf("colours: %t, want %t:\n%q", got, want, term.text(0))
			}
			term.restored()
		})
	}
}

// TestADumbTerminalGetsLines opens the console where nothing can be drawn.
func TestADumbTerminalGetsLines(t *testing.T) {
	t.Parallel()
	for _, environment := range []string{"TERM=dumb", "ACCESSIBLE=1"} {
		term := openTerminal(t, ladder(t), []string{environment}, "rotadeck")
		if code := term.ends(); code != exitOK {
			t.Errorf("%s: exit code %d", environment, code)
		}
		if text := term.text(0); strings.Contains(text, "\x1b") || !strings.Contains(text, "api-client") {
			t.Errorf("%s: it wrote %q", environment, text)
		}
	}
	if text := string(rotadeck(t, ladder(t))); strings.Contains(text, "\x1b") || !strings.Contains(text, "api-client") {
		t.Errorf("without a terminal it wrote %q", text)
	}
}

// TestNoSecretLeavesTheConsole rotates on a real terminal, with the tracing of
// what is drawn switched on, saves the log, and leaves in the middle: no part of a
// private key, old or new, is in what was drawn, traced, recorded or saved, nor in
// the title or the clipboard.
func TestNoSecretLeavesTheConsole(t *testing.T) {
	t.Parallel()
	folder := ladder(t)
	trace := filepath.Join(folder, "trace")
	term := publishing(t, folder, "TEA_TRACE="+trace, "TEA_DEBUG=1")
	mark := term.mark()
	term.shows(mark, "enter chooses") // once keys count
	term.press("\x1b")
	term.shows(mark, "save")
	mark = term.mark()
	term.press("w")
	term.shows(mark, ".log")
	term.press("\x03")
	term.press("\x03")
	term.ends()
	secrets := privateKeys(t, filepath.Join(folder, "mounts"))
	if len(secrets) < 2*3 {
		t.Fatalf("the store holds only %d lines of keys", len(secrets))
	}
	places := map[string]string{"the terminal": term.text(0)}
	must(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry != nil && entry.Name() == "mounts" {
				return filepath.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(path)
		places[path] = string(text)
		return err
	}))
	if len(places[trace]) == 0 {
		t.Error("nothing was traced")
	}
	for place, text := range places {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("a line of a private key is in %s", place)
			}
		}
	}
}

// privateKeys are the lines of every private key below a folder.
func privateKeys(t testing.TB, folder string) []string {
	t.Helper()
	var lines []string
	must(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Type()&os.ModeSymlink != 0 {
			return err
		}
		text, err := os.ReadFile(path)
		_, key, found := strings.Cut(string(text), "PRIVATE KEY-----\n")
		if key, _, whole := strings.Cut(key, "-----END"); found && whole {
			lines = append(lines, strings.Fields(key)...)
		}
		return err
	}))
	return lines
}
