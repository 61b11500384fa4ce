package mysql_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
	"github.com/rotadeck/rotadeck/providers/targets/mysql/mysqltest"
)

// What the plan shows is what the server gets, but for the verifier.
func TestStatementsAreExact(t *testing.T) {
	t.Parallel()
	server := sandboxtest.MariaDB(t, sandbox.MariaDBSetting{Name: "general-log", Value: "ON"}, sandbox.MariaDBSetting{Name: "general-log-file", Value: "general.log"})
	s := newShop(t, server, engine.Settings{
		"roles":  []string{"team X"},
		"grants": []string{"select, update(note) ON orders.items", "EXECUTE ON *.* with grant option"},
		"users":  []string{"orders_a", "orders_b"},
		"hosts":  []string{"%", "10.0.0.%"},
	})
	run(t, s.admin, "CREATE ROLE `team X`", "CREATE DATABASE orders", "CREATE TABLE orders.items (note text)")
	const created, enabled = `CREATE USER IF NOT EXISTS 'orders_b'@'HOST' IDENTIFIED VIA mysql_native_password USING '*MASK' ACCOUNT LOCK;`, `GRANT ` + "`team X`" + ` TO 'orders_b'@'HOST';
GRANT SELECT, UPDATE (` + "`note`" + `) ON ` + "`orders`.`items`" + ` TO 'orders_b'@'HOST';
GRANT EXECUTE ON *.* TO 'orders_b'@'HOST' WITH GRANT OPTION;
SET DEFAULT ROLE ` + "`team X`" + ` FOR 'orders_b'@'HOST';
ALTER USER 'orders_b'@'HOST' IDENTIFIED VIA mysql_native_password USING '*MASK' ACCOUNT UNLOCK;`
	for _, want := range []string{created + "\n" + enabled, enabled} {
		want = strings.ReplaceAll(want, "MASK", secret.Mask)
		want = strings.ReplaceAll(want, "HOST", "%") + "\n" + strings.ReplaceAll(want, "HOST", "10.0.0.%")
		planned, err := s.target.Create(t.Context(), engine.SlotB, nil)
		if err != nil {
			t.Fatal(err)
		}
		var statements []string
		for _, change := range planned {
			statements = append(statements, change.Statement)
		}
		if got := strings.Join(statements, "\n"); got != want {
			t.Errorf("planned:\n%s\nwant:\n%s", got, want)
		}
		s.give(t, engine.SlotB, nil)
		log, err := os.ReadFile(filepath.Join(filepath.Dir(server.LogPath), "data", "general.log"))
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range statements {
			for _, part := range strings.Split(strings.TrimSuffix(statement, ";"), secret.Mask) {
				if !strings.Contains(string(log), part) {
					t.Errorf("the server did not get %s", part)
				}
			}
		}
	}
}

