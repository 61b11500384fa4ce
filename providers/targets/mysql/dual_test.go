package mysql_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/targets/mysql"
	"github.com/rotadeck/rotadeck/providers/targets/mysql/mysqltest"
)

// dual is one user with its two passwords.
type dual struct {
	server   *mysqltest.Server
	target   *mysql.DualTarget
	old, new engine.Material
}

func newDual(t *testing.T, config mysqltest.Config) *dual {
	t.Helper()
	d := &dual{server: startScripted(t, config)}
	d.target = openScripted(t, d.server, engine.Settings{"users": []string{"orders"}, "dual_password": true, "grants": nil}).(*mysql.DualTarget)
	d.old = d.generate(t)
	d.new = d.generate(t)
	const plugin = "caching_sha2_password"
	d.server.Users.Add("orders", "%", plugin, mysql.VerifierOf(plugin, d.old.Text(engine.FieldPassword)), "GRANT USAGE ON *.*")
	return d
}

func (d *dual) generate(t *testing.T) engine.Material {
	t.Helper()
	m, err := d.target.Generate(t.Context(), engine.SlotB, d.old)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// want says which of the two passwords are valid.
func (d *dual) want(t *testing.T, when string, old, next engine.Standing) {
	t.Helper()
	for name, c := range map[string]struct {
		m    engine.Material
		want engine.Standing
	}{"old": {d.old, old}, "new": {d.new, next}} {
		if proof := d.target.Prove(t.Context(), c.m)[0]; proof.Standing != c.want {
			t.Errorf("%s: the %s password is %s (%s); want %s", when, name, proof.Standing, proof.Detail, c.want)
		}
	}
}

// twice applies changes again, as a run that was resumed does.
func twice(t *testing.T, list func() ([]engine.Change, error)) {
	t.Helper()
	changes, err := list()
	apply(t, changes, err)
	apply(t, changes, err)
	changes, err = list()
	apply(t, changes, err)
}

func (d *dual) create(t *testing.T, m engine.Material) {
	t.Helper()
	twice(t, func() ([]engine.Change, error) { return d.target.Create(t.Context(), engine.SlotB, m) })
}

func TestDualPasswordRotates(t *testing.T) {
	t.Parallel()
	d := newDual(t, mysqltest.Config{})
	d.create(t, d.new)
	d.want(t, "after create", engine.Accepted, engine.Accepted)
	twice(t, func() ([]engine.Change, error) { return d.target.Retire(t.Context(), engine.SlotA, d.old) })
	d.want(t, "after retire", engine.Refused, engine.Accepted)
	if changes, err := d.target.Retire(t.Context(), engine.SlotB, d.new); err != nil {
		t.Fatal(err)
	} else if err := changes[0].Apply(t.Context()); engine.OutcomeOf(err) != engine.NotApplied || err == nil {
		t.Errorf("the only password was taken: %v", err)
	}
	d.want(t, "after an attempt on the only password", engine.Refused, engine.Accepted)

	third := d.generate(t)
	d.create(t, third)
	d.old, d.new = d.new, third
	d.want(t, "after the next rotation", engine.Accepted, engine.Accepted)
}

// A rollback comes before or after the old password was forgotten; in both the
// new one must go, and never both.
func TestDualPasswordRollsBack(t *testing.T) {
	t.Parallel()
	for name, retired := range map[string]bool{"before retire": false, "after retire": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDual(t, mysqltest.Config{})
			d.create(t, d.new)
			if retired {
				twice(t, func() ([]engine.Change, error) { return d.target.Retire(t.Context(), engine.SlotA, d.old) })
				twice(t, func() ([]engine.Change, error) { return d.target.Reinstate(t.Context(), engine.SlotA, d.old) })
				d.want(t, "after reinstate", engine.Accepted, engine.Accepted)
			}
			twice(t, func() ([]engine.Change, error) { return d.target.Withdraw(t.Context(), engine.SlotB, d.new) })
			d.want(t, "after withdraw", engine.Accepted, engine.Refused)
			if a := d.server.Users.Find("orders", "%"); a.Plugin != "caching_sha2_password" {
				t.Errorf("the method is %s now", a.Plugin)
			}
		})
	}
}

// A crash between the two statements of a withdrawal leaves one password twice;
// it is finished by doing it again.
func TestDualPasswordSurvivesALostAnswer(t *testing.T) {
	t.Parallel()
	for _, cut := range []string{" AS '", "DISCARD"} {
		d := newDual(t, mysqltest.Config{})
		d.create(t, d.new)
		list := func() ([]engine.Change, error) { return d.target.Withdraw(t.Context(), engine.SlotB, d.new) }
		changes, err := list()
		if err != nil {
			t.Fatal(err)
		}
		d.server.CutAfter(cut)
		if err := changes[0].Apply(t.Context()); engine.OutcomeOf(err) != engine.Unknown {
			t.Errorf("a lost answer to %q: %v is %s", cut, err, engine.OutcomeOf(err))
		}
		twice(t, list)
		d.want(t, "after the second attempt", engine.Accepted, engine.Refused)
		d.create(t, d.generate(t)) // no second password is left in the way
	}
}

