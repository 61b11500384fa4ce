package mysql

import (
	"context"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
)

// Preflight asks the server whether a rotation to next can run to its end. When
// the administrator cannot log in, or look, that is the only check.
func (t *DualTarget) Preflight(ctx context.Context, next engine.Slot) []engine.Check {
	var checks []engine.Check
	var o observed
	err := t.admin.use(ctx, func(s session) error {
		o = observed{server: s.server, old: t.user, next: t.user, nextSlot: next, host: t.hosts[0]}
		if err := t.observeServer(ctx, s, &o); err != nil {
			return err
		}
		var err error
		if o.accounts, err = look(ctx, s, t.user); err != nil {
			return err
		}
		if o.oldHoldings, _, err = s.holdings(ctx, account{t.user, t.hosts[0]}); err != nil {
			return err
		}
		checks = []engine.Check{
			{Name: "administrator", OK: true, Detail: fmt.Sprintf("%s logs in; %s", t.admin.user, s.server)},
			checkDual(s.server), o.checkWritable(), o.checkAuthority(nil),
			o.checkAccounts(t.accounts(t.user)), o.checkNames(t.hosts), o.checkPolicy(), o.checkAttempts(len(t.endpoints)), o.checkClock(), o.checkLogOfClearText(),
		}
		if s.server.keepsTwoPasswords() {
			checks = append(checks, t.checkRoom(ctx, s))
		}
		return nil
	})
	if err != nil {
		return []engine.Check{t.cannotLook(err, o.self)}
	}
	return checks
}

func checkDual(version server) engine.Check {
	c := engine.Check{Name: "two passwords", OK: version.keepsTwoPasswords(), Detail: version.String() + " keeps two of one user"}
	if !c.OK {
		p := noDualPasswords(version)
		c.Detail, c.Hint = p.Text, p.Hint
	}
	return c
}

// checkRoom looks whether there is a second password that would be lost.
func (t *DualTarget) checkRoom(ctx context.Context, s session) engine.Check {
	c := engine.Check{Name: "slot free", OK: true, Detail: t.user + " has one password"}
	for _, a := range t.accounts(t.user) {
		p, err := s.passwordsOf(ctx, a)
		if err == nil {
			err = p.roomFor(nil)
		}
		if err != nil {
			problem := engine.AsProblem(err)
			c.OK, c.Detail, c.Hint = false, problem.Error(), problem.Hint
		}
	}
	return c
}

// checkPolicy: a password that is sent in clear must please validate_password,
// whose policies from MEDIUM on want a special character.
func (o observed) checkPolicy() engine.Check {
	policy := o.variables["validate_password.policy"] + o.variables["validate_password_policy"]
	c := engine.Check{Name: "password policy", OK: policy == "" || policy == "LOW" || policy == "0", Detail: "takes passwords of letters and digits"}
	if !c.OK {
		c.Detail = "validate_password wants special characters (policy " + policy + "); ours are letters and digits"
		c.Hint = "SET GLOBAL validate_password.policy = LOW, or rotate two users, whose passwords are sent as hashes"
	}
	return c
}

// checkLogOfClearText: the server writes such a statement into its logs without
// the password, unless it was told to log what it gets (manual, "Password
// Logging").
func (o observed) checkLogOfClearText() engine.Check {
	c := engine.Check{Name: "server log", OK: true, Detail: "RETAIN CURRENT PASSWORD needs the password in clear; the server leaves it out of its logs"}
	if o.on("log_raw") {
		c.OK, c.Detail = false, "RETAIN CURRENT PASSWORD needs the password in clear, and log_raw would write it into the general log"
		c.Hint = "start the server without log_raw, or rotate two users, whose passwords are sent as hashes"
	}
	return c
}
