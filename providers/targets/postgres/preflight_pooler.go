package postgres

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/pgbouncer"
)

// checkPooler says whether a PgBouncer can go along with a rotation.
func (t *Target) checkPooler(ctx context.Context, p *pooler, next engine.Slot) []engine.Check {
	c := engine.Check{Name: p.String()}
	config, err := p.console.Config(ctx)
	if err != nil {
		problem := engine.AsProblem(err)
		c.Detail, c.Hint = problem.Error(), problem.Hint
		return []engine.Check{c}
	}
	c.OK, c.Detail, c.Hint = t.judgePooler(config, p)
	return []engine.Check{c, t.checkPoolerSlot(ctx, p, next)}
}

func (t *Target) judgePooler(config map[string]string, p *pooler) (ok bool, detail, hint string) {
	admins := strings.FieldsFunc(config["admin_users"], func(r rune) bool { return r == ',' || r == ' ' })
	switch {
	case !slices.Contains(admins, p.user):
		return false, p.user + " may look, but not command: it is not among admin_users", "add it to admin_users in pgbouncer.ini"
	case config["auth_type"] == "trust" || config["auth_type"] == "any":
		return false, "auth_type is " + config["auth_type"] + ": it lets everyone in, whatever the password", "set auth_type to scram-sha-256"
	}
	detail = fmt.Sprintf("%s commands it; pool_mode %s, auth_type %s", p.user, config["pool_mode"], config["auth_type"])
	if t.userlist == "" {
		return true, detail + ", users looked up at the server", ""
	}
	if !sameFile(t.userlist, config["auth_file"]) {
		return false, "it reads users from " + config["auth_file"] + ", not from " + t.userlist, "mend the setting " + settingPgBouncerUserlist
	}
	return true, detail + ", users in " + config["auth_file"], ""
}

// sameFile says whether the file that a pooler names is ours. Where that cannot
// be told, for a pooler in a container or a path relative to its folder, the
// login through it will tell.
func sameFile(ours, named string) bool {
	if !filepath.IsAbs(named) {
		return true
	}
	there, err := os.Stat(named)
	if err != nil {
		return true
	}
	here, err := os.Stat(ours)
	return err != nil || os.SameFile(here, there)
}

// checkPoolerSlot wants nobody at the pooler as the user who gets a new
// password. One who may not log in can be there and do nothing.
func (t *Target) checkPoolerSlot(ctx context.Context, p *pooler, next engine.Slot) engine.Check {
	user := t.users[next]
	c := engine.Check{Name: "slot free at " + p.String(), OK: true, Detail: "nobody uses " + user + " there"}
	clients, _, problem := t.clientsOf(ctx, p)
	if problem != nil {
		c.OK, c.Detail, c.Hint = false, problem.Error(), problem.Hint
		return c
	}
	found := 0
	for _, client := range clients {
		if client.Slot == next {
			found++
		}
	}
	if found > 0 && t.openSlots(ctx)[next] {
		c.OK, c.Detail = false, fmt.Sprintf("%d clients are connected as %s: its password would change", found, user)
		c.Hint = "find out who with SHOW CLIENTS, and move them to " + t.users[next.Other()]
	}
	return c
}

// checkUserlist says whether the file of users can be kept in step.
func (t *Target) checkUserlist(ctx context.Context) engine.Check {
	c := engine.Check{Name: "PgBouncer's file of users", OK: true, Detail: t.userlist + " can be read and replaced"}
	if err := pgbouncer.Check(ctx, t.userlist); err != nil {
		p := engine.AsProblem(err)
		c.OK, c.Detail, c.Hint = false, p.Error(), p.Hint
	}
	return c
}
