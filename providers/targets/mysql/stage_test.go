package mysql_test

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/targets/mysql"
	"github.com/rotadeck/rotadeck/providers/targets/mysql/mysqltest"
)

// stageName is a prefix that no other test draws, as long as the engine's.
func stageName(t testing.TB) string {
	t.Helper()
	var n uint32
	for _, r := range t.Name() {
		n = n*131 + uint32(r)
	}
	return "rotadeck_rehearsal_" + fmt.Sprintf("%08s", strconv.FormatUint(uint64(n), 16))
}

// everything lists users with their verifiers and rights, and databases with
// their tables and comments.
func everything(t testing.TB, pool *sql.DB, like ...string) string {
	t.Helper()
	var lines []string
	for _, name := range like {
		for _, query := range []string{
			"SELECT CONCAT_WS(' ', 'user', User, Host, Priv) FROM mysql.global_priv WHERE User LIKE ? ORDER BY 1",
			"SELECT CONCAT_WS(' ', 'right', GRANTEE, TABLE_SCHEMA, PRIVILEGE_TYPE) FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE LIKE CONCAT('%', ?, '%') ORDER BY 1",
			"SELECT CONCAT_WS(' ', 'table', SCHEMA_NAME, TABLE_NAME, TABLE_COMMENT) FROM information_schema.SCHEMATA LEFT JOIN information_schema.TABLES ON TABLE_SCHEMA = SCHEMA_NAME WHERE SCHEMA_NAME LIKE ? ORDER BY 1",
		} {
			rows, err := pool.QueryContext(t.Context(), query, name+"%")
			if err != nil {
				t.Fatalf("%s: %v", query, err)
			}
			for rows.Next() {
				var line string
				if err := rows.Scan(&line); err != nil {
					t.Fatal(err)
				}
				lines = append(lines, line)
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			_ = rows.Close() // read to its end
		}
	}
	return strings.Join(lines, "\n")
}

// clerk is an administrator with no right beyond those that the preflight and a
// rehearsal ask for.
func (s *shop) clerk(t testing.TB) engine.Settings {
	t.Helper()
	name := "clerk" + strings.TrimPrefix(stageName(t), "rotadeck_rehearsal_")
	run(t, s.admin, "CREATE USER "+name+" IDENTIFIED BY "+literal(s.server.Password.Text()),
		"GRANT CREATE USER, PROCESS, CONNECTION ADMIN ON *.* TO "+name, "GRANT SELECT ON mysql.* TO "+name,
		"GRANT SELECT, INSERT ON "+quote(s.name)+".* TO "+name+" WITH GRANT OPTION",
		"GRANT ALL PRIVILEGES ON `rotadeck\\_rehearsal\\_%`.* TO "+name+" WITH GRANT OPTION")
	return engine.Settings{"admin_user": name, "admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"}}
}

func stageKit(t testing.TB, s *shop, settings engine.Settings) enginetest.StageKit {
	t.Helper()
	s.target = s.open(t, settings)
	s.give(t, engine.SlotA, nil)
	name := stageName(t)
	return enginetest.StageKit{
		Target: s.target, Name: name,
		Snapshot: func() string { return everything(t, s.admin, name, s.name) },
		Squat:    func(name string) { run(t, s.admin, "CREATE USER "+literal(name+"_a")) },
	}
}

func setsAStage(t *testing.T, server *sandbox.MariaDB) {
	for name, settings := range map[string]func(t *testing.T, s *shop) engine.Settings{
		"root":  func(*testing.T, *shop) engine.Settings { return nil },
		"clerk": func(t *testing.T, s *shop) engine.Settings { return s.clerk(t) },
		"tables and hosts": func(_ *testing.T, s *shop) engine.Settings {
			return engine.Settings{
				"hosts": []string{"%", "127.0.0.%", "localhost"},
				"grants": []string{
					"SELECT, INSERT ON " + quote(s.name) + ".*", "UPDATE (note, id) ON " + quote(s.name) + ".items",
					"DELETE ON " + quote(s.name) + ".items",
				},
			}
		},
		"no grants": func(*testing.T, *shop) engine.Settings { return engine.Settings{"grants": nil} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			enginetest.StageSuite(t, func(t *testing.T) enginetest.StageKit {
				s := newShop(t, server, nil)
				return stageKit(t, s, settings(t, s))
			})
		})
		t.Run(name+" is a target", func(t *testing.T) {
			t.Parallel()
			enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit {
				s := newShop(t, server, nil)
				return enginetest.StagedKit(t, stageKit(t, s, settings(t, s)))
			})
		})
	}
}