// A refusal of the second statement does not mean that nothing happened.
func TestDualPasswordIsHalfWithdrawn(t *testing.T) {
	t.Parallel()
	d := newDual(t, mysqltest.Config{})
	d.create(t, d.new)
	changes, err := d.target.Withdraw(t.Context(), engine.SlotB, d.new)
	if err != nil {
		t.Fatal(err)
	}
	d.server.RefuseOnce("DISCARD")
	if err := changes[0].Apply(t.Context()); engine.OutcomeOf(err) != engine.Unknown {
		t.Errorf("%v is %s; want unknown", err, engine.OutcomeOf(err))
	}
	apply(t, changes, nil)
	d.want(t, "after the second attempt", engine.Accepted, engine.Refused)
	d.create(t, d.generate(t))
}

// Of a method whose verifiers cannot be told apart, nothing is promised.
func TestDualPasswordOfAnotherMethodIsRefused(t *testing.T) {
	t.Parallel()
	d := newDual(t, mysqltest.Config{})
	d.server.Users.Find("orders", "%").Plugin = "sha256_password"
	wantFailed(t, d.target.Preflight(t.Context(), engine.SlotB), []string{"slot free"})
	if _, err := d.target.Retire(t.Context(), engine.SlotA, d.old); err == nil {
		t.Error("a password is retired that nobody can find")
	}
}

// Both slots log in as one user, whom wrong passwords lock.
func TestDualPasswordLocksNobody(t *testing.T) {
	t.Parallel()
	d := newDual(t, mysqltest.Config{})
	d.server.Users.Find("orders", "%").Options = "REQUIRE NONE FAILED_LOGIN_ATTEMPTS 2 PASSWORD_LOCK_TIME UNBOUNDED"
	wantFailed(t, d.target.Preflight(t.Context(), engine.SlotB), []string{"failed logins"})
}

func TestDualPasswordIsRefused(t *testing.T) {
	t.Parallel()
	d := newDual(t, mysqltest.Config{})
	d.create(t, d.new)
	_, err := d.target.Create(t.Context(), engine.SlotA, d.generate(t))
	if err == nil || !strings.Contains(err.Error(), "has a second password already") || engine.AsProblem(err).Hint == "" {
		t.Errorf("a third password: %v", err)
	}
	wantFailed(t, d.target.Preflight(t.Context(), engine.SlotA), []string{"slot free"})
	d.want(t, "after the refusal", engine.Accepted, engine.Accepted)
	if _, err := d.target.Retire(t.Context(), engine.SlotA, engine.Material{engine.FieldUsername: secret.FromText("boss")}); err == nil {
		t.Error("another user's password may be retired")
	}
	for name, fails := range map[string]struct {
		config mysqltest.Config
		check  string
	}{
		"old MySQL":           {mysqltest.Config{Version: "8.0.13"}, "two passwords"},
		"a policy":            {mysqltest.Config{Variables: map[string]string{"validate_password.policy": "MEDIUM"}}, "password policy"},
		"a log of everything": {mysqltest.Config{Variables: map[string]string{"log_raw": "ON"}}, "server log"},
		"a replica":           {mysqltest.Config{Variables: map[string]string{"super_read_only": "ON"}}, "primary server"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantFailed(t, newDual(t, fails.config).target.Preflight(t.Context(), engine.SlotB), []string{fails.check})
		})
	}
	wantFailed(t, newDual(t, mysqltest.Config{}).target.Preflight(t.Context(), engine.SlotB), nil)
}

// MariaDB says so itself, for real.
func refusesDualPasswords(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	run(t, s.admin, "CREATE USER "+s.account(engine.SlotA)+" IDENTIFIED BY 'x'")
	target := open(t, s.settings(engine.Settings{"users": s.users[:1], "dual_password": true}), s.server.Password).(*mysql.DualTarget)
	wantFailed(t, target.Preflight(t.Context(), engine.SlotB), []string{"two passwords"})
	_, err := target.Create(t.Context(), engine.SlotB, nil)
	if err == nil || !strings.Contains(err.Error(), "MariaDB 10") || engine.AsProblem(err).Hint == "" {
		t.Errorf("%v; want that MariaDB keeps no two passwords", err)
	}
}

// What the plan says: the password goes in clear, what is forgotten can be set
// again from the store, and sessions stay.
func TestDualPasswordPlansHonestly(t *testing.T) {
	t.Parallel()
	d := newDual(t, mysqltest.Config{})
	planned, err := d.target.Create(t.Context(), engine.SlotB, nil)
	if err != nil || len(planned) != 1 {
		t.Fatal(planned, err)
	}
	if want := "ALTER USER 'orders'@'%' IDENTIFIED BY '" + secret.Mask + "' RETAIN CURRENT PASSWORD;"; planned[0].Statement != want || planned[0].Apply != nil {
		t.Errorf("plan: %+v; want %s", planned[0], want)
	}
	retire, err := d.target.Retire(t.Context(), engine.SlotA, d.old)
	if err != nil || !strings.Contains(retire[0].What, "sessions go on") || !strings.Contains(retire[0].Undo, "RETAIN CURRENT PASSWORD") {
		t.Errorf("retire: %+v, %v", retire, err)
	}
	for _, statement := range d.server.Log() {
		if strings.Contains(statement, "ALTER USER") {
			t.Errorf("a plan sent %s", statement)
		}
	}
	if _, counts := engine.Target(d.target).(engine.Census); counts {
		t.Error("it claims to know which password a session used")
	}
}
