//go:build linux

package endtoend

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// TestIncidentCanary pastes leaked secrets into the command and into the console,
// as a person would, until the servers refuse them. Nothing of what was pasted may
// be left anywhere: not in what is printed or drawn, nor in any file but the
// stores' own, the journal, temporary files and the server's log included.
func TestIncidentCanary(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 3,
		sandbox.PostgresSetting{Name: "log_statement", Value: "all"},
		sandbox.PostgresSetting{Name: "log_connections", Value: "on"},
		sandbox.PostgresSetting{Name: "log_error_verbosity", Value: "verbose"})
	c := &canaries{world: f.world, hunt: newHunt(), binary: buildProgram(t)}
	values := f.secrets(t)
	for credential, value := range values {
		c.hunt.secret("what leaked of "+credential, value.Text())
	}

	c.pasteIntoCommand(t, "DB_PASSWORD="+values["pg001"].Text()+"\n", 0, "--paste", "--dry-run", "--json")
	c.pasteIntoCommand(t, values["pg001"].Text(), 0, "--paste", "--yes", "--confirm", "revoke", "--title", "in a log")
	c.pasteIntoCommand(t, values["pg001"].Text(), 0, "--paste", "--dry-run")
	c.pasteIntoCommand(t, values["ca001"].Text(), 0, "--paste", "--yes", "--confirm", "revoke", "--json")
	c.pasteIntoConsole(t, "mysql://maria001_a:"+values["maria001"].Text()+"@db/x")
	c.pasteIntoCommand(t, "", 0, "list", "--json")
	for _, format := range []string{"markdown", "html", "json"} {
		c.pasteIntoCommand(t, "", 0, "report", "--format", format)
	}

	d := f.open(t)
	defer d.close(t)
	f.checkDead(t, d, values)
	c.lookBehind(t, f)
	for _, found := range c.hunt.found() {
		t.Error(found)
	}
	for place, want := range map[string]string{
		"output of commands": "in a log", "console": "maria001", "the server's log": "SCRAM-SHA-256$4096", "file journal.db": "run-ended",
	} {
		if seen := c.hunt.places[place]; seen == nil || !strings.Contains(seen.String(), want) {
			t.Errorf("the hunt saw no %q in %s", want, place)
		}
	}
}

// pasteIntoCommand gives a text to rotadeck incident on its standard input.
func (c *canaries) pasteIntoCommand(t *testing.T, text string, code int, arguments ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	cmd := c.prepared(ctx, append([]string{"incident"}, arguments...)...)
	var out bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), &out, &out
	_ = cmd.Run() // the code says it
	c.hunt.saw("output of commands", out.Bytes())
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Errorf("rotadeck incident %q ended with %d, want %d\n%s", arguments, got, code, out.Bytes())
	}
}

// pasteIntoConsole goes all the way from the paste to the refusal.
func (c *canaries) pasteIntoConsole(t *testing.T, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	cmd := c.prepared(ctx)
	term := startOn(t, cmd)
	defer func() {
		c.hunt.saw("console", []byte(term.text()))
		if frames := strings.Split(term.text(), clearScreen); t.Failed() {
			t.Logf("the last frame: %q", frames[len(frames)-1])
		}
	}()
	term.shows(t, "maria001")
	term.press(t, "!")
	term.shows(t, "what leaked")
	term.press(t, "\x1b[200~"+text+"\x1b[201~")
	term.press(t, enter)
	term.shows(t, "maria001", "still accepted")
	term.press(t, enter)
	term.shows(t, "Revoke 1 credential now?", "and press enter")
	term.press(t, tab)
	term.shows(t, "Revoke 1 credential now?")
	term.press(t, "revoke"+enter)
	term.shows(t, "from leak to refused", "1 of 1 revoked")
	term.press(t, "q")
	<-term.ended
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// lookBehind sees what is left in files, stores and keys aside.
func (c *canaries) lookBehind(t *testing.T, f fleet) {
	t.Helper()
	log, err := os.ReadFile(f.postgres.LogPath)
	if err != nil {
		t.Fatal(err)
	}
	c.hunt.saw("the server's log", log)
	err = filepath.WalkDir(f.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry.IsDir() && (entry.Name() == "mounts" || entry.Name() == "ca") {
				return fs.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(path)
		c.hunt.saw("file "+entry.Name(), append([]byte(path+"\n"), text...))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
