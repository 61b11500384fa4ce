package mysql

import (
	"context"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
)

// Preflight asks the server whether a rotation to next can run to its end. When
// the administrator cannot log in, or look, that is the only check.
func (t *Target) Preflight(ctx context.Context, next engine.Slot) []engine.Check {
	var checks []engine.Check
	err := t.admin.use(ctx, func(s session) error {
		state, err := t.observe(ctx, s, next)
		if err != nil {
			return err
		}
		checks = t.judge(state)
		return nil
	})
	if err != nil {
		return []engine.Check{cannotLook(err)}
	}
	return checks
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
		o.checkAttempts(),
		o.checkClock(),
		o.checkLog(),
	}
	return checks
}

func cannotLook(err error) engine.Check {
	p := engine.AsProblem(err)
	c := engine.Check{Name: "administrator", Detail: p.Error(), Hint: p.Hint}
	if c.Hint == "" {
		c.Hint = "GRANT CREATE USER, PROCESS ON *.* TO …, GRANT SELECT ON mysql.* TO …"
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
