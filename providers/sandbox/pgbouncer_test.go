package sandbox_test

import (
	"errors"
	"net"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

func TestPgBouncer(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	pooler := sandboxtest.PgBouncer(t, server, sandbox.PgBouncerSetting{Name: "auth_user", Value: server.Admin})
	conn := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
	if _, err := conn.Exec(t.Context(), "CREATE ROLE clerk LOGIN PASSWORD 'clerk-password'"); err != nil {
		t.Fatal(err)
	}
	for user, password := range map[string]*secret.Secret{server.Admin: server.Password, "clerk": secret.FromText("clerk-password")} {
		client, err := pooler.Connect(t.Context(), user, password, "postgres")
		if err != nil {
			t.Fatalf("%s: %v", user, err)
		}
		var who string
		if err := client.QueryRow(t.Context(), "SELECT current_user").Scan(&who); err != nil || who != user {
			t.Errorf("through the pooler, %s is %q, %v", user, who, err)
		}
		if err := client.Close(t.Context()); err != nil {
			t.Error(err)
		}
		_, err = pooler.Connect(t.Context(), user, secret.FromText("wrong"), "postgres")
		var refusal *pgconn.PgError
		if !errors.As(err, &refusal) {
			t.Errorf("%s with a wrong password: %v; want a refusal", user, err)
		}
	}

	for range 2 {
		if err := pooler.Stop(); err != nil {
			t.Errorf("Stop: %v", err)
		}
	}
	if _, err := net.Dial("tcp", net.JoinHostPort(pooler.Host, strconv.Itoa(pooler.Port))); err == nil {
		t.Error("the pooler listens after Stop")
	}
}
