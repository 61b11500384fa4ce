package mysql

import (
	"context"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/sslmode"
)

// Preflight asks the server whether a rotation to next can run to its end. When
// the administrator cannot log in, or look, that is the only check.
func (t *Target) Preflight(ctx context.Context, next engine.Slot) []engine.Check {
	var state observed
	err := t.admin.use(ctx, func(s session) (err error) {
		state, err = t.observe(ctx, s, next)
		return err
	})
	if err != nil {
		return []engine.Check{t.cannotLook(err, state.self)}
	}
	checks := t.judge(state)
	for _, at := range t.replicas {
		checks = append(checks, t.checkReplica(ctx, at))
	}
	return checks
}

// checkReplica looks whether sessions can be counted and ended at a replica.
func (t *Target) checkReplica(ctx context.Context, at *admin) engine.Check {
	c := engine.Check{Name: "replica " + at.endpoint.String(), OK: true}
	err := at.use(ctx, func(s session) error {
		self, err := s.self(ctx)
		if err != nil {
			return err
		}
		own, err := s.ownHoldings(ctx)
		if err != nil {
			return err
		}
		if rights := (observed{server: s.server, self: self, own: own}).checkSessions(""); !rights.OK {
			c.OK, c.Detail, c.Hint = false, rights.Detail, rights.Hint
			return nil
		}
		c.Detail = s.server.String() + ", read_only"
		if !s.server.readOnly {
			c.Detail = s.server.String() + ", takes changes as well"
		}
		return nil
	})
	if err != nil {
		p := engine.AsProblem(err)
		c.OK, c.Detail, c.Hint = false, p.Error(), p.Hint
	}
	return c
}

// judge makes the checks.
func (t *Target) judge(o observed) []engine.Check {
	checks := []engine.Check{
		{Name: "administrator", OK: true, Detail: fmt.Sprintf("%s logs in; %s", t.admin.user, o.server)},
		o.checkVersion(),
		o.checkWritable(),
		o.checkAuthority(t.demands(o)),
		o.checkAccounts(t.accounts(o.next)),
		o.checkNames(t.hosts),
		o.checkSlot(t.atPrimary()),
		o.checkSessions(t.atPrimary()),
		o.checkConnections(),
		o.checkMethod(),
		t.checkLine(),
		o.checkAttempts(len(t.endpoints)),
		o.checkClock(),
		o.checkLog(),
	}
	return checks
}

// checkLine only informs: without a root to verify it by, TLS keeps out those who
// listen, not those who stand between.
func (s *site) checkLine() engine.Check {
	c := engine.Check{Name: "line", OK: true, Detail: "sslmode is " + s.dialer.Mode}
	if s.dialer.Mode == sslmode.Require && !s.dialer.Verifies() {
		c.Detail += ": the server is not verified, and a false one could ask for passwords; verify-full is safe"
	}
	return c
}

func (s *site) cannotLook(err error, admin account) engine.Check {
	p := engine.AsProblem(err)
	c := engine.Check{Name: "administrator", Detail: p.Error(), Hint: p.Hint}
	if c.Hint == "" {
		if admin == (account{}) {
			admin = account{s.admin.user, anyHost}
		}
		c.Hint = fmt.Sprintf("GRANT CREATE USER, PROCESS ON *.* TO %s; GRANT SELECT ON mysql.* TO %[1]s", admin)
	}
	return c
}

// demands are the privileges that Create will give, and so the administrator
// must be able to.
func (t *Target) demands(o observed) []holding {
	var wanted []holding
	for _, g := range t.grants {
		for _, privilege := range g.privileges {
			wanted = append(wanted, privilegeOn(privilege, g.object))
		}
	}
	for _, role := range t.roles {
		wanted = append(wanted, holding{what: "role " + readable(joinedRole(o.server, role)), rank: rankRole})
	}
	if len(wanted) == 0 {
		wanted = o.oldHoldings
	}
	return wanted
}

// joinedRole is a role as SHOW GRANTS has it.
func joinedRole(version server, role string) string {
	if version.mariaDB {
		return identifier(role)
	}
	return identifier(role) + "@" + identifier(anyHost)
}
