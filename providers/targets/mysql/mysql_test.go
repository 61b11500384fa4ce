package mysql_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	server := sandboxtest.MariaDB(t)
	enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit {
		return newShop(t, server, nil).kit(t)
	})
}

// The same, over verified TLS, from several hosts, on a server with a sql_mode
// that quotes otherwise and keeps connection attributes, with an administrator
// who has no right beyond those that the preflight asks for.
func TestConformanceWithFewRights(t *testing.T) {
	t.Parallel()
	server := sandboxtest.MariaDB(t,
		sandbox.MariaDBSetting{Name: "sql-mode", Value: "ANSI,NO_BACKSLASH_ESCAPES"},
		sandbox.MariaDBSetting{Name: "performance-schema", Value: "ON"},
	)
	admin := sandboxtest.ConnectMariaDB(t, server, server.Admin, server.Password, "")
	run(t, admin, "SET sql_mode = ''", "CREATE USER officer IDENTIFIED BY "+literal(server.Password.Text()),
		"GRANT CREATE USER, PROCESS, CONNECTION ADMIN ON *.* TO officer", "GRANT SELECT ON mysql.* TO officer")
	enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit {
		s := newShop(t, server, nil)
		run(t, s.admin, "SET sql_mode = ''", "GRANT SELECT, INSERT ON "+quote(s.name)+".* TO officer WITH GRANT OPTION")
		s.target = s.open(t, engine.Settings{
			"admin_user":     "officer",
			"admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"},
			"hosts":          []string{"%", "127.0.0.%", "localhost"},
			"sslmode":        "verify-full",
			"sslrootcert":    server.CertPath,
		})
		return s.kit(t)
	})
}
