package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/journal"
)

var update = flag.Bool("update", false, "write the golden files in the scripts anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rotadeck": main, "bare": bare})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"authority": authority,
			"exits":     exits,
			"freeze":    freeze,
			"interrupt": interrupt,
			"lock":      lock,
			"server":    server,
			"postgres":  postgres,
			"service":   service,
			"sql":       sql,
			"silence":   silence,
			"slay":      slay,
			"stop":      stop,
			"thaw":      thaw,
		},
	})
}

func setup(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, "home")
	env.Setenv("HOME", home)
	env.Setenv("TERM", "xterm-256color")
	env.Setenv("GORACE", "atexit_sleep_ms=0") // else each command lasts a second longer
	env.Values[shared{}] = &shared{}
	return os.Mkdir(home, 0o700)
}

// exits runs a command that must end with the exit code given:
// exits 3 rotadeck list --check.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command [argument…]")
	}
	err := ts.Exec(args[1], args[2:]...)
	if got := code(ts, err); strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

func code(ts *testscript.TestScript, err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	ts.Fatalf("%v", err)
	return -1
}

// interrupt runs a command, answers its questions with "continue" until one
// begins as given, sends it SIGINT then, and expects it to end with exit code
// 130: interrupt Publish rotadeck rotate api-client.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: interrupt question command [argument…]")
	}
	if got := signalled(ts, os.Interrupt, args); got != exitInterrupted {
		ts.Fatalf("exit code %d", got)
	}
}

// slay is interrupt with SIGKILL, which leaves no last words:
// slay Publish rotadeck rotate api-client.
func slay(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: slay question command [argument…]")
	}
	if got := signalled(ts, os.Kill, args); got != -1 {
		ts.Fatalf("exit code %d", got)
	}
}

// signalled answers questions with "continue" until one begins as the first of
// args, sends a signal then, and returns the exit code; -1 for a death by signal.
func signalled(ts *testscript.TestScript, signal os.Signal, args []string) int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	program := filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], args[1])
	cmd := exec.CommandContext(ctx, program, args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = []string{"HOME=" + ts.Getenv("HOME"), "PATH=" + ts.Getenv("PATH"), "GORACE=" + ts.Getenv("GORACE")}
	input, err := cmd.StdinPipe()
	ts.Check(err)
	talk, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	asked := false
	for scanner := bufio.NewScanner(talk); scanner.Scan(); {
		ts.Logf("%s", scanner.Text())
		question, isQuestion := strings.CutPrefix(scanner.Text(), "question: ")
		switch {
		case isQuestion && strings.HasPrefix(question, args[0]):
			asked = true
			ts.Check(cmd.Process.Signal(signal))
		case isQuestion:
			_, err := io.WriteString(input, "continue\n")
			ts.Check(err)
		}
	}
	got := code(ts, cmd.Wait())
	if !asked {
		ts.Fatalf("not asked, exit code %d", got)
	}
	return got
}

// lock holds the lock of a credential in a journal until the script ends, as
// another operator's run would: lock journal.db api-client.
func lock(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lock journal credential")
	}
	j, err := journal.OpenSQLite(context.Background(), ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Defer(func() { ts.Check(j.Close()) })
	lease, err := j.Lock(context.Background(), args[1],
		engine.Holder{Run: "run-of-bob", Operator: "bob", Host: "elsewhere", PID: 4711})
	ts.Check(err)
	ts.Defer(func() { ts.Check(lease.Release()) })
}
