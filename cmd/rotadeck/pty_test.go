package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal is a pseudo-terminal of 100 by 30 cells with a command in it, and all
// that the command has written.
type terminal struct {
	t      testing.TB
	master *os.File
	cmd    *exec.Cmd
	before unix.Termios // how the terminal was set before the command

	mu     sync.Mutex
	output bytes.Buffer
	read   chan struct{} // closes once nothing more can come
}

// openTerminal starts a command as the only one of a terminal, in a folder.
func openTerminal(t testing.TB, folder string, environment []string, name string, args ...string) *terminal {
	t.Helper()
	master, slave := pseudoTerminal(t)
	before, err := unix.IoctlGetTermios(int(master.Fd()), unix.TCGETS)
	must(t, err)
	cmd := exec.Command(name, args...)
	cmd.Dir = folder
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "GORACE=atexit_sleep_ms=0"}, environment...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	must(t, cmd.Start())
	must(t, slave.Close())
	term := &terminal{t: t, master: master, cmd: cmd, before: *before, read: make(chan struct{})}
	go term.listen()
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill() // the test has failed already
			_ = cmd.Wait()
		}
		_ = master.Close()
	})
	return term
}

func pseudoTerminal(t testing.TB) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	must(t, err)
	must(t, unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	must(t, err)
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	must(t, err)
	must(t, unix.IoctlSetWinsize(int(slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 30, Col: 100}))
	return master, slave
}

func (term *terminal) listen() {
	defer close(term.read)
	piece := make([]byte, 64<<10)
	for {
		n, err := term.master.Read(piece)
		term.mu.Lock()
		term.output.Write(piece[:n])
		term.mu.Unlock()
		if err != nil { // EIO, once the last one who writes has gone
			return
		}
	}
}

// text is what was written since a mark.
func (term *terminal) text(mark int) string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return string(term.output.Bytes()[mark:])
}

func (term *terminal) mark() int { return len(term.text(0)) }

// shows waits until a word has been drawn since a mark. Only changed cells are
// drawn, so it should be one that was nowhere near.
func (term *terminal) shows(mark int, word string) {
	term.t.Helper()
	eventually(term.t, "it shows "+word, func() bool { return strings.Contains(term.text(mark), word) })
}

func (term *terminal) press(keys string) {
	term.t.Helper()
	_, err := term.master.WriteString(keys)
	must(term.t, err)
}

func (term *terminal) signal(s os.Signal) {
	term.t.Helper()
	must(term.t, term.cmd.Process.Signal(s))
}

// late sends a signal that may find nobody any more.
func (term *terminal) late(s os.Signal) { _ = term.cmd.Process.Signal(s) }

// ends waits for the command and returns its exit code.
func (term *terminal) ends() int {
	term.t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- term.cmd.Wait() }()
	select {
	case err := <-ended:
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			term.t.Fatal(err)
		}
	case <-time.After(time.Minute):
		term.t.Fatalf("it does not end; it wrote\n%q", term.text(0))
	}
	<-term.read
	return term.cmd.ProcessState.ExitCode()
}

// restored checks that the terminal is as it was: its settings, the main screen,
// the cursor.
func (term *terminal) restored() {
	term.t.Helper()
	after, err := unix.IoctlGetTermios(int(term.master.Fd()), unix.TCGETS)
	must(term.t, err)
	if *after != term.before {
		term.t.Errorf("the terminal is left as %+v, it was %+v", *after, term.before)
	}
	text := term.text(0)
	for _, pair := range [][2]string{{"\x1b[?1049h", "\x1b[?1049l"}, {"\x1b[?25l", "\x1b[?25h"}, {"\x1b[?2004h", "\x1b[?2004l"}} {
		if strings.LastIndex(text, pair[0]) > strings.LastIndex(text, pair[1]) {
			term.t.Errorf("%q is not taken back", pair[0])
		}
	}
}

// eventually polls: what it waits for happens in another process.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
		<-time.After(20 * time.Millisecond)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
