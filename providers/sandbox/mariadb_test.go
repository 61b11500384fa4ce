package sandbox_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// codeAccessDenied is ER_ACCESS_DENIED_ERROR.
const codeAccessDenied = 1045

func TestMariaDBTrustsNobody(t *testing.T) {
	t.Parallel()
	server := sandboxtest.MariaDB(t)
	for user, password := range map[string]string{
		server.Admin: "wrong", "root": "", "": "", "mariadb.sys": "", "stranger": "",
	} {
		_, err := server.Connect(t.Context(), user, secret.FromText(password), "")
		var refusal *mysql.MySQLError
		if !errors.As(err, &refusal) || refusal.Number != codeAccessDenied {
			t.Errorf("%q with password %q: %v; want error %d", user, password, err, codeAccessDenied)
		}
	}
	admin := sandboxtest.ConnectMariaDB(t, server, server.Admin, server.Password, "")
	var users int
	if err := admin.QueryRow("SELECT count(*) FROM mysql.global_priv WHERE User <> 'mariadb.sys'").Scan(&users); err != nil || users != 1 {
		t.Errorf("%d users, %v; want the administrator alone", users, err)
	}
	if _, err := admin.Exec("CREATE USER x; GRANT ALL ON *.* TO x"); err == nil {
		t.Error("a session takes several statements at once")
	}
	if _, err := admin.Exec("CREATE USER x"); err != nil {
		t.Errorf("the administrator may not create users: %v", err)
	}
}

// TestMariaDBComesBack ends a server in both ways: what was committed is there
// after the next start, at the same address.
func TestMariaDBComesBack(t *testing.T) {
	t.Parallel()
	server := sandboxtest.MariaDB(t, sandbox.MariaDBSetting{Name: "innodb-flush-log-at-trx-commit", Value: "1"})
	if err := server.Start(t.Context()); err != nil {
		t.Errorf("start a server that runs: %v", err)
	}
	admin := sandboxtest.ConnectMariaDB(t, server, server.Admin, server.Password, "")
	if _, err := admin.Exec("CREATE DATABASE kept"); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec("CREATE TABLE kept.kept (n int)"); err != nil {
		t.Fatal(err)
	}
	for n, end := range []func() error{server.Kill, server.Stop, server.Kill} {
		if _, err := admin.Exec("INSERT INTO kept.kept VALUES (1)"); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := end(); err != nil {
				t.Fatal(err)
			}
		}
		if pool, err := server.Connect(t.Context(), server.Admin, server.Password, ""); err == nil {
			t.Errorf("the server answers after its end: %v", pool.Close())
		}
		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		admin = sandboxtest.ConnectMariaDB(t, server, server.Admin, server.Password, "kept")
		var rows int
		if err := admin.QueryRow("SELECT count(*) FROM kept").Scan(&rows); err != nil || rows != n+1 {
			t.Errorf("after end %d: %d rows, %v", n+1, rows, err)
		}
	}
}

// mariadbVariable makes this test binary the parent of a server, to be killed.
const mariadbVariable = "ROTADECK_TEST_MARIADB_DIR"

func TestMariaDBDiesWithItsParent(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv(mariadbVariable); dir != "" {
		server, err := sandbox.StartMariaDB(context.Background(), dir)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(address(server.Host, server.Port))
		select {}
	}
	dir, err := os.MkdirTemp("", "rotadeck-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	child := exec.Command(os.Args[0], "-test.run=^TestMariaDBDiesWithItsParent$")
	child.Env = append(os.Environ(), mariadbVariable+"="+dir)
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
