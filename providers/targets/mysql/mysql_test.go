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

// TestOnMariaDB shares one server among all that need no setting of their own;
// each makes users and a database for itself.
func TestOnMariaDB(t *testing.T) {
	t.Parallel()
	server := sandboxtest.MariaDB(t)
	for name, test := range map[string]func(*testing.T, *sandbox.MariaDB){
		"compare":                        compares,
		"compare values":                 comparesValues,
		"compare default roles":          comparesDefaultRoles,
		"compare every host":             comparesEveryHost,
		"leave nobody in":                leavesNobody,
		"compare by other names":         comparesByOtherNames,
		"compare escaped databases":      comparesEscapedDatabases,
		"compare with settings":          comparesWithTheSettings,
		"adopt":                          adopts,
		"adopt within rights":            adoptsWithinRights,
		"level":                          levels,
		"prove":                          proves,
		"prove without room":             provesWithoutRoom,
		"prove at all endpoints at once": provesAtOnce,
		"leave out our sessions":         leavesOutOurSessions,
		"spare others":                   sparesOthers,
		"say where sessions are":         saysWhereSessionsAre,
		"mirror rights":                  mirrors,
		"lose answers":                   losesAnswers,
		"refuse dual passwords":          refusesDualPasswords,
		"preflight":                      preflights,
		"see other methods":              seesOtherMethods,
		"see use of the next slot":       seesUseOfTheNextSlot,
		"show no password":               showsNoPassword,
		"survive crashes":                survivesCrashes,
		"disturb nobody":                 disturbsNobody,
		"rotate":                         rotates,
		"set a stage":                    setsAStage,
		"say what a stage lacks":         saysWhatAStageLacks,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, server)
		})
	}
}