func saysWhatAStageLacks(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	settings := s.clerk(t)
	clerk := settings["admin_user"].(string)
	settings["grants"] = []string{"SELECT ON " + quote(s.name) + ".*", "PROCESS ON *.*", "EXECUTE ON PROCEDURE " + quote(s.name) + ".p"}
	settings["roles"] = []string{"reader"}
	settings["endpoints"] = []string{"127.0.0.1:1"}
	target := s.open(t, settings)
	stage, err := target.Stage(t.Context(), stageName(t), "a mark")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(stage.Without, "\n")
	for _, want := range []string{"PROCESS ON *.*", "PROCEDURE", "the role reader", "endpoints"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say that it is without %s:\n%s", want, text)
		}
	}
	run(t, s.admin, "REVOKE CREATE ON `rotadeck\\_rehearsal\\_%`.* FROM "+clerk)
	_, err = s.open(t, settings).Stage(t.Context(), stageName(t), "a mark")
	if err == nil || !strings.Contains(err.Error(), "lacks CREATE") || !strings.HasPrefix(engine.AsProblem(err).Hint, "GRANT ALL PRIVILEGES ON `rotadeck\\_rehearsal\\_%`.*") {
		t.Errorf("%v (%s)", err, engine.AsProblem(err).Hint)
	}
}

// What only MySQL does: caching_sha2_password, and two passwords of one user.
func TestStageOnMySQL(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]engine.Settings{
		"two users":     nil,
		"two passwords": {"users": []string{"orders"}, "dual_password": true, "grants": nil},
	} {
		kit := func(t *testing.T) enginetest.StageKit {
			server := startScripted(t, mysqltest.Config{})
			target := openScripted(t, server, settings)
			return enginetest.StageKit{
				Target: target, Name: stageName(t), Snapshot: server.Everything,
				Squat: func(name string) {
					server.Users.Add(name+"_a", "%", "caching_sha2_password", mysql.VerifierOf("caching_sha2_password", "x"))
				},
			}
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			enginetest.StageSuite(t, kit)
		})
	}
}

// The whole of a rehearsal, with every fault, where MariaDB cannot stand in.
func TestRehearsalOnMySQL(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]engine.Settings{
		"two users":     nil,
		"two passwords": {"users": []string{"orders"}, "dual_password": true, "grants": nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startScripted(t, mysqltest.Config{})
			target := openScripted(t, server, settings)
			before := server.Everything()
			e := engine.New(engine.Config{
				Credentials: []engine.Credential{{ID: "orders-db", StoreKey: "orders-db", Policy: engine.DefaultPolicy(engine.KindDatabasePassword)}},
				Open: func(engine.Credential) (engine.Parts, error) {
					return engine.Parts{Target: target, Store: engine.NewMemoryStore()}, nil
				},
				Journal: engine.NewMemoryJournal(),
			})
			run, err := e.Rehearse(t.Context(), "orders-db", engine.RehearsalOptions{Faults: true, Within: 15 * time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			s := run.Wait()
			if s.Status != engine.StatusDone || s.Faults == 0 || s.Broken > 0 {
				for event := range run.Feed().Follow(t.Context()) {
					if event.Trial != nil && !event.Trial.OK {
						t.Logf("%s, %s: %s", event.Trial.Boundary, event.Trial.Fault, event.Trial.Problem)
					}
				}
				t.Errorf("%s after %d faults: %v", s.Status, s.Faults, s.Problem)
			}
			if after := server.Everything(); after != before {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
		})
	}
}