// The same on MySQL, where roles have hosts and default roles are options.
func TestStatementsOnMySQL(t *testing.T) {
	t.Parallel()
	server := startScripted(t, mysqltest.Config{})
	target := openScripted(t, server, engine.Settings{"roles": []string{"r", "s"}}).(engine.Rotatable)
	planned, err := target.Create(t.Context(), engine.SlotB, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, change := range planned {
		got = append(got, change.Statement)
	}
	want := []string{
		"CREATE USER IF NOT EXISTS 'orders_b'@'%' IDENTIFIED WITH caching_sha2_password AS '$A$005$" + secret.Mask + "' ACCOUNT LOCK;",
		"GRANT 'r'@'%' TO 'orders_b'@'%';", "GRANT 's'@'%' TO 'orders_b'@'%';",
		"GRANT SELECT, INSERT ON `shop`.* TO 'orders_b'@'%';",
		"ALTER USER 'orders_b'@'%' DEFAULT ROLE 'r'@'%', 's'@'%';",
		"ALTER USER 'orders_b'@'%' IDENTIFIED WITH caching_sha2_password AS '$A$005$" + secret.Mask + "' ACCOUNT UNLOCK;",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("planned:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Where the settings name no rights, the new user gets what the other one has.
func mirrors(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, engine.Settings{"grants": nil, "database": ""})
	s.give(t, engine.SlotA, nil)
	run(t, s.admin, "CREATE ROLE IF NOT EXISTS r", "GRANT r TO "+s.account(engine.SlotA), "SET DEFAULT ROLE r FOR "+s.account(engine.SlotA),
		"GRANT SELECT, UPDATE (note) ON "+quote(s.name)+".items TO "+s.account(engine.SlotA)+" WITH GRANT OPTION",
		"ALTER USER "+s.account(engine.SlotA)+" REQUIRE SSL WITH MAX_USER_CONNECTIONS 9")
	s.give(t, engine.SlotB, nil)
	s.wantDifferences(t)
}

// The line breaks after the server got a statement and before it answers:
// nobody here can know what happened, and nothing may claim to.
func losesAnswers(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	for i, word := range []string{"CREATE USER", "GRANT SELECT", "ALTER USER"} {
		users := []string{fmt.Sprint("a", i), fmt.Sprint("b", i)}
		host, port, err := net.SplitHostPort(cutAfter(t, word, net.JoinHostPort(server.Host, strconv.Itoa(server.Port))))
		if err != nil {
			t.Fatal(err)
		}
		number, err := strconv.Atoi(port)
		if err != nil {
			t.Fatal(err)
		}
		target := s.open(t, engine.Settings{"host": host, "port": number, "users": users})
		m, err := target.Generate(t.Context(), engine.SlotA, nil)
		if err != nil {
			t.Fatal(err)
		}
		changes, err := target.Create(t.Context(), engine.SlotA, m)
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range changes {
			err := change.Apply(t.Context())
			if want := strings.Contains(change.Statement, word); (engine.OutcomeOf(err) == engine.Unknown) != want {
				t.Errorf("%s: %v: outcome %s", change.Statement, err, engine.OutcomeOf(err))
			}
		}
		// The next session is a new one, and works up to the next cut.
		if _, err := target.Create(t.Context(), engine.SlotA, m); err != nil {
			t.Errorf("after a broken line: %v", err)
		}
		sure := s.open(t, engine.Settings{"users": users})
		changes, err = sure.Create(t.Context(), engine.SlotA, m)
		apply(t, changes, err)
		if proof := sure.Prove(t.Context(), m)[0]; proof.Standing != engine.Accepted {
			t.Errorf("after all is done again: %+v", proof)
		}
	}
}

// cutAfter is the address of a proxy that drops a connection once the client
// has sent a packet with word in it, which the server still gets.
func cutAfter(t *testing.T, word, server string) string {
	return listen(t, func(client net.Conn) {
		upstream, err := net.Dial("tcp", server)
		if err != nil {
			t.Error(err)
			return
		}
		go func() {
			_, _ = io.Copy(client, upstream) // until either side ends
			_ = client.Close()
		}()
		buffer := make([]byte, 1<<16)
		for {
			n, err := client.Read(buffer)
			if err == nil && strings.Contains(string(buffer[:n]), word) {
				_ = client.Close()
			}
			if _, sendErr := upstream.Write(buffer[:n]); err != nil || sendErr != nil {
				_ = upstream.Close()
				return
			}
		}
	})
}

func TestGenerate(t *testing.T) {
	t.Parallel()
	target := offline().open(t, engine.Settings{"password_length": 40, "sslmode": "verify-full"})
	text := secret.FromText
	current := engine.Material{
		engine.FieldUsername: text("orders_a"), engine.FieldPassword: text("old"),
		engine.FieldHost: text("proxy.internal"), engine.FieldCA: text("a certificate"),
	}
	m, err := target.Generate(t.Context(), engine.SlotB, current)
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{
		engine.FieldUsername: "orders_b", engine.FieldHost: "proxy.internal", engine.FieldPort: "6000",
		engine.FieldDatabase: "orders", engine.FieldSSLMode: "verify-full", engine.FieldCA: "a certificate",
	} {
		if got := m.Text(field); got != want {
			t.Errorf("%s = %q; want %q", field, got, want)
		}
	}
	if m[engine.FieldPassword].Len() != 40 || len(m) != 7 {
		t.Errorf("password of %d, fields %q", m[engine.FieldPassword].Len(), m.Names())
	}
	if err := current.Close(); err != nil || m.Text(engine.FieldCA) == "" {
		t.Errorf("wiping the current material wipes the new one (%v)", err)
	}
	current = engine.Material{engine.FieldPassword: text("0ld-one"), "url": text("mysql://orders_a:0ld-one@db/orders")}
	if _, err = target.Generate(t.Context(), engine.SlotB, current); err == nil || strings.Contains(err.Error(), "0ld-one") {
		t.Errorf("a field that repeats the password: %v; want an error that does not show it", err)
	}
}
