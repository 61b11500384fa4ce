package mysql_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/targets/mysql"
)

func offline() *shop {
	return &shop{
		server: &sandbox.MariaDB{Host: "localhost", Port: 6000, Admin: "admin"},
		name:   "orders", users: []string{"orders_a", "orders_b"},
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings engine.Settings
		want     string
	}{
		"one user":                 {engine.Settings{"users": []string{"a"}}, "exactly two users"},
		"the same twice":           {engine.Settings{"users": []string{"a", "a"}}, "two are needed"},
		"two for two passwords":    {engine.Settings{"dual_password": true}, "exactly one user"},
		"a long name":              {engine.Settings{"users": []string{"a", strings.Repeat("b", 129)}}, "longer than 128"},
		"a name that servers cut":  {engine.Settings{"users": []string{"a", "b "}}, "space"},
		"itself":                   {engine.Settings{"admin_user": "orders_b"}, "rotate itself away"},
		"a host twice":             {engine.Settings{"hosts": []string{"DB", "db"}}, "twice"},
		"a user for a host":        {engine.Settings{"hosts": []string{"u@h"}}, "has an @"},
		"a bad grant":              {engine.Settings{"grants": []string{"SELECT ON t.t; DROP TABLE t"}}, "no place here"},
		"a grant to someone":       {engine.Settings{"grants": []string{"SELECT ON t.* TO root"}}, "to whom"},
		"a grant of a role":        {engine.Settings{"grants": []string{"readers"}}, "ON and an object"},
		"a table without database": {engine.Settings{"grants": []string{"SELECT ON t"}}, "not database.table"},
		"a comment":                {engine.Settings{"grants": []string{"SELECT ON *.* WITH GRANT OPTION OPTION"}}, "no place there"},
		"an open quote":            {engine.Settings{"grants": []string{"SELECT ON `t.*"}}, "does not end"},
		"an endless server":        {engine.Settings{"endpoints": []string{"db2"}}, "not host:port"},
		"a port too far":           {engine.Settings{"endpoints": []string{"db2:65536"}}, "no port between"},
		"far away in the clear":    {engine.Settings{"endpoints": []string{"db2:3306"}}, "without TLS"},
		"clear text to anyone": {
			engine.Settings{"dual_password": true, "users": []string{"a"}, "host": "db2", "sslmode": "require"}, "nobody verified",
		},
		"a replica nowhere": {engine.Settings{"replicas": []string{"db2"}}, "not host:port"},
	} {
		_, err := mysql.New(engine.Part{Name: "orders-db", Settings: offline().settings(c.settings)}, refs{})
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
		"port": 0, "database": "", "admin_user": strings.Repeat("a", 129), "users": []string{"a", "b", "c"}, "hosts": []string{""},
		"grants": []string{"SELECT"}, "roles": []string{""}, "endpoints": []string{"x"}, "replicas": []string{"x:0"}, "password_length": 15,
	}
	good := offline().settings(engine.Settings{
		"password_length": 32, "roles": []string{"team"}, "endpoints": []string{"[::1]:3306"}, "replicas": []string{"db2:3306"}, "hosts": []string{"10.0.0.%"},
	})
	for _, setting := range mysql.Describe().Settings {
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
