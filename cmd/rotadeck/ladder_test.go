package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

const ladderInventory = `journal = "state/journal.db"

[[stores]]
name = "mounts"
provider = "file"
path = "mounts"

[[credentials]]
id = "api-client"
kind = "tls-certificate"
store = "mounts"
target.provider = "localca"
target.ca_cert = "ca/ca.crt"
target.ca_key = "ca/ca.key"
target.crl = "ca/ca.crl"
target.common_name = "api-client"
policy.grace = "0s"
policy.quiet = "0s"
`

// ladder is a folder with an inventory of one certificate that can be rotated.
func ladder(t testing.TB) string {
	t.Helper()
	folder := t.TempDir()
	check := func(err error) { must(t, err) }
	makeAuthority(check, filepath.Join(folder, "ca"), filepath.Join(folder, "mounts", "api-client"))
	must(t, os.WriteFile(filepath.Join(folder, "rotadeck.toml"), []byte(ladderInventory), 0o600))
	return folder
}

// rotadeck runs the program without a terminal.
func rotadeck(t testing.TB, folder string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("rotadeck", args...)
	cmd.Dir = folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "GORACE=atexit_sleep_ms=0"}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("rotadeck %s: %v", strings.Join(args, " "), err)
	}
	return out
}

// lastRun is the newest run on record; the zero one when there is none.
func lastRun(t testing.TB, folder string) engine.Summary {
	t.Helper()
	var runs []engine.Summary
	must(t, json.Unmarshal(rotadeck(t, folder, "history", "--json"), &runs))
	if len(runs) == 0 {
		return engine.Summary{}
	}
	return runs[0]
}

// publishing is a console on a terminal whose run waits to publish: there is
// something to undo, and something to lose.
func publishing(t testing.TB, folder string, environment ...string) *terminal {
	t.Helper()
	term := openTerminal(t, folder, environment, "rotadeck")
	term.shows(0, "api-client")
	term.press("o")
	term.shows(0, "preflight")
	term.press("o")
	waits := func(p engine.Phase) func() bool {
		return func() bool { s := lastRun(t, folder); return s.Status == engine.StatusWaiting && s.Asked == p }
	}
	eventually(t, "it asks to start", waits(engine.PhaseGenerate))
	term.shows(0, "enter chooses") // once keys count
	term.press("y")
	eventually(t, "it asks to publish", waits(engine.PhasePublish))
	return term
}

// TestQuitLadder climbs out of the real console on a real terminal, in each way
// there is. Whichever it is, the run has stopped where that is safe, the journal
// knows how to go on, and the terminal is as it was before.
func TestQuitLadder(t *testing.T) {
	t.Parallel()
	for name, climb := range map[string]func(term *terminal){
		"keys": func(term *terminal) { term.press("\x03"); term.shows(0, "arming"); term.press("\x03") },
		"SIGINT three times": func(term *terminal) { // one that is pending swallows the next
			mark := term.mark()
			term.signal(os.Interrupt)
			term.shows(mark, "Leave")
			term.signal(os.Interrupt)
			term.late(os.Interrupt)
		},
		"SIGTERM twice": func(term *terminal) { term.signal(syscall.SIGTERM); term.late(syscall.SIGTERM) },
		"SIGHUP":        func(term *terminal) { term.signal(syscall.SIGHUP) },
		"hangup":        func(term *terminal) { must(term.t, term.master.Close()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := ladder(t)
			term := publishing(t, folder)
			climb(term)
			if code := term.ends(); code != exitInterrupted {
				t.Errorf("exit code %d, want %d; it wrote\n%q", code, exitInterrupted, term.text(0))
			}
			if name != "hangup" {
				term.restored()
				if text := term.text(0); !strings.Contains(text, "is stopped before publish") {
					t.Errorf("it does not say what it leaves behind: %q", text[max(0, len(text)-500):])
				}
			}
			left := lastRun(t, folder)
			if left.Status != engine.StatusStopped || left.Asked != engine.PhasePublish {
				t.Errorf("the journal says %s at %s", left.Status, left.At())
			}
			rotadeck(t, folder, "rollback", "--yes", left.Run)
			if s := lastRun(t, folder); s.Status != engine.StatusRolledBack {
				t.Errorf("after its rollback the run is %s", s.Status)
			}
		})
	}
}

// TestQuitWithoutARunLeavesNothing leaves a console in which nothing was begun.
func TestQuitWithoutARunLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(term *terminal){
		"q":       func(term *terminal) { term.press("q") },
		"ctrl+c":  func(term *terminal) { term.press("\x03") },
		"SIGINT":  func(term *terminal) { term.signal(os.Interrupt) },
		"SIGTERM": func(term *terminal) { term.signal(syscall.SIGTERM) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := openTerminal(t, ladder(t), nil, "rotadeck")
			term.shows(0, "api-client")
			leave(term)
			if code := term.ends(); code != exitOK {
				t.Errorf("exit code %d; it wrote\n%q", code, term.text(0))
			}
			term.restored()
		})
	}
}
