package postgres_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit {
		return newDatabase(t, server, nil).kit(t)
	})
}

// The same, over verified TLS, with an administrator who has no right beyond
// those that the preflight asks for.
func TestConformanceWithoutSuperuser(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	run(t, sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres"),
		`CREATE ROLE "Officer" LOGIN CREATEROLE PASSWORD '`+server.Password.Text()+`';
		 GRANT pg_read_all_stats, pg_signal_backend TO "Officer"`)
	enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit {
		d := newDatabase(t, server, nil)
		run(t, d.admin, `GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO "Officer" WITH GRANT OPTION`)
		d.target = d.open(t, engine.Settings{
			"admin_user":     "Officer",
			"admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"},
			"sslmode":        "verify-full",
			"sslrootcert":    server.CertPath,
		})
		return d.kit(t)
	})
}
