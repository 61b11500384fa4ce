//go:build linux

package endtoend

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// TestAdoptAsksForThePassword types the password on a terminal, which never
// shows it, where no store holds it.
func TestAdoptAsksForThePassword(t *testing.T) {
	t.Parallel()
	binary := buildProgram(t)
	v := newVeteran(t, sandboxtest.Postgres(t), "veteran", "orders")
	if err := os.RemoveAll(v.mount()); err != nil {
		t.Fatal(err)
	}
	const prompt = "password of " + id + " that is in use"

	interrupted := v.program(t.Context(), binary, "adopt", id)
	term := startOn(t, interrupted)
	term.says(t, prompt)
	term.hides(t)
	term.press(t, "half\x03")
	if code := exitOf(t, interrupted); code != 130 || !term.echoes(t) {
		t.Errorf("interrupted at the password: exit code %d, the terminal shows what is typed: %t", code, term.echoes(t))
	}

	adopting := v.program(t.Context(), binary, "adopt", id)
	term = startOn(t, adopting)
	term.says(t, prompt)
	term.hides(t)
	term.press(t, veteranPassword+"\n")
	term.says(t, "question: Adopt "+id+"?")
	term.press(t, "continue\n")
	if code := exitOf(t, adopting); code != 0 {
		t.Errorf("exit code %d\n%s", code, term.text())
	}
	if strings.Contains(term.text(), veteranPassword) {
		t.Error("the terminal shows the password")
	}
	v.checkUnharmed(t)
	v.checkPair(t)
}

// says waits until the program has written text.
func (term *terminal) says(t *testing.T, text string) {
	t.Helper()
	eventually(t, "it says "+text, func() bool { return strings.Contains(term.text(), text) })
}

// hides waits until the terminal does not show what is typed.
func (term *terminal) hides(t *testing.T) {
	t.Helper()
	eventually(t, "it hides what is typed", func() bool { return !term.echoes(t) })
}

// echoes says whether the terminal shows what is typed: termios(3).
func (term *terminal) echoes(t *testing.T) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(term.master.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

func exitOf(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode()
}
