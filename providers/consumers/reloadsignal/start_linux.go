package reloadsignal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// startOf tells when a process started, from its ticks since boot and the time
// of boot: proc_pid_stat(5), proc_stat(5). A zombie counts as ended.
func startOf(pid int) (time.Time, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if errors.Is(err, os.ErrNotExist) {
		return time.Time{}, os.ErrProcessDone
	}
	if err != nil {
		return time.Time{}, err
	}
	// The second field, the command in brackets, may hold anything.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	const state, starttime = 0, 19 // fields 3 and 22 in the manual
	if len(fields) <= starttime {
		return time.Time{}, fmt.Errorf("/proc/%d/stat is short", pid)
	}
	if string(fields[state]) == "Z" {
		return time.Time{}, os.ErrProcessDone
	}
	ticks, err := strconv.ParseInt(string(fields[starttime]), 10, 64)
	if err != nil {
		return time.Time{}, err
	}
	boot, err := bootTime()
	const tick = time.Second / 100 // USER_HZ, the same on all architectures that Go runs on
	return boot.Add(time.Duration(ticks) * tick), err
}

func bootTime() (time.Time, error) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return time.Time{}, err
	}
	for line := range bytes.Lines(stat) {
		if value, found := bytes.CutPrefix(line, []byte("btime ")); found {
			seconds, err := strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64)
			return time.Unix(seconds, 0), err
		}
	}
	return time.Time{}, errors.New("/proc/stat has no btime")
}
