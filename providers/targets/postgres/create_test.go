package postgres_test

import (
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// What the plan shows is what the server gets, but for the verifier.
func TestStatementsAreExact(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t, sandbox.PostgresSetting{Name: "log_statement", Value: "all"})
	d := newDatabase(t, server, engine.Settings{
		"member_of":          []string{"pg_monitor"},
		"grants":             []string{"SELECT ON items"},
		"default_privileges": []string{"SELECT ON TABLES IN SCHEMA public"},
	})
	user := quote(d.users[1])
	rights := `;
GRANT "pg_monitor" TO ` + user + `;
GRANT SELECT ON TABLE "items" TO ` + user + `;
ALTER DEFAULT PRIVILEGES IN SCHEMA "public" GRANT SELECT ON TABLES TO ` + user + ";"
	for _, verb := range []string{"CREATE", "ALTER"} {
		planned, err := d.target.Create(t.Context(), engine.SlotB, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := verb + " ROLE " + user + " WITH LOGIN PASSWORD 'SCRAM-SHA-256$4096:" + secret.Mask + "'" + rights
		if len(planned) != 1 || planned[0].Statement != want {
			t.Errorf("planned:\n%s\nwant:\n%s", planned[0].Statement, want)
		}
		d.give(t, engine.SlotB, nil)
		log, err := os.ReadFile(server.LogPath)
		if err != nil {
			t.Fatal(err)
		}
		// The log indents the lines of a statement.
		sent := strings.ReplaceAll(string(log), "\n\t", "\n")
		before, after, _ := strings.Cut(want, secret.Mask)
		if !strings.Contains(sent, before) || !strings.Contains(sent, after) {
			t.Errorf("the server did not get\n%s\nbut\n%s", want, sent)
		}
	}
}

// A run may die after CREATE ROLE and apply the very same change again.
func TestCreateOfAUserWhoCameIntoBeing(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
	m, err := d.target.Generate(t.Context(), engine.SlotA, nil)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := d.target.Create(t.Context(), engine.SlotA, m)
	for range 2 {
		apply(t, changes, err)
	}
	if proofs := d.target.Prove(t.Context(), m); proofs[0].Standing != engine.Accepted {
		t.Errorf("%+v", proofs)
	}
}

// The line breaks after the server got the statement and before it answers:
// nobody here can know what happened, and nothing may claim to.
func TestCreateWithALostAnswer(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	d := newDatabase(t, server, nil)
	host, port, err := net.SplitHostPort(cutAfter(t, "ROLE", net.JoinHostPort(server.Host, strconv.Itoa(server.Port))))
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	target := d.open(t, engine.Settings{"host": host, "port": number})
	m, err := target.Generate(t.Context(), engine.SlotA, nil)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := target.Create(t.Context(), engine.SlotA, m)
	if err != nil {
		t.Fatal(err)
	}
	err = changes[0].Apply(t.Context())
	if got := engine.OutcomeOf(err); err == nil || got != engine.Unknown {
		t.Fatalf("%v: outcome %s; want %s", err, got, engine.Unknown)
	}
	// The next session is a new one, and works up to the next cut.
	if _, err := target.Create(t.Context(), engine.SlotA, m); err != nil {
		t.Errorf("after a broken line: %v", err)
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
		engine.FieldHost: text("pooler.internal"), engine.FieldCA: text("a certificate"),
	}
	m, err := target.Generate(t.Context(), engine.SlotB, current)
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{
		engine.FieldUsername: "orders_b", engine.FieldHost: "pooler.internal", engine.FieldPort: "6000",
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

	current = engine.Material{engine.FieldPassword: text("0ld-one"), "url": text("postgres://orders_a:0ld-one@db/orders")}
	if _, err = target.Generate(t.Context(), engine.SlotB, current); err == nil || strings.Contains(err.Error(), "0ld-one") {
		t.Errorf("a field that repeats the password: %v; want an error that does not show it", err)
	}
}
