package mysql

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// Compare lists what only one of the users has, at each of their hosts:
// privileges on every level, roles, default roles, PROXY, partial revokes, TLS
// that is required, limits and rules for passwords. Differences come with the
// statement that makes the user of next like that of old. That an account is
// locked is not compared: it is what a rotation switches. Then it lists what the
// settings ask for and neither has.
func (t *Target) Compare(ctx context.Context, old, next engine.Slot) ([]engine.Difference, error) {
	var list []engine.Difference
	err := t.eachGap(ctx, old, next, func(g gap) error {
		from := ""
		if len(t.hosts) > 1 {
			from = " (from " + g.next.host + ")"
		}
		for _, d := range g.shown() {
			found := engine.Difference{Slot: next, What: d.String() + from, Remedy: d.text()}
			if d.inOld {
				found.Slot = old
			}
			list = append(list, found)
		}
		for _, h := range t.unmet(g) {
			list = append(list, engine.Difference{What: h.String() + from, Remedy: h.give.of(g.next)})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("compare the rights of %s and %s: %w", t.users[old], t.users[next], err)
	}
	return list, nil
}

// Missing names the users that have no account at any of their hosts.
func (t *Target) Missing(ctx context.Context) (map[engine.Slot]string, error) {
	users := map[engine.Slot]string{}
	err := t.admin.use(ctx, func(s session) error {
		k, err := look(ctx, s, t.users[engine.SlotA], t.users[engine.SlotB])
		for slot, user := range t.users {
			if !slices.ContainsFunc(t.accounts(user), func(a account) bool { _, there := k[a]; return there }) {
				users[slot] = user
			}
		}
		return err
	})
	return users, err
}

// gap is the differences between two accounts of one host.
type gap struct {
	old, next       account
	hasOld, hasNext bool // whether they are there at all
	common          []holding
	differences     []difference
}

// difference is a holding of one account that the other lacks, or has with
// another value; remedies make the next account like the old one.
type difference struct {
	holding
	inOld    bool
	remedies []remedy
}

type remedy struct{ statement, undo string }

func (d difference) text() string {
	var list []string
	for _, r := range d.remedies {
		list = append(list, r.statement)
	}
	return strings.Join(list, "; ")
}

// shown is the differences as people read them: of an account that is not there
// nothing else needs to be said.
func (g gap) shown() []difference {
	if g.hasOld == g.hasNext {
		return g.differences
	}
	return []difference{{holding: holding{what: "an account at " + g.next.host}, inOld: g.hasOld}}
}

// gives are the remedies that take nothing away.
func (g gap) gives() []remedy {
	var list []remedy
	for _, d := range g.differences {
		if d.inOld {
			list = append(list, d.remedies...)
		}
	}
	return list
}

// eachGap compares host by host.
func (t *Target) eachGap(ctx context.Context, old, next engine.Slot, work func(gap) error) error {
	oldAccounts, nextAccounts := t.accounts(t.users[old]), t.accounts(t.users[next])
	return t.admin.use(ctx, func(s session) error {
		for i := range oldAccounts {
			g, err := gapBetween(ctx, s, oldAccounts[i], nextAccounts[i])
			if err == nil {
				err = work(g)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func gapBetween(ctx context.Context, s session, old, next account) (gap, error) {
	g := gap{old: old, next: next}
	var has, hasNext []holding
	var err error
	if has, g.hasOld, err = s.holdings(ctx, old); err != nil {
		return g, err
	}
	if hasNext, g.hasNext, err = s.holdings(ctx, next); err != nil {
		return g, err
	}
	g.differences = differences(has, hasNext, next)
	g.common = has // but for the differences
	return g, nil
}

// differences compares what two accounts have. What next shall lose comes
// first: REVOKE of a single privilege after GRANT of all would take it again.
func differences(old, next []holding, a account) []difference {
	byWhat := func(list []holding, what string) (holding, bool) {
		i := slices.IndexFunc(list, func(h holding) bool { return h.what == what })
		if i < 0 {
			return holding{}, false
		}
		return list[i], true
	}
	var takes, gives []difference
	for _, h := range next {
		if _, both := byWhat(old, h.what); !both {
			takes = append(takes, difference{holding: h, remedies: h.taking(a)})
		}
	}
	slices.Reverse(takes) // a default role goes before its role
	for _, h := range old {
		other, both := byWhat(next, h.what)
		if both && other.value == h.value {
			continue
		}
		d := difference{holding: h, inOld: true, remedies: h.giving(a)}
		switch {
		case both && h.rank == rankDefault: // the new value replaces the other
			d.remedies[0].undo = other.give.of(a)
		case both:
			d.remedies = append(other.taking(a), d.remedies...)
		}
		gives = append(gives, d)
	}
	return append(takes, gives...)
}

// holdings asks the server what an account has, if it is there.
func (s session) holdings(ctx context.Context, a account) (held []holding, exists bool, err error) {
	lines, err := s.lines(ctx, "SHOW GRANTS FOR "+a.String())
	if answered(err, codeNoSuchGrant) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("look at the rights of %s: %w", a, err)
	}
	for _, line := range lines {
		more, err := parseShown(line)
		if err != nil {
			return nil, true, err
		}
		held = append(held, more...)
	}
	lines, err = s.lines(ctx, "SHOW CREATE USER "+a.String())
	if err != nil {
		return nil, true, fmt.Errorf("look at the options of %s: %w", a, err)
	}
	if len(lines) != 1 {
		return nil, true, errors.New("the server describes a user in several lines")
	}
	more, err := parseUser(lines[0])
	if err != nil {
		return nil, true, err
	}
	held = append(held, more...)
	slices.SortStableFunc(held, func(a, b holding) int { return a.rank - b.rank })
	return held, true, nil
}

// lines runs a query that has one column of text.
func (s session) lines(ctx context.Context, query string) ([]string, error) {
	rows, err := s.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // what was only read has nothing to lose
	var list []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		list = append(list, line)
	}
	return list, rows.Err()
}
