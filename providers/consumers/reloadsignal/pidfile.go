package reloadsignal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

// errStale says that the process of a pid file is not the one that wrote it.
var errStale = errors.New("the process that wrote the pid file is gone")

// readPID reads a pid file, and when it was written. It refuses numbers that
// mean something else to kill(2): 0 and negative ones are groups, 1 is init.
func readPID(path string) (pid int, written time.Time, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, written, err
	}
	defer func() { _ = f.Close() }() // only read from
	info, err := f.Stat()
	if err != nil {
		return 0, written, err
	}
	text, err := io.ReadAll(io.LimitReader(f, 64))
	if err != nil {
		return 0, written, err
	}
	// Some daemons, PostgreSQL among them, write more on further lines.
	line, _, _ := bytes.Cut(text, []byte("\n"))
	pid, err = strconv.Atoi(string(bytes.TrimSpace(line)))
	switch {
	case err != nil:
		return 0, written, fmt.Errorf("the first line of the pid file is no number")
	case pid <= 1:
		return 0, written, fmt.Errorf("the pid file says %d, which is no service", pid)
	case pid == os.Getpid():
		return 0, written, fmt.Errorf("the pid file says %d, which is rotadeck itself", pid)
	}
	return pid, info.ModTime(), nil
}

// checkAge finds out whether a number was given to another process since the
// pid file was written, which that process would have outlived: a service
// writes its pid file after its start. The wrong process might die of the
// signal.
func checkAge(pid int, written time.Time) error {
	started, err := startOf(pid)
	if err != nil {
		return err
	}
	const slack = 2 * time.Second // both clocks of /proc tick coarsely
	if started.After(written.Add(slack)) {
		return fmt.Errorf("%w: process %d is younger than the file", errStale, pid)
	}
	return nil
}
