package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// shared is what scripts about a shared journal have at hand.
type shared struct {
	server *sandbox.Postgres
	frozen *frozen
}

func sharedOf(ts *testscript.TestScript) *shared { return ts.Value(shared{}).(*shared) }

// server starts a PostgreSQL server and makes it the journal of an inventory:
// server rotadeck.toml. Its password is in $JOURNAL_PASSWORD.
func server(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: server inventory")
	}
	dir, err := os.MkdirTemp("", "rotadeck-test-") // its own account must reach it
	ts.Check(err)
	ts.Defer(func() { ts.Check(os.RemoveAll(dir)) })
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s, err := sandbox.StartPostgres(ctx, dir)
	ts.Check(err)
	ts.Defer(func() { ts.Check(s.Stop()) })
	sharedOf(ts).server = s
	ts.Setenv("JOURNAL_PASSWORD", s.Password.Text())
	path := ts.MkAbs(args[0])
	text, err := os.ReadFile(path)
	ts.Check(err)
	head := fmt.Sprintf("journal = \"postgres://%s@%s:%d/postgres?sslmode=verify-full&sslrootcert=%s\"\njournal_password = \"env:JOURNAL_PASSWORD\"\n",
		s.Admin, s.Host, s.Port, s.CertPath)
	ts.Check(os.WriteFile(path, append([]byte(head), text...), 0o600))
}

// stop ends the server.
func stop(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: stop")
	}
	ts.Check(sharedOf(ts).server.Stop())
}

// silence sets back when the holder of a lock was last heard of, as waiting would
// take too long, and lets the time pass in which a server that has just started
// waits for holders of before.
func silence(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: silence credential")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s := sharedOf(ts).server
	conn, err := s.Connect(ctx, s.Admin, s.Password, "postgres")
	ts.Check(err)
	_, err = conn.Exec(ctx, `SELECT pg_sleep(5 - extract(epoch FROM clock_timestamp() - pg_postmaster_start_time()))`)
	ts.Check(err)
	tag, err := conn.Exec(ctx, `UPDATE rotadeck.locks SET seen = seen - interval '1 hour' WHERE credential = $1`, args[0])
	ts.Check(err)
	if tag.RowsAffected() != 1 {
		ts.Fatalf("%s has no lock", args[0])
	}
	ts.Check(conn.Close(ctx))
}

// frozen is a command that stands still.
type frozen struct {
	cmd   *exec.Cmd
	input io.WriteCloser
	talk  bytes.Buffer
	rest  chan error // yields when talk is complete
}

// freeze runs a command, answers its questions with "continue" until one begins
// as given, and stops its process there, as the suspending of its machine
// would: freeze Publish rotadeck rotate api-client.
func freeze(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: freeze question command [argument…]")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	program := filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], args[1])
	f := &frozen{cmd: exec.CommandContext(ctx, program, args[2:]...), rest: make(chan error, 1)}
	ts.Defer(func() {
		cancel()
		_ = f.cmd.Wait() // an error when it has ended before
	})
	f.cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"HOME", "PATH", "GORACE", "JOURNAL_PASSWORD"} {
		f.cmd.Env = append(f.cmd.Env, name+"="+ts.Getenv(name))
	}
	var err error
	f.input, err = f.cmd.StdinPipe()
	ts.Check(err)
	talk, err := f.cmd.StderrPipe()
	ts.Check(err)
	ts.Check(f.cmd.Start())
	scanner := bufio.NewScanner(talk)
	for scanner.Scan() {
		ts.Logf("%s", scanner.Text())
		question, isQuestion := strings.CutPrefix(scanner.Text(), "question: ")
		if isQuestion && strings.HasPrefix(question, args[0]) {
			ts.Check(f.cmd.Process.Signal(syscall.SIGSTOP))
			sharedOf(ts).frozen = f
			go func() {
				_, err := io.Copy(&f.talk, talk)
				f.rest <- err
			}()
			return
		}
		if isQuestion {
			_, err := io.WriteString(f.input, "continue\n")
			ts.Check(err)
		}
	}
	ts.Fatalf("no question begins with %q", args[0])
}

// thaw lets the frozen command go on, answers its question with "continue" and
// no other one, and expects the exit code given, and a line like the pattern:
// thaw 1 'taken this run over'.
func thaw(ts *testscript.TestScript, neg bool, args []string) {
	f := sharedOf(ts).frozen
	if neg || len(args) != 2 || f == nil {
		ts.Fatalf("usage: thaw code pattern, after freeze")
	}
	ts.Check(f.cmd.Process.Signal(syscall.SIGCONT))
	_, err := io.WriteString(f.input, "continue\n")
	ts.Check(err)
	ts.Check(f.input.Close())
	ts.Check(<-f.rest)
	got := code(ts, f.cmd.Wait())
	ts.Logf("%s", f.talk.String())
	if fmt.Sprint(got) != args[0] || !regexp.MustCompile(args[1]).MatchString(f.talk.String()) {
		ts.Fatalf("exit code %d, want %s and %q", got, args[0], args[1])
	}
}
