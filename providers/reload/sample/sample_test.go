package sample_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/reloadtest"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// within bounds what a test waits for: generous, for slow machines.
const within = 2 * time.Minute

// TestSamples builds the services and changes their credential by the mount, by
// HTTP and by a signal, while they are asked all the time.
func TestSamples(t *testing.T) {
	t.Parallel()
	binaries := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binaries+string(filepath.Separator), "./pgx", "./sql")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, c := range map[string]struct {
		command []string
		server  func(*testing.T) map[string]string
	}{
		"pgx":               {[]string{"pgx"}, postgres},
		"sql on PostgreSQL": {[]string{"sql", "-driver", "postgres"}, postgres},
		"sql on MariaDB":    {[]string{"sql", "-driver", "mysql"}, mariadb},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			where := c.server(t)
			mount := reloadtest.NewMount(t, credential(where, "a", "1"))
			s := startSample(t, mount.Dir, filepath.Join(binaries, c.command[0]), c.command[1:]...)
			s.wantUser(t, "sample_a")
			stop := s.keepAsking(t)

			mount.Turn(credential(where, "b", "2")) // nobody is told: it is heard
			s.wantVersion(t, "2")
			s.wantUser(t, "sample_b")

			mount.Turn(credential(where, "a", "3"))
			s.ask(t, http.MethodPost, "/-/credential", http.StatusNoContent)
			s.wantVersion(t, "3")

			wrong := credential(where, "b", "4")
			wrong["password"] = "canary-not-the-one"
			mount.Turn(wrong)
			if said := s.ask(t, http.MethodPost, "/-/credential", http.StatusInternalServerError); strings.Contains(said, "canary") || !strings.Contains(said, "sample_b, version 4 cannot be used") {
				t.Errorf("the service says %q", said)
			}
			s.wantUser(t, "sample_a")
			mount.Turn(credential(where, "b", "5"))
			if err := s.process.Signal(syscall.SIGHUP); err != nil {
				t.Fatal(err)
			}
			s.wantVersion(t, "5")
			s.wantUser(t, "sample_b")
			stop()
			s.end(t)
		})
	}
}

func TestSampleSaysWhyItDoesNotStart(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{{"./pgx"}, {"./sql"}, {"./sql", "-driver", "oracle"}} {
		arguments := append([]string{"run"}, command...)
		out, err := exec.CommandContext(t.Context(), "go", append(arguments, "-mount", "/nowhere")...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "there is no mount at /nowhere") && !strings.Contains(string(out), "no driver is named") {
			t.Errorf("%v: %v\n%s", command, err, out)
		}
	}
}

func postgres(t *testing.T) map[string]string {
	t.Helper()
	server := sandboxtest.Postgres(t)
	admin := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
	for _, slot := range []string{"a", "b"} {
		if _, err := admin.Exec(t.Context(), fmt.Sprintf("CREATE ROLE sample_%[1]s LOGIN PASSWORD 'pw-%[1]s'", slot)); err != nil {
			t.Fatal(err)
		}
	}
	return map[string]string{"host": server.Host, "port": fmt.Sprint(server.Port), "database": "postgres", "sslmode": "disable"}
}

// mariadb is reached by TLS, and shown to be the right one.
func mariadb(t *testing.T) map[string]string {
	t.Helper()
	server := sandboxtest.MariaDB(t)
	admin := sandboxtest.ConnectMariaDB(t, server, server.Admin, server.Password, "")
	for _, slot := range []string{"a", "b"} {
		if _, err := admin.ExecContext(t.Context(), fmt.Sprintf("CREATE USER sample_%[1]s IDENTIFIED BY 'pw-%[1]s' REQUIRE SSL", slot)); err != nil {
			t.Fatal(err)
		}
	}
	ca, err := os.ReadFile(server.CertPath)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"host": server.Host, "port": fmt.Sprint(server.Port), "sslmode": "verify-full", "ca.crt": string(ca)}
}

func credential(where map[string]string, slot, version string) map[string]string {
	fields := map[string]string{"username": "sample_" + slot, "password": "pw-" + slot, "version": version}
	for name, value := range where {
		fields[name] = value
	}
	return fields
}

// running is a sample that runs.
type running struct {
	url, token string
	process    *os.Process
	ended      chan error
}

func startSample(t *testing.T, mount, program string, arguments ...string) *running {
	t.Helper()
	s := &running{token: "the-token", ended: make(chan error, 1)}
	tokenFile := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(tokenFile, []byte(s.token), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program,
		append(arguments, "-mount", mount, "-listen", "127.0.0.1:0", "-token-file", tokenFile)...)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.process = cmd.Process
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // it has ended, unless the test failed
	address := make(chan string, 1)
	go func() {
		listening := regexp.MustCompile(`listening address=(\S+)`)
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if found := listening.FindStringSubmatch(lines.Text()); found != nil {
				address <- found[1]
			}
		}
		s.ended <- cmd.Wait()
	}()
	select {
	case at := <-address:
		s.url = "http://" + at
	case err := <-s.ended:
		t.Fatalf("it does not start: %v", err)
	case <-time.After(within):
		t.Fatal("it does not start")
	}
	return s
}

// ask wants a status, and returns the body.
func (s *running) ask(t *testing.T, method, path string, want int) string {
	t.Helper()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), method, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != want {
		t.Errorf("%s %s: %s %q, %v", method, path, response.Status, body, err)
	}
	return string(body)
}

func (s *running) wantUser(t *testing.T, want string) {
	t.Helper()
	if got := s.ask(t, http.MethodGet, "/", http.StatusOK); !strings.HasPrefix(got, want) {
		t.Errorf("it works as %q, want %s", got, want)
	}
}

func (s *running) wantVersion(t *testing.T, want string) {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(within); ; {
		var status reload.Status
		if err := json.Unmarshal([]byte(s.ask(t, http.MethodGet, "/-/credential", http.StatusOK)), &status); err != nil {
			t.Fatal(err)
		}
		if status.Version == want {
			return
		}
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("it stays with %+v, want version %s", status, want)
		}
	}
}

// keepAsking asks the service to work until stop, and wants every answer.
func (s *running) keepAsking(t *testing.T) (stop func()) {
	t.Helper()
	var enough atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		for !enough.Load() {
			s.ask(t, http.MethodGet, "/", http.StatusOK)
		}
	}()
	return func() { enough.Store(true); <-done }
}

// end asks the service to stop, and wants it to do so in order.
func (s *running) end(t *testing.T) {
	t.Helper()
	if err := s.process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-s.ended:
		if err != nil {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(within):
		t.Error("it does not end")
	}
}
