package postgres_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// stageName is a prefix that no other test draws.
func stageName(t testing.TB) string {
	t.Helper()
	return "rotadeck_rehearsal_" + strings.ToLower(strings.Fields(databaseName(t))[2][:8])
}

// clerk is an administrator with no right beyond those that the preflight and a
// rehearsal ask for.
func (d *database) clerk(t testing.TB) engine.Settings {
	t.Helper()
	name := d.name + " clerk"
	run(t, d.admin, `CREATE ROLE `+quote(name)+` LOGIN CREATEROLE CREATEDB PASSWORD '`+d.server.Password.Text()+`';
		GRANT pg_read_all_stats, pg_signal_backend TO `+quote(name)+`;
		GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO `+quote(name)+` WITH GRANT OPTION`)
	return engine.Settings{"admin_user": name, "admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"}}
}

// everything lists roles with their verifiers, comments and memberships,
// databases, and who has a right in the test's own database.
func (d *database) everything(t testing.TB, like ...string) string {
	t.Helper()
	var text string
	err := d.admin.QueryRow(t.Context(), `
		SELECT string_agg(line, E'\n' ORDER BY line) FROM (
			SELECT format('role %s %s %s %s', rolname, rolcanlogin, rolpassword, shobj_description(oid, 'pg_authid')) FROM pg_authid WHERE rolname LIKE ANY ($1)
			UNION ALL SELECT format('database %s %s', datname, shobj_description(oid, 'pg_database')) FROM pg_database WHERE datname LIKE ANY ($1)
			UNION ALL SELECT format('member %s %s', roleid::regrole, member::regrole) FROM pg_auth_members WHERE member::regrole::text LIKE ANY ($1)
			UNION ALL SELECT format('table %s %s', oid::regclass, relacl) FROM pg_class WHERE relnamespace = 'public'::regnamespace
		) AS all_of_it (line)`, like).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// stageKit is a rehearsable target; settings override those of the database.
func stageKit(t testing.TB, d *database, settings engine.Settings) enginetest.StageKit {
	t.Helper()
	d.target = d.open(t, settings)
	d.give(t, engine.SlotA, nil)
	name := stageName(t)
	return enginetest.StageKit{
		Target: d.target, Name: name,
		Snapshot: func() string { return d.everything(t, name+"%", d.name+"%") },
		Squat:    func(name string) { run(t, d.admin, "CREATE ROLE "+quote(name+"_a")) },
	}
}

// everyRight has something of each kind of right.
func everyRight(t testing.TB, d *database) engine.Settings {
	t.Helper()
	team := d.name + " team"
	run(t, d.admin, `CREATE ROLE `+quote(team)+`; CREATE SCHEMA "S x"; CREATE TABLE "S x".t (id int, note text); CREATE SEQUENCE numbers;
		CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'`)
	return engine.Settings{
		"owner_role": ownerOf(d), "member_of": []string{team},
		"default_privileges": []string{`SELECT ON TABLES IN SCHEMA "S x"`, "USAGE ON SEQUENCES"},
		"grants": []string{
			"CONNECT ON DATABASE " + quote(d.name), `USAGE ON SCHEMA public, "S x"`, `SELECT, UPDATE (note) ON "S x".t`,
			"SELECT, INSERT ON ALL TABLES IN SCHEMA public", "USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public",
			"USAGE ON SEQUENCE numbers", "EXECUTE ON FUNCTION f()", "SELECT ON items",
		},
	}
}

func TestStage(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	for name, settings := range map[string]func(testing.TB, *database) engine.Settings{
		"superuser":   func(testing.TB, *database) engine.Settings { return nil },
		"clerk":       func(t testing.TB, d *database) engine.Settings { return d.clerk(t) },
		"every right": everyRight,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			enginetest.StageSuite(t, func(t *testing.T) enginetest.StageKit {
				d := newDatabase(t, server, nil)
				return stageKit(t, d, settings(t, d))
			})
		})
		t.Run(name+" is a target", func(t *testing.T) {
			t.Parallel()
			enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit {
				d := newDatabase(t, server, nil)
				return enginetest.StagedKit(t, stageKit(t, d, settings(t, d)))
			})
		})
	}
}

// A database that was left between its creation and its comment is recognised by
// the role that was made before it, and by nothing else.
func TestStageRemovesADatabaseWithoutAComment(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	d := newDatabase(t, server, nil)
	kit := stageKit(t, d, nil)
	before := kit.Snapshot()
	stage, err := d.target.Stage(t.Context(), kit.Name, "a mark")
	if err != nil {
		t.Fatal(err)
	}
	maintenance := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
	database := quote(kit.Name + "_db")
	run(t, maintenance, "CREATE DATABASE "+database)
	if err := stage.Remove[0].Apply(t.Context()); err == nil {
		t.Error("a database that nothing speaks for was dropped")
	}
	apply(t, stage.Make[:1], nil)
	apply(t, stage.Remove, nil)
	if now := kit.Snapshot(); now != before {
		t.Errorf("left:\n%s", now)
	}
	apply(t, stage.Make, nil)
	run(t, maintenance, "COMMENT ON DATABASE "+database+" IS 'mine'")
	if err := stage.Remove[0].Apply(t.Context()); err == nil {
		t.Error("a database with another comment was dropped")
	}
	run(t, maintenance, "COMMENT ON DATABASE "+database+" IS 'a mark'")
	guest := sandboxtest.Connect(t, server, server.Admin, server.Password, kit.Name+"_db") // must not hold it
	apply(t, stage.Remove, nil)
	if _, err := guest.Exec(t.Context(), "SELECT 1"); err == nil {
		t.Error("a session in the dropped database lives on")
	}
}

func TestStageSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	d := newDatabase(t, server, nil)
	settings := d.clerk(t)
	clerk := settings["admin_user"].(string)
	target := d.open(t, settings)
	for _, attribute := range []string{"CREATEDB", "CREATEROLE"} {
		run(t, d.admin, "ALTER ROLE "+quote(clerk)+" NO"+attribute)
		_, err := target.Stage(t.Context(), stageName(t), "a mark")
		if err == nil || engine.AsProblem(err).Hint != "ALTER ROLE "+quote(clerk)+" "+attribute {
			t.Errorf("without %s: %v", attribute, err)
		}
	}
}

// What a stage cannot have is said, and what stands in for the rest.
func TestStageSaysWhatItLacks(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	d := newDatabase(t, server, nil)
	settings := everyRight(t, d)
	settings["grants"] = append(settings["grants"].([]string), "SELECT ON pg_catalog.pg_authid")
	settings["default_privileges"] = []string{"SELECT ON TABLES FOR ROLE " + quote(server.Admin)}
	settings["endpoints"] = []string{"127.0.0.1:1"}
	stage, err := d.open(t, settings).Stage(t.Context(), stageName(t), "a mark")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(stage.Without, "\n")
	for _, want := range []string{"FUNCTION", "pg_authid", "member of", "default privileges of", "endpoints"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say that it is without %s:\n%s", want, text)
		}
	}
}
