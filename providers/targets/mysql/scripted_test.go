package mysql_test

import (
	"maps"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/targets/mysql"
	"github.com/rotadeck/rotadeck/providers/targets/mysql/mysqltest"
)

const scriptedPassword = "canary0admin0password"

// allOfMySQL are the grants of an administrator as MySQL 8 shows them.
var allOfMySQL = []string{
	"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SUPER, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE USER, EVENT, TRIGGER, CREATE ROLE, DROP ROLE ON *.* WITH GRANT OPTION",
	"GRANT APPLICATION_PASSWORD_ADMIN,CONNECTION_ADMIN,ROLE_ADMIN,SYSTEM_USER ON *.* WITH GRANT OPTION",
	"GRANT PROXY ON ``@`` WITH GRANT OPTION",
}

// startScripted runs a server that answers as MySQL 8 does, with an
// administrator.
func startScripted(t testing.TB, config mysqltest.Config) *mysqltest.Server {
	t.Helper()
	if config.Version == "" {
		config.Version = "8.0.36"
	}
	config.Verify, config.Hash = mysql.IsVerifierOf, mysql.VerifierOf
	server := mysqltest.Start(t, config)
	const plugin = "caching_sha2_password"
	server.Users.Add("boss", "%", plugin, mysql.VerifierOf(plugin, scriptedPassword), allOfMySQL...)
	return server
}

func openScripted(t testing.TB, server *mysqltest.Server, more engine.Settings) engine.Target {
	t.Helper()
	settings := engine.Settings{
		"host": server.Host, "port": server.Port, "sslmode": "disable", "users": []string{"orders_a", "orders_b"},
		"admin_user": "boss", "admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"},
		"grants": []string{"SELECT, INSERT ON shop.*"},
	}
	maps.Copy(settings, more)
	return open(t, settings, secret.FromText(scriptedPassword))
}

// The promises hold with what MySQL says and wants, too, for both methods.
func TestConformanceOnMySQL(t *testing.T) {
	t.Parallel()
	for _, plugin := range []string{"auto", "mysql_native_password"} {
		t.Run(plugin, func(t *testing.T) {
			t.Parallel()
			enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit {
				target := openScripted(t, startScripted(t, mysqltest.Config{}), engine.Settings{"auth_plugin": plugin}).(*mysql.Target)
				s := &shop{target: target}
				return s.kit(t)
			})
		})
	}
}

// MariaDB's own method: the server there checks a signature by the key that we
// made of the password.
func TestProveByEd25519(t *testing.T) {
	t.Parallel()
	server := startScripted(t, mysqltest.Config{Version: "10.11.4-MariaDB"})
	for _, password := range []string{"short", canary} {
		user := "user " + password
		server.Users.Add(user, "%", "ed25519", mysql.VerifierOf("ed25519", password))
		target := openScripted(t, server, nil).(*mysql.Target)
		m := engine.Material{engine.FieldUsername: secret.FromText(user), engine.FieldPassword: secret.FromText(password)}
		if proof := target.Prove(t.Context(), m)[0]; proof.Standing != engine.Accepted {
			t.Errorf("the password: %+v", proof)
		}
		spoiled, err := target.Spoil(m)
		if err != nil {
			t.Fatal(err)
		}
		if proof := target.Prove(t.Context(), spoiled)[0]; proof.Standing != engine.Refused {
			t.Errorf("another password: %+v", proof)
		}
	}
}
