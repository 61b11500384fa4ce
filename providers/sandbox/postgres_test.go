package sandbox_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t, sandbox.PostgresSetting{Name: "log_statement", Value: "all"})
	conn := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")

	t.Run("trusts nobody", func(t *testing.T) {
		t.Parallel()
		var rules, scram int
		err := conn.QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE auth_method = 'scram-sha-256')
			FROM pg_hba_file_rules`).Scan(&rules, &scram)
		if err != nil || rules == 0 || rules != scram {
			t.Errorf("%d of %d rules ask for SCRAM-SHA-256, %v; want all", scram, rules, err)
		}
		_, err = server.Connect(t.Context(), server.Admin, secret.FromText("wrong"), "postgres")
		var refusal *pgconn.PgError
		if !errors.As(err, &refusal) || refusal.Code != "28P01" {
			t.Errorf("a wrong password: %v; want SQLSTATE 28P01", err)
		}
	})
	t.Run("logs what the settings say", func(t *testing.T) {
		t.Parallel()
		session := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
		if _, err := session.Exec(t.Context(), "SELECT 'a line for the log'"); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(server.LogPath)
		if err != nil || !strings.Contains(string(content), "a line for the log") {
			t.Errorf("log: %v: %s", err, content)
		}
	})
}

func TestPostgresStops(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	conn := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
	for range 2 {
		if err := server.Stop(); err != nil {
			t.Fatalf("Stop: %v", err)
		}
	}
	if err := conn.Ping(t.Context()); err == nil {
		t.Error("a session survived the server")
	}
	if _, err := net.Dial("tcp", address(server.Host, server.Port)); err == nil {
		t.Error("the port still answers")
	}
}

// childVariable makes this test binary the parent of a server, to be killed.
const childVariable = "ROTADECK_TEST_POSTGRES_DIR"

func TestPostgresDiesWithItsParent(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv(childVariable); dir != "" {
		startAndHang(dir)
		return
	}
	dir, err := os.MkdirTemp("", "rotadeck-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	child := exec.Command(os.Args[0], "-test.run=^TestPostgresDiesWithItsParent$")
	child.Env = append(os.Environ(), childVariable+"="+dir)
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if killed := child.Process.Kill(); killed != nil {
		t.Fatal(killed)
	}
	_ = child.Wait() // killed, as asked
	if err != nil {
		t.Fatalf("the child said nothing: %v", err)
	}
	eventually(t, "the server is gone", func() bool {
		conn, err := net.Dial("tcp", strings.TrimSpace(line))
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
}

// startAndHang is the life of the child: start, say where, wait to be killed.
func startAndHang(dir string) {
	server, err := sandbox.StartPostgres(context.Background(), dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(address(server.Host, server.Port))
	select {}
}

func address(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// eventually polls until condition holds.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for !condition() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("not in time: %s", what)
		}
	}
}
