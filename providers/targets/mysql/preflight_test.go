package mysql_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
	"github.com/rotadeck/rotadeck/providers/targets/mysql/mysqltest"
)

// Each case spoils one thing and wants exactly the check for it to fail.
func preflights(t *testing.T, server *sandbox.MariaDB) {
	asClerk := engine.Settings{}
	rights := []string{"CREATE USER ON *.*", "PROCESS ON *.*", "CONNECTION ADMIN ON *.*", "SELECT ON mysql.*", "SELECT, INSERT ON %DB.*"}
	without := func(missing string) func(*shop) []string {
		return func(s *shop) []string {
			statements := []string{"CREATE USER " + clerkOf(s) + " IDENTIFIED BY " + literal(s.server.Password.Text())}
			for _, right := range rights {
				if !strings.HasPrefix(right, missing) {
					statements = append(statements, "GRANT "+strings.Replace(right, "%DB", quote(s.name), 1)+" TO "+clerkOf(s)+" WITH GRANT OPTION")
				}
			}
			return statements
		}
	}
	for name, c := range map[string]struct {
		settings engine.Settings
		spoil    func(s *shop) []string // statements
		fails    []string
		hint     string
	}{
		"all well":         {},
		"rights enough":    {settings: asClerk, spoil: without("none")},
		"no CREATE USER":   {settings: asClerk, spoil: without("CREATE USER"), fails: []string{"right to alter users"}, hint: "GRANT CREATE USER"},
		"no such right":    {settings: asClerk, spoil: without("SELECT, INSERT"), fails: []string{"right to alter users"}, hint: "WITH GRANT OPTION"},
		"no PROCESS":       {settings: asClerk, spoil: without("PROCESS"), fails: []string{"right to see and end sessions"}, hint: "GRANT PROCESS"},
		"no right to kill": {settings: asClerk, spoil: without("CONNECTION"), fails: []string{"right to see and end sessions"}, hint: "CONNECTION ADMIN"},
		"no right to look": {settings: asClerk, spoil: without("SELECT ON mysql"), fails: []string{"administrator"}, hint: "GRANT SELECT ON mysql.*"},
		"no right to mirror": {
			settings: engine.Settings{"grants": nil},
			spoil: func(s *shop) []string {
				return append(without("none")(s), "CREATE USER "+s.account(engine.SlotA)+" IDENTIFIED BY 'x'", "GRANT DROP ON "+quote(s.name)+".* TO "+s.account(engine.SlotA))
			},
			fails: []string{"right to alter users"}, hint: "GRANT DROP",
		},
		"an account elsewhere": {
			spoil: func(s *shop) []string { return []string{"CREATE USER " + at(s.users[0], "10.9.8.7")} },
			fails: []string{"users"}, hint: "hosts",
		},
		"a name that nobody looks up": {
			settings: engine.Settings{"hosts": []string{"app.internal.example"}},
			fails:    []string{"hosts"}, hint: "addresses",
		},
		"a user who may have no session": {
			spoil: func(s *shop) []string {
				return []string{"CREATE USER " + s.account(engine.SlotB), "ALTER USER " + s.account(engine.SlotB) + " WITH MAX_USER_CONNECTIONS 1"}
			},
			fails: []string{"connections"}, hint: "MAX_USER_CONNECTIONS 0",
		},
		"a method that is not there": {
			settings: engine.Settings{"auth_plugin": "caching_sha2_password"},
			fails:    []string{"login method"}, hint: "auth_plugin",
		},
		"a method that is not ours": {
			spoil: func(s *shop) []string {
				return []string{"CREATE USER " + s.account(engine.SlotB) + " IDENTIFIED VIA unix_socket"}
			},
			fails: []string{"login method"}, hint: "auth_plugin",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, server, nil)
			var statements []string
			if c.spoil != nil {
				statements = c.spoil(s)
				run(t, s.admin, statements...)
			}
			if name == "a user who may have no session" {
				old := s.give(t, engine.SlotA, nil)
				s.login(t, old)
				s.login(t, old)
			}
			settings := maps.Clone(c.settings)
			if slices.ContainsFunc(statements, func(text string) bool { return strings.HasPrefix(text, "CREATE USER "+clerkOf(s)) }) {
				settings["admin_user"] = clerkOf(s)
			}
			checks := s.open(t, settings).Preflight(t.Context(), engine.SlotB)
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

// clerkOf is an administrator with few rights.
func clerkOf(s *shop) string { return "clerk_" + s.name[len(s.name)-8:] }

func TestPreflightSeesTheServer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings []sandbox.MariaDBSetting
		fails    []string
	}{
		"a replica":           {[]sandbox.MariaDBSetting{{Name: "read-only", Value: "ON"}}, []string{"primary server"}},
		"names are looked up": {[]sandbox.MariaDBSetting{{Name: "skip-name-resolve", Value: "OFF"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, sandboxtest.MariaDB(t, c.settings...), nil)
			wantFailed(t, s.target.Preflight(t.Context(), engine.SlotB), c.fails)
		})
	}
}

