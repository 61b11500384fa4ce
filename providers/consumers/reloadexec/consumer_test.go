package reloadexec_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/providers/consumers/reloadexec"
)

func newConsumer(t *testing.T, timeout time.Duration, command ...string) *reloadexec.Consumer {
	t.Helper()
	consumer, err := reloadexec.New(engine.Part{
		Name: "orders-api", Settings: engine.Settings{"command": command, "timeout": timeout},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return consumer
}

func TestConformance(t *testing.T) {
	t.Parallel()
	enginetest.ConsumerSuite(t, func(t *testing.T) enginetest.ConsumerKit {
		folder := t.TempDir()
		script, notes := filepath.Join(folder, "reload"), filepath.Join(folder, "notes")
		if err := os.WriteFile(script, []byte(`echo "$ROTADECK_CREDENTIAL" >> "$1"`), 0o600); err != nil {
			t.Fatal(err)
		}
		return enginetest.ConsumerKit{
			Name: "orders-api", Consumer: newConsumer(t, 0, "/bin/sh", script, notes),
			Reloads: func() int {
				text, _ := os.ReadFile(notes) // none yet
				return strings.Count(string(text), "orders-db\n")
			},
			Stop: func() {
				if err := os.Remove(script); err != nil {
					t.Error(err)
				}
			},
		}
	})
}

func TestReloadFailsWithTheLastWords(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		command []string
		want    string
		outcome engine.Outcome
	}{
		"no such program": {[]string{"/nonexistent/reload"}, "no such file", engine.NotApplied},
		"exit status":     {[]string{"/bin/sh", "-c", "exit 3"}, "exit status 3", engine.Unknown},
		"stderr": {
			[]string{"/bin/sh", "-c", "echo first >&2; printf '\\033[31mred last\\n\\n' >&2; exit 1"},
			"exit status 1: [31mred last", engine.Unknown,
		},
		"much stderr": {
			[]string{"/bin/sh", "-c", "i=0; while [ $i -lt 5000 ]; do echo noise noise >&2; i=$((i+1)); done; echo last >&2; exit 1"},
			"exit status 1: last", engine.Unknown,
		},
		"killed": {[]string{"/bin/sh", "-c", "kill -9 $$"}, "signal: killed", engine.Unknown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := newConsumer(t, 0, test.command...).Reload("orders-db").Apply(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if got := engine.OutcomeOf(err); got != test.outcome {
				t.Errorf("outcome %q, want %q", got, test.outcome)
			}
		})
	}
}

func TestTimeoutKillsTheWholeGroup(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	// The child holds the pipe open for as long as it lives.
	consumer := newConsumer(t, 300*time.Millisecond, "/bin/sh", "-c", "(exec sleep 600) > "+pipe+" & wait")
	done := make(chan error, 1)
	go func() { done <- consumer.Reload("orders-db").Apply(t.Context()) }()
	reader, err := os.Open(pipe) // waits for the child
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if _, err := reader.Read(make([]byte, 1)); err == nil {
		t.Error("the child wrote")
	}
	err = <-done
	if err == nil || !strings.Contains(err.Error(), "killed after 300ms") || engine.OutcomeOf(err) != engine.Unknown {
		t.Errorf("got %v (%s), want a timeout, unknown", err, engine.OutcomeOf(err))
	}
}

func TestCancelKillsTheCommand(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err := newConsumer(t, time.Hour, "/bin/sh", "-c", "sleep 600").Reload("orders-db").Apply(ctx)
	if err == nil || !strings.Contains(err.Error(), context.DeadlineExceeded.Error()) {
		t.Errorf("got %v, want that the deadline is over", err)
	}
}

func TestADaemonLeftBehindIsNoFailure(t *testing.T) {
	t.Parallel()
	gone := filepath.Join(t.TempDir(), "gone")
	// The child outlives the command with its stderr in hand, until the test ends.
	script := "(while [ ! -e " + gone + " ]; do sleep 0.1; done) & exit 0"
	t.Cleanup(func() {
		if err := os.WriteFile(gone, nil, 0o600); err != nil {
			t.Error(err)
		}
	})
	if err := newConsumer(t, 20*time.Second, "/bin/sh", "-c", script).Reload("orders-db").Apply(t.Context()); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestTheEnvironmentHoldsNoSecret(t *testing.T) {
	t.Setenv("ADMIN_PASSWORD", "canary") // so this test cannot run beside others
	out := filepath.Join(t.TempDir(), "env")
	consumer := newConsumer(t, 0, "/bin/sh", "-c", "env > "+out)
	if err := consumer.Reload("orders-db").Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	env, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(env), "ROTADECK_CREDENTIAL=orders-db\n") || !strings.Contains(string(env), "PATH=") {
		t.Errorf("the command lacks what it needs: %s", env)
	}
	if strings.Contains(string(env), "canary") {
		t.Error("the command sees rotadeck's own environment")
	}
}

func TestTheStatementShowsWhereArgumentsEnd(t *testing.T) {
	t.Parallel()
	change := newConsumer(t, 0, "systemctl", "reload", "a b", "", "$HOME", `say "x"`, "unit@1.service").Reload("orders-db")
	const want = `exec systemctl reload "a b" "" "$HOME" "say \"x\"" unit@1.service`
	if change.Statement != want {
		t.Errorf("statement %s, want %s", change.Statement, want)
	}
}

func TestNewRefusesNoCommand(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{nil, {}, {""}} {
		if _, err := reloadexec.New(engine.Part{Settings: engine.Settings{"command": command}}, nil); err == nil {
			t.Errorf("New accepts %q", command)
		}
	}
}
