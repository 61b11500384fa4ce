//go:build linux

package endtoend

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// interruptKey is what ctrl+c sends.
const interruptKey = "\x03"

// TestInterruptTwice presses ctrl+c twice, at the question before each phase
// and while the server does not answer in it. The program leaves at once with
// exit code 130, the terminal is as it was, and the run can be resumed.
func TestInterruptTwice(t *testing.T) {
	t.Parallel()
	db := postgresDatabase(sandboxtest.Postgres(t))
	binary := buildProgram(t)
	for _, row := range engine.Phases() {
		if row.Phase == engine.PhasePreflight || row.Phase == engine.PhaseDone { // nobody is asked there
			continue
		}
		t.Run("asked about "+string(row.Phase), func(t *testing.T) {
			t.Parallel()
			i := newInterrupted(t, db, "ia_"+string(row.Phase), binary, "rotate", "--step", id)
			i.goOnTo(t, row.Phase)
			i.term.press(t, interruptKey+interruptKey)
			i.end(t, row.Phase != engine.PhaseGenerate)
		})
		if asksServer(row.Phase) {
			t.Run("amid "+string(row.Phase), func(t *testing.T) {
				t.Parallel()
				i := newInterrupted(t, db, "im_"+string(row.Phase), binary, "rotate", "--step", id)
				i.goOnTo(t, row.Phase)
				stuck := i.proxy.set(silence, any1)
				i.term.press(t, "1\r")
				stuck.wait(t)
				i.term.press(t, interruptKey)
				i.term.eventuallyShows(t, "stopping at the next safe point")
				i.term.press(t, interruptKey)
				i.end(t, true)
			})
		}
	}
	t.Run("console", func(t *testing.T) {
		t.Parallel()
		i := newInterrupted(t, db, "ic", binary)
		i.term.shows(t, id, "current")
		i.term.press(t, "p")
		i.term.shows(t, "plan of "+id, "CREATE ROLE")
		i.term.press(t, "o")
		i.term.answer(t, "Rotate "+id+"?", "y")
		i.term.shows(t, "Publish the new credential")
		i.term.press(t, interruptKey)
		i.term.press(t, interruptKey)
		i.end(t, true)
		for _, back := range []string{"\x1b[?1049l", "\x1b[?25h"} { // the screen of before, and its cursor
			if shown := i.term.text(); !strings.Contains(shown[strings.LastIndex(shown, clearScreen):], back) {
				t.Errorf("the console did not send %q at its end", back)
			}
		}
	})
}

// asksServer says that a phase begins by asking the server.
func asksServer(p engine.Phase) bool {
	switch p {
	case engine.PhaseCreate, engine.PhaseValidate, engine.PhasePublish, engine.PhaseVerify, engine.PhaseRetire:
		return true
	}
	return false
}

// interrupted is a program on a terminal that will be interrupted.
type interrupted struct {
	broken
	binary string
	cmd    *exec.Cmd
	term   *terminal
	modes  unix.Termios // of the terminal, before
}

func newInterrupted(t *testing.T, db database, name, binary string, arguments ...string) interrupted {
	t.Helper()
	i := interrupted{broken: newBroken(t, db, name), binary: binary}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), within)
	t.Cleanup(cancel)
	i.cmd = i.program(ctx, binary, arguments...)
	i.term = startOn(t, i.cmd)
	i.modes = usualModes(t)
	return i
}

// usualModes are those of a fresh terminal.
func usualModes(t *testing.T) unix.Termios {
	t.Helper()
	cat := exec.CommandContext(t.Context(), "cat")
	fresh := startOn(t, cat)
	modes, err := unix.IoctlGetTermios(int(fresh.master.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	const endOfInput = "\x04"
	fresh.press(t, endOfInput)
	if err := cat.Wait(); err != nil {
		t.Error(err)
	}
	return *modes
}

// goOnTo says yes until it is asked about a phase.
func (i interrupted) goOnTo(t *testing.T, phase engine.Phase) {
	t.Helper()
	for _, row := range engine.Phases()[1:] { // preflight is not asked about
		title := map[engine.Phase]string{
			engine.PhaseGenerate: "Rotate " + id + "?",
			engine.PhasePublish:  "Publish the new credential",
			engine.PhaseRetire:   "Retire the old credential",
		}[row.Phase]
		if title == "" {
			title = fmt.Sprintf("Go on with %s?", row.Phase)
		}
		i.term.eventuallyShows(t, "question: "+title)
		i.term.eventuallyShows(t, "answer, or enter")
		if row.Phase == phase {
			return
		}
		i.term.press(t, "1\r")
	}
}

// eventuallyShows waits for a text that is printed once.
func (term *terminal) eventuallyShows(t *testing.T, text string) {
	t.Helper()
	eventually(t, fmt.Sprintf("%q is shown", text), func() bool { return strings.Contains(term.text(), text) })
}

// end wants the program to have left as it should, and resumes what it left.
func (i interrupted) end(t *testing.T, resumable bool) {
	t.Helper()
	<-i.term.ended
	var exit *exec.ExitError
	if err := i.cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Errorf("it ended with %v, want exit code 130; it showed %q", err, i.term.text())
	}
	modes, err := unix.IoctlGetTermios(int(i.term.master.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	if *modes != i.modes {
		t.Errorf("the terminal is left as %+v, it was %+v", modes, i.modes)
	}
	i.proxy.mend()
	if resumable {
		if out, err := i.program(t.Context(), i.binary, "resume", "--yes", id).CombinedOutput(); err != nil {
			t.Errorf("resume: %v\n%s", err, out)
		}
	}
	i.wantOneWorks(t)
}
