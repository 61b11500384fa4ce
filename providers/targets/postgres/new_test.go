package postgres_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/targets/postgres"
)

func offline() *database {
	return &database{
		server: &sandbox.Postgres{Host: "db.internal", Port: 6000, Admin: "admin"},
		name:   "orders", users: []string{"orders_a", "orders_b"},
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	adminRef := secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"}
	for name, c := range map[string]struct {
		settings engine.Settings
		want     string
	}{
		"one user":               {engine.Settings{"users": []string{"a"}}, "exactly two users"},
		"the same twice":         {engine.Settings{"users": []string{"a", "a"}}, "two are needed"},
		"a reserved name":        {engine.Settings{"users": []string{"a", "pg_b"}}, "reserves"},
		"a long name":            {engine.Settings{"users": []string{"a", strings.Repeat("b", 64)}}, "longer than 63"},
		"itself":                 {engine.Settings{"admin_user": "orders_b"}, "rotate itself away"},
		"an owner who is a user": {engine.Settings{"owner_role": "orders_a"}, "the owner role is a third one"},
		"an owner who is admin":  {engine.Settings{"owner_role": "admin"}, "the owner role is a third one"},
		"a bad grant":            {engine.Settings{"grants": []string{"SELECT ON t; DROP TABLE t"}}, "no place here"},
		"a bad default":          {engine.Settings{"default_privileges": []string{"SELECT ON t"}}, "default privileges are for"},
		"a nameless team":        {engine.Settings{"member_of": []string{""}}, "empty"},
		"an endless server":      {engine.Settings{"endpoints": []string{"db2"}}, "not host:port"},
		"a lost replica":         {engine.Settings{"replicas": []string{"db2"}}, "not host:port"},
		"a lost pooler":          {engine.Settings{"pgbouncer": []string{"x"}, "pgbouncer_admin_user": "p", "pgbouncer_admin_password": adminRef}, "not host:port"},
		"no pool admin":          {engine.Settings{"pgbouncer": []string{"x:1"}, "pgbouncer_admin_password": adminRef}, "pgbouncer_admin_user"},
		"no pool password":       {engine.Settings{"pgbouncer": []string{"x:1"}, "pgbouncer_admin_user": "p"}, "pgbouncer_admin_password"},
		"no pooler":              {engine.Settings{"pgbouncer_userlist": "/etc/pgbouncer/userlist.txt"}, "names none"},
		"a port too far":         {engine.Settings{"endpoints": []string{"db2:65536"}}, "no port between"},
	} {
		_, err := postgres.New(engine.Part{Name: "orders-db", Settings: offline().settings(c.settings)}, refs{})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "orders-db") {
			t.Errorf("%s: %v; want it to name orders-db and say %q", name, err, c.want)
		} else if engine.AsProblem(err).Hint == "" {
			t.Errorf("%s: no hint", name)
		}
	}
}

// Every check of Describe refuses what it is for, and takes what New takes.
func TestDescribeChecks(t *testing.T) {
	t.Parallel()
	bad := map[string]any{
		"port": 0, "database": "", "admin_user": strings.Repeat("a", 64), "users": []string{"a"},
		"grants": []string{"SELECT"}, "default_privileges": []string{"SELECT"}, "member_of": []string{""},
		"endpoints": []string{"x"}, "password_length": 15, "owner_role": "pg_owner",
		"replicas": []string{"x"}, "pgbouncer": []string{"x:0"}, "pgbouncer_admin_user": "",
	}
	good := offline().settings(engine.Settings{
		"password_length": 32, "owner_role": "orders_owner", "member_of": []string{"team"}, "endpoints": []string{"[::1]:5432"},
		"replicas": []string{"db2:5432"}, "pgbouncer": []string{"pool:6432"}, "pgbouncer_admin_user": "pooladmin",
		"default_privileges": []string{"SELECT ON TABLES"},
	})
	for _, setting := range postgres.Describe().Settings {
		if setting.Doc == "" || setting.Name == "" {
			t.Errorf("%+v lacks name or doc", setting)
		}
		if setting.Check == nil {
			continue
		}
		if err := setting.Check(good[setting.Name]); err != nil {
			t.Errorf("%s refuses %v: %v", setting.Name, good[setting.Name], err)
		}
		if err := setting.Check(bad[setting.Name]); err == nil {
			t.Errorf("%s takes %v", setting.Name, bad[setting.Name])
		}
		if err := setting.Check(nil); err == nil {
			t.Errorf("%s takes nothing", setting.Name)
		}
	}
}

// Material of another user must not make a change hit a slot's user.
func TestSlotsAreNotMixedUp(t *testing.T) {
	t.Parallel()
	target := offline().open(t, nil)
	m := engine.Material{engine.FieldUsername: secret.FromText("orders_b")}
	if slot, known := target.SlotOf(m); !known || slot != engine.SlotB || target.Identity(m) != "orders_b" {
		t.Errorf("slot %q, %t; identity %q", slot, known, target.Identity(m))
	}
	for name, m := range map[string]engine.Material{"of the other slot": m, "of a stranger": {engine.FieldUsername: secret.FromText("root")}} {
		if _, err := target.Retire(t.Context(), engine.SlotA, m); err == nil {
			t.Errorf("Retire of slot a takes material %s", name)
		}
	}
	if _, known := target.SlotOf(engine.Material{engine.FieldUsername: secret.FromText("root")}); known {
		t.Error("a stranger has a slot")
	}
}
