package reloadsignal_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/providers/consumers/reloadsignal"
)

// TestMain lets a test start this binary again as a daemon.
func TestMain(m *testing.M) {
	if folder := os.Getenv("DAEMON"); folder != "" {
		if err := daemon(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// daemon writes its pid file and notes each signal in the file signals. It ends
// with its standard input, and so with the test.
func daemon(folder string) error {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM)
	notes, err := os.OpenFile(filepath.Join(folder, "signals"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		_, err := os.Stdin.Read(make([]byte, 1))
		ended <- err
	}()
	fmt.Println("ready")
	for {
		select {
		case s := <-signals:
			if _, err := fmt.Fprintln(notes, s); err != nil {
				return err
			}
		case <-ended:
			return nil
		}
	}
}

// service is a running daemon.
type service struct {
	folder  string
	pidFile string
	command *exec.Cmd
	stop    func()
}

func start(t *testing.T) service {
	t.Helper()
	s := service{folder: t.TempDir()}
	s.pidFile = filepath.Join(s.folder, "service.pid")
	s.command = exec.Command(os.Args[0])
	s.command.Env = []string{"DAEMON=" + s.folder}
	s.command.Stderr = os.Stderr
	stdin, err := s.command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := s.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	s.stop = func() {
		_, _ = stdin.Close(), s.command.Process.Kill() // fail when a case stopped it before
		_ = s.command.Wait()
	}
	t.Cleanup(s.stop)
	if _, err := stdout.Read(make([]byte, 5)); err != nil {
		t.Fatalf("the daemon did not start: %v", err)
	}
	write(t, s.pidFile, strconv.Itoa(s.command.Process.Pid)+"\n")
	return s
}

func (s service) signals() []string {
	notes, _ := os.ReadFile(filepath.Join(s.folder, "signals")) // none yet
	return strings.Fields(string(notes))
}

func newConsumer(t *testing.T, pidFile, signal string) *reloadsignal.Consumer {
	t.Helper()
	consumer, err := reloadsignal.New(engine.Part{
		Name: "orders-api", Settings: engine.Settings{"pid_file": pidFile, "signal": signal},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return consumer
}

func TestConformance(t *testing.T) {
	t.Parallel()
	enginetest.ConsumerSuite(t, func(t *testing.T) enginetest.ConsumerKit {
		s := start(t)
		return enginetest.ConsumerKit{
			Name: "orders-api", Consumer: newConsumer(t, s.pidFile, ""),
			Reloads: func() int { return len(s.signals()) }, Stop: s.stop,
		}
	})
}

func TestReloadSendsTheSignalThatItNames(t *testing.T) {
	t.Parallel()
	received := map[string]string{
		"HUP": "hangup", "USR1": "user", "USR2": "user", "INT": "interrupt", "QUIT": "quit", "TERM": "terminated",
	}
	for _, name := range reloadsignal.Describe().Settings[1].Allowed {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			write(t, s.pidFile, fmt.Sprintf("  %d \n/var/lib/more\n5432\n", s.command.Process.Pid))
			change := newConsumer(t, s.pidFile, name).Reload("orders-db")
			if want := "kill -" + name + " $(cat " + s.pidFile + ")"; change.Statement != want {
				t.Errorf("statement %q, want %q", change.Statement, want)
			}
			if err := change.Apply(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := s.awaitSignal(t); got != received[name] {
				t.Errorf("the daemon received %q, want %q", got, received[name])
			}
		})
	}
}

func (s service) awaitSignal(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if got := s.signals(); len(got) > 0 {
			return got[0]
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("the daemon received no signal")
		}
	}
}

func TestReloadRefusesWhatIsNotTheService(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		pidFile func(t *testing.T, s service)
		want    string
	}{
		"no file":    {func(t *testing.T, s service) { remove(t, s.pidFile) }, "no such file"},
		"empty":      {func(t *testing.T, s service) { write(t, s.pidFile, "") }, "no number"},
		"words":      {func(t *testing.T, s service) { write(t, s.pidFile, "canary") }, "no number"},
		"all":        {func(t *testing.T, s service) { write(t, s.pidFile, "-1") }, "no service"},
		"own group":  {func(t *testing.T, s service) { write(t, s.pidFile, "0") }, "no service"},
		"init":       {func(t *testing.T, s service) { write(t, s.pidFile, "1") }, "no service"},
		"rotadeck":   {func(t *testing.T, s service) { write(t, s.pidFile, strconv.Itoa(os.Getpid())) }, "rotadeck itself"},
		"huge":       {func(t *testing.T, s service) { write(t, s.pidFile, "99999999999999999999") }, "no number"},
		"ended":      {func(_ *testing.T, s service) { s.stop() }, "already finished"},
		"zombie":     {func(t *testing.T, s service) { killUnreaped(t, s) }, "already finished"},
		"number old": {func(t *testing.T, s service) { age(t, s.pidFile) }, "younger than the file"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			test.pidFile(t, s)
			err := newConsumer(t, s.pidFile, "HUP").Reload("orders-db").Apply(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) || engine.OutcomeOf(err) != engine.NotApplied {
				t.Errorf("got %v (%s), want %q, not applied", err, engine.OutcomeOf(err), test.want)
			}
			if err != nil && (strings.Contains(err.Error(), "canary") || engine.AsProblem(err).Hint == "") {
				t.Errorf("the error quotes the file, or has no hint: %v", err)
			}
			if got := s.signals(); len(got) != 0 {
				t.Errorf("a process received %v", got)
			}
		})
	}
}

func TestNewRefusesWhatCannotReload(t *testing.T) {
	t.Parallel()
	for _, settings := range []engine.Settings{{}, {"pid_file": "/run/x.pid", "signal": "KILL"}} {
		if _, err := reloadsignal.New(engine.Part{Settings: settings}, nil); err == nil {
			t.Errorf("New accepts %v", settings)
		}
	}
}

// killUnreaped leaves the daemon as a zombie.
func killUnreaped(t *testing.T, s service) {
	t.Helper()
	if err := s.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	stat := fmt.Sprintf("/proc/%d/stat", s.command.Process.Pid)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if text, err := os.ReadFile(stat); err == nil && strings.Contains(string(text), ") Z ") {
			return
		}
	}
	t.Fatal("the daemon did not die")
}

// age makes a pid file older than its process.
func age(t *testing.T, path string) {
	t.Helper()
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}
