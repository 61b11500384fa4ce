package main

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// postgres starts a server until the script ends, writes its port where the
// inventory says PORT and its administrator's password to the file
// admin-password, and runs a file of SQL as the administrator:
// postgres rotadeck.toml setup.sql.
func postgres(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: postgres inventory setup.sql")
	}
	dir, err := os.MkdirTemp("", "rotadeck-test-") // reachable by the server's account
	ts.Check(err)
	ts.Defer(func() { ts.Check(os.RemoveAll(dir)) })
	server, err := sandbox.StartPostgres(context.Background(), dir)
	if errors.Is(err, sandbox.ErrPostgresMissing) {
		ts.Fatalf("%v (install it with: apt-get install postgresql)", err)
	}
	ts.Check(err)
	ts.Defer(func() { ts.Check(server.Stop()) })
	inventory := strings.ReplaceAll(ts.ReadFile(args[0]), "PORT", strconv.Itoa(server.Port))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(inventory), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("admin-password"), server.Password.Reveal(), 0o600))
	ts.Setenv("ADMIN", server.Admin)
	sharedOf(ts).server = server
	ts.Check(execSQL(ts, server.Admin, server.Password, ts.ReadFile(args[1])))
}

// sql runs statements: sql user password-file 'SELECT 1'. With !, they must be
// refused.
func sql(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: [!] sql user password-file statements")
	}
	err := execSQL(ts, args[0], secret.FromText(strings.TrimSpace(ts.ReadFile(args[1]))), args[2])
	switch {
	case neg && err == nil:
		ts.Fatalf("%s may: %s", args[0], args[2])
	case !neg:
		ts.Check(err)
	}
}

func execSQL(ts *testscript.TestScript, user string, password *secret.Secret, statements string) error {
	ctx := context.Background()
	conn, err := sharedOf(ts).server.Connect(ctx, user, password, "postgres")
	if err != nil {
		return err
	}
	defer func() { ts.Check(conn.Close(ctx)) }()
	_, err = conn.PgConn().Exec(ctx, statements).ReadAll()
	return err
}
