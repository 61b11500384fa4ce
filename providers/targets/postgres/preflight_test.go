package postgres_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// Each case spoils one thing and wants exactly the check for it to fail.
func TestPreflight(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	asUnprivileged := engine.Settings{"admin_user": "clerk", "admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"}}
	maintenance := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
	run(t, maintenance, "CREATE ROLE clerk LOGIN PASSWORD '"+server.Password.Text()+"'; CREATE ROLE boss")
	for name, c := range map[string]struct {
		settings engine.Settings
		spoil    func(d *database) string // statements
		fails    []string                 // starts of names
		hint     string
	}{
		"all well": {},
		"rights that are there": {settings: engine.Settings{
			"grants":             []string{"ALL ON items", "USAGE ON SCHEMA public", "SELECT, USAGE ON ALL SEQUENCES IN SCHEMA public", "EXECUTE ON ALL ROUTINES IN SCHEMA public"},
			"default_privileges": []string{"SELECT ON TABLES IN SCHEMA public FOR ROLE boss"},
			"member_of":          []string{"boss"},
		}},
		"rights on what is not there": {
			settings: engine.Settings{
				"grants":             []string{"SELECT ON nothing, items", "USAGE ON SCHEMA nowhere", "SELECT ON ALL TABLES IN SCHEMA elsewhere"},
				"default_privileges": []string{"SELECT ON TABLES FOR ROLE noone"},
				"member_of":          []string{"noteam"},
			},
			fails: []string{
				"rights: ROLE noteam", `rights: SELECT on TABLE "nothing"`, "rights: USAGE on SCHEMA nowhere",
				"rights: SELECT on ALL TABLES IN SCHEMA elsewhere", "rights: CREATOR noone",
			},
			hint: "mend grants",
		},
		"standing by default": {
			spoil: func(d *database) string {
				return "ALTER DATABASE " + quote(d.name) + " SET default_transaction_read_only = on"
			},
			fails: []string{"primary server"}, hint: "takes changes",
		},
		"an administrator who may nothing": {
			settings: asUnprivileged,
			fails:    []string{"right to alter users", "right to see and end sessions", "rights: SELECT", "rights: INSERT"},
			hint:     "CREATEROLE",
		},
		"an administrator who may grant nothing": {
			settings: engine.Settings{
				"admin_user": "clerk",
				"grants": []string{
					"SELECT ON items", "USAGE ON SCHEMA public", "CONNECT ON DATABASE postgres", "USAGE ON ALL SEQUENCES IN SCHEMA public",
					"EXECUTE ON ALL ROUTINES IN SCHEMA public", "SELECT ON ALL TABLES IN SCHEMA empty",
				},
				"member_of": []string{"boss"},
			},
			spoil: func(*database) string {
				return "CREATE SEQUENCE numbers; CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE SCHEMA empty"
			},
			fails: []string{
				"right to alter users", "right to see and end sessions", "rights: ROLE boss", `rights: SELECT on TABLE "items"`,
				"rights: USAGE on SCHEMA public", "rights: CONNECT on DATABASE postgres",
				"rights: USAGE on ALL SEQUENCES IN SCHEMA public", "rights: EXECUTE on ALL ROUTINES IN SCHEMA public",
			},
			hint: "WITH GRANT OPTION",
		},
		"an administrator who may alter users only": {
			settings: engine.Settings{"admin_user": "officer", "admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"}, "grants": []string(nil)},
			spoil: func(d *database) string {
				return "CREATE ROLE officer LOGIN CREATEROLE PASSWORD '" + d.server.Password.Text() + "'"
			},
			fails: []string{"right to see and end sessions"}, hint: `GRANT pg_read_all_stats, pg_signal_backend TO "officer"`,
		},
		"a superuser": {
			spoil: func(d *database) string { return "CREATE ROLE " + quote(d.users[0]) + " SUPERUSER" },
			fails: []string{"users"}, hint: "NOSUPERUSER",
		},
		"a user who has expired": {
			spoil: func(d *database) string {
				return "CREATE ROLE " + quote(d.users[1]) + " VALID UNTIL '2001-01-01'"
			},
			fails: []string{"users"}, hint: "'infinity'",
		},
		"a user who may have no session": {
			spoil: func(d *database) string { return "CREATE ROLE " + quote(d.users[1]) + " CONNECTION LIMIT 0" },
			fails: []string{"connections"}, hint: "CONNECTION LIMIT -1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, server, nil)
			if c.spoil != nil {
				run(t, d.admin, c.spoil(d))
			}
			checks := d.open(t, c.settings).Preflight(t.Context(), engine.SlotB)
			wantFailed(t, checks, c.fails)
			hints := ""
			for _, check := range checks {
				hints += check.Hint + "\n"
			}
			if !strings.Contains(hints, c.hint) {
				t.Errorf("hints %q; want %q among them", hints, c.hint)
			}
		})
	}
}

func TestPreflightSeesUseOfTheNextSlot(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
	m := d.give(t, engine.SlotB, nil)
	wantFailed(t, d.target.Preflight(t.Context(), engine.SlotB), nil)
	d.login(t, m)
	wantFailed(t, d.target.Preflight(t.Context(), engine.SlotB), []string{"slot free"})
}

func wantFailed(t *testing.T, checks []engine.Check, want []string) {
	t.Helper()
	var failed []string
	for _, check := range checks {
		if !check.OK {
			failed = append(failed, check.Name)
			if check.Hint == "" || check.Detail == "" {
				t.Errorf("a failed check without hint or detail: %+v", check)
			}
		}
	}
	if len(failed) != len(want) {
		t.Errorf("failed checks %q; want %q: %+v", failed, want, checks)
		return
	}
	for i := range want {
		if !strings.HasPrefix(failed[i], want[i]) {
			t.Errorf("failed check %q; want %q", failed[i], want[i])
		}
	}
}