func TestPreflightOnMySQL(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 33)
	for name, c := range map[string]struct {
		config   mysqltest.Config
		settings engine.Settings
		options  string // of orders_a
		nameless bool   // there is a user without a name
		fails    []string
	}{
		"all well":    {},
		"too old":     {config: mysqltest.Config{Version: "5.7.5-log"}, fails: []string{"version"}},
		"a replica":   {config: mysqltest.Config{Variables: map[string]string{"super_read_only": "ON", "read_only": "ON"}}, fails: []string{"primary server"}},
		"a lost node": {config: mysqltest.Config{Variables: map[string]string{"wsrep_on": "ON", "wsrep_ready": "OFF"}}, fails: []string{"primary server"}},
		"full":        {config: mysqltest.Config{Variables: map[string]string{"max_connections": "1"}}, fails: []string{"connections"}},
		"a long name": {settings: engine.Settings{"users": []string{"orders_a", long}}, fails: []string{"users"}},
		"a plugin that wants to read passwords": {
			config: mysqltest.Config{
				Version: "10.11.4-MariaDB", Plugins: []string{"PASSWORD VALIDATION simple_password_check"},
				Variables: map[string]string{"strict_password_validation": "ON"},
			},
			fails: []string{"login method"},
		},
		"a plugin that need not": {
			config: mysqltest.Config{
				Version: "10.11.4-MariaDB", Plugins: []string{"PASSWORD VALIDATION simple_password_check"},
				Variables: map[string]string{"strict_password_validation": "OFF"},
			},
		},
		"users without a name": {nameless: true, fails: []string{"users"}},
		"one try alone":        {options: "REQUIRE NONE FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME UNBOUNDED", fails: []string{"failed logins"}},
		"three tries":          {options: "REQUIRE NONE FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME UNBOUNDED"},
		"three tries, two places": {
			options:  "REQUIRE NONE FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME UNBOUNDED",
			settings: engine.Settings{"endpoints": []string{"127.0.0.1:1"}}, fails: []string{"failed logins"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startScripted(t, c.config)
			server.Users.Add("orders_a", "%", "caching_sha2_password", "x", "GRANT USAGE ON *.*").Options = c.options
			if c.nameless {
				server.Users.Add("", "localhost", "mysql_native_password", "x")
			}
			wantFailed(t, openScripted(t, server, c.settings).(engine.Preflighter).Preflight(t.Context(), engine.SlotB), c.fails)
		})
	}
}

// Where one wrong password locks a user, none is tried: the service goes on.
func TestPreflightLocksNobody(t *testing.T) {
	t.Parallel()
	s := newShop(t, sandboxtest.MariaDB(t, sandbox.MariaDBSetting{Name: "max-password-errors", Value: "1"}), nil)
	m := s.give(t, engine.SlotA, nil)
	run, err := worldOf(t, s.target, m).Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	summary := enginetest.Drive(t, run, enginetest.Prefer(engine.ChoiceStop))
	if summary.Status == engine.StatusDone {
		t.Error("the run went on to its end")
	}
	if proof := s.target.Prove(t.Context(), m)[0]; proof.Standing != engine.Accepted {
		t.Errorf("the credential in use after the preflight: %+v", proof)
	}
}

// MariaDB lets a user in by several methods, of which a new password leaves one.
func seesOtherMethods(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	s.give(t, engine.SlotB, s.give(t, engine.SlotA, nil))
	run(t, s.admin, "ALTER USER "+s.account(engine.SlotB)+" IDENTIFIED VIA mysql_native_password USING PASSWORD('x') OR unix_socket")
	wantFailed(t, s.target.Preflight(t.Context(), engine.SlotB), []string{"login method"})
	s.wantDifferences(t, "another login method = unix_socket")
}

func seesUseOfTheNextSlot(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	m := s.give(t, engine.SlotB, nil)
	wantFailed(t, s.target.Preflight(t.Context(), engine.SlotB), nil)
	s.login(t, m)
	wantFailed(t, s.target.Preflight(t.Context(), engine.SlotB), []string{"slot free"})
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
	if strings.Join(failed, ", ") != strings.Join(want, ", ") {
		t.Errorf("failed checks %q; want %q: %+v", failed, want, checks)
	}
}
