//go:build linux

package endtoend

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal is a pseudo-terminal with a program on it. Everything that the
// program draws is kept.
type terminal struct {
	master *os.File
	ended  chan struct{} // closes when the program has let the terminal go

	mu   sync.Mutex
	seen bytes.Buffer
	wide bool
}

// startOn starts cmd on a terminal of its own: pty(7).
func startOn(t *testing.T, cmd *exec.Cmd) *terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = master.Close() }) // closed already after an orderly end
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slave.Close() }() // the program has its own
	term := &terminal{master: master, ended: make(chan struct{})}
	term.repaint(t)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go term.read()
	return term
}

func (term *terminal) read() {
	defer close(term.ended)
	buffer := make([]byte, 64<<10)
	for {
		n, err := term.master.Read(buffer)
		term.mu.Lock()
		term.seen.Write(buffer[:n])
		term.mu.Unlock()
		if err != nil { // EIO once nobody has the other side open
			return
		}
	}
}

// repaint changes the terminal's width by one, so that the next frame is drawn
// whole and not as a difference to the last one.
func (term *terminal) repaint(t *testing.T) {
	t.Helper()
	size := &unix.Winsize{Row: 40, Col: 140}
	if term.wide = !term.wide; term.wide {
		size.Col++
	}
	if err := unix.IoctlSetWinsize(int(term.master.Fd()), unix.TIOCSWINSZ, size); err != nil {
		t.Fatal(err)
	}
}

func (term *terminal) text() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.seen.String()
}

// press types keys.
func (term *terminal) press(t *testing.T, keys string) {
	t.Helper()
	if _, err := io.WriteString(term.master, keys); err != nil {
		t.Fatal(err)
	}
}

// shows waits until a frame drawn from now on shows texts in this order.
func (term *terminal) shows(t *testing.T, texts ...string) {
	t.Helper()
	from, polls := len(term.text()), 0
	eventually(t, fmt.Sprintf("the console shows %q", texts), func() bool {
		const often = 10 // polls between frames, so that there is time to draw
		if polls++; polls%often == 1 {
			term.repaint(t)
		}
		frames := strings.Split(term.text()[from:], clearScreen)
		return slices.ContainsFunc(frames[1:], func(frame string) bool { return inOrder(frame, texts) })
	})
}

func inOrder(frame string, texts []string) bool {
	for _, text := range texts {
		_, rest, found := strings.Cut(frame, text)
		if !found {
			return false
		}
		frame = rest
	}
	return true
}

// clearScreen begins every whole frame. Differences to it may follow.
const clearScreen = "\x1b[2J"
