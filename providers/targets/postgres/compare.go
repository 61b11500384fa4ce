package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// Compare lists what only one of the users may do: privileges on objects, in
// this database and those of the whole cluster, ownership, memberships, row
// security, default privileges, attributes and settings. Differences come with
// the statements that make the user of next like that of old, except that what
// the settings ask for is given to whoever lacks it. What another
// database holds is counted; pg_hba.conf is out of reach. LOGIN is not compared:
// it is what a rotation switches.
//
// An object has one owner, so ownership can only be evened out with an owner
// role. With one, Compare also lists what it lacks to act for both.
func (t *Target) Compare(ctx context.Context, old, next engine.Slot) ([]engine.Difference, error) {
	c, err := t.compare(ctx, old, next)
	if err != nil {
		return nil, err
	}
	var list []engine.Difference
	for _, g := range c.gaps() {
		list = append(list, g.Difference)
	}
	return list, nil
}

// Missing names the users that are not there.
func (t *Target) Missing(ctx context.Context) (map[engine.Slot]string, error) {
	absent, _, err := t.missing(ctx, []string{t.users[engine.SlotA], t.users[engine.SlotB]})
	users := map[engine.Slot]string{}
	for _, user := range absent {
		slot, _ := t.slotOfUser(user)
		users[slot] = user
	}
	return users, err
}

func (t *Target) compare(ctx context.Context, old, next engine.Slot) (*comparison, error) {
	c := &comparison{
		old: side{old, t.users[old]}, next: side{next, t.users[next]}, owner: t.owner,
		rights: t.rights, admin: t.admin.user, database: t.database,
		has: map[string]map[string]holding{t.users[old]: {}, t.users[next]: {}, t.owner: {}},
	}
	err := t.session(ctx, func(s session) error {
		c.version = versionOf(s)
		rows, err := s.Query(ctx, compareQuery(c.version), c.old.user, c.next.user, c.owner)
		if err != nil {
			return err
		}
		c.held, err = pgx.CollectRows(rows, readHolding)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("compare the rights of %s and %s: %w", c.old.user, c.next.user, err)
	}
	for _, h := range c.held {
		c.has[h.user][h.what] = h
	}
	return c, nil
}

// versionOf is the server's version as a number, in whole major versions: 150000.
// At login it reports "15.4 (Debian 15.4-1)" or "18beta1".
func versionOf(s session) int {
	major := 0
	for _, digit := range s.PgConn().ParameterStatus("server_version") {
		if digit < '0' || digit > '9' {
			break
		}
		major = 10*major + int(digit-'0')
	}
	return major * 10000
}
