package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// BenchmarkIdleConsole opens the real console on a terminal, on 10,000 credentials
// that lie in files, lets it probe all of them, and then leaves it alone for ten
// seconds an operation, in which its clock ticks and it goes on probing what it
// has not looked at for a minute. It reports the share of one processor that this
// takes, which is to stay below 1 %, and the memory, which is to stay below 120 MB.
// Beside it stands a program of the same framework that shows a word and does
// nothing: most of what an idle console takes, it takes to wake up for frames.
func BenchmarkIdleConsole(b *testing.B) {
	folder := crowd(b, 10_000)
	program := filepath.Join(folder, "rotadeck")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	term := openTerminal(b, folder, nil, program)
	pid := term.cmd.Process.Pid
	term.shows(0, "10000")
	settled(b, pid)
	idle := openTerminal(b, folder, nil, "bare")
	idle.shows(0, "bare")
	var used, least, passed time.Duration
	for b.Loop() {
		before, leastBefore, begun := processorTime(b, pid), processorTime(b, idle.cmd.Process.Pid), time.Now()
		<-time.After(10 * time.Second)
		used += processorTime(b, pid) - before
		least += processorTime(b, idle.cmd.Process.Pid) - leastBefore
		passed += time.Since(begun)
	}
	b.ReportMetric(100*used.Seconds()/passed.Seconds(), "cpu-%")
	b.ReportMetric(100*least.Seconds()/passed.Seconds(), "bare-cpu-%")
	b.ReportMetric(memory(b, pid, "VmRSS"), "RSS-MB")
	b.ReportMetric(memory(b, pid, "VmHWM"), "peak-MB")
	idle.press("q")
	term.press("q")
	for _, t := range []*terminal{idle, term} {
		if code := t.ends(); code != exitOK {
			b.Errorf("exit code %d", code)
		}
	}
}

// bare is a program of the framework that does nothing.
func bare() {
	if _, err := tea.NewProgram(bareModel{}).Run(); err != nil {
		panic(err)
	}
}

type bareModel struct{}

func (bareModel) Init() tea.Cmd { return nil }

func (m bareModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, pressed := msg.(tea.KeyPressMsg); pressed {
		return m, tea.Quit
	}
	return m, nil
}

func (bareModel) View() tea.View { return tea.NewView("bare") }

// crowd is a folder with an inventory of n API keys in files.
func crowd(b *testing.B, n int) string {
	b.Helper()
	folder := b.TempDir()
	var text strings.Builder
	text.WriteString("journal = \"state/journal.db\"\n[[stores]]\nname = \"mounts\"\nprovider = \"file\"\npath = \"mounts\"\n")
	for i := range n {
		id := fmt.Sprintf("mail-api-key-%05d", i)
		mount := filepath.Join(folder, "mounts", id)
		must(b, os.MkdirAll(mount, 0o700))
		must(b, os.WriteFile(filepath.Join(mount, "token"), []byte("s3cret-"+id), 0o600))
		fmt.Fprintf(&text, "[[credentials]]\nid = %q\nkind = \"api-key\"\nowner = \"team-%d\"\nstore = \"mounts\"\ntarget.provider = \"manual\"\n", id, i%40)
	}
	must(b, os.WriteFile(filepath.Join(folder, "rotadeck.toml"), []byte(text.String()), 0o600))
	return folder
}

// settled waits until a process has used little of a second.
func settled(b *testing.B, pid int) {
	b.Helper()
	eventually(b, "it has probed everything", func() bool {
		before := processorTime(b, pid)
		<-time.After(time.Second)
		return processorTime(b, pid)-before < 50*time.Millisecond
	})
}

// processorTime is what a process has used, in user mode and in the kernel.
func processorTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	must(b, err)
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+2:]))
	ticks := 0
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		must(b, err)
		ticks += n
	}
	return time.Duration(ticks) * time.Second / 100 // USER_HZ, everywhere that Go runs
}

// memory is a value of a process's status, in MB.
func memory(b *testing.B, pid int, key string) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	must(b, err)
	_, after, _ := strings.Cut(string(text), key+":")
	kilobytes, err := strconv.ParseFloat(strings.Fields(after)[0], 64)
	must(b, err)
	return kilobytes / 1024
}
