package mysql

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// observed is what the server says of itself, its users and their sessions.
type observed struct {
	server      server
	variables   map[string]string // in small letters, as SHOW VARIABLES and SHOW STATUS have them
	plugins     []string          // that are active and check logins or new passwords
	validates   bool              // a plugin checks new passwords
	replicates  bool
	skew        time.Duration
	self        account   // of the administrator
	own         []holding // of the administrator
	old, next   string
	host        string // the first that they come from
	plugin      string // that will check the next password
	pluginErr   error
	accounts    known
	oldHoldings []holding // at the first host
	nextLimits  []holding
	sessions    []engine.Session
	nextSlot    engine.Slot
}

const (
	variablesQuery = `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'super_read_only', 'wsrep_on', 'max_connections',
		'max_user_connections', 'max_password_errors', 'general_log', 'log_raw', 'skip_name_resolve', 'strict_password_validation',
		'validate_password.policy', 'validate_password_policy', 'password_history', 'password_reuse_interval')`
	statusQuery  = "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_ready', 'Threads_connected')"
	pluginsQuery = `SELECT CONCAT(PLUGIN_TYPE, ' ', PLUGIN_NAME) FROM information_schema.PLUGINS
		WHERE PLUGIN_STATUS = 'ACTIVE' AND PLUGIN_TYPE IN ('AUTHENTICATION', 'PASSWORD VALIDATION')`
)

// observe looks at everything that the checks are about.
func (t *Target) observe(ctx context.Context, s session, next engine.Slot) (observed, error) {
	o := observed{server: s.server, old: t.users[next.Other()], next: t.users[next], nextSlot: next, host: t.hosts[0]}
	if err := t.observeServer(ctx, s, &o); err != nil {
		return o, err
	}
	var err error
	if o.accounts, err = look(ctx, s, o.old, o.next); err != nil {
		return o, err
	}
	o.plugin, o.pluginErr = t.pluginFor(o.accounts, s.server, o.next, o.old)
	if o.oldHoldings, _, err = s.holdings(ctx, account{o.old, t.hosts[0]}); err != nil {
		return o, err
	}
	if o.nextLimits, _, err = s.holdings(ctx, account{o.next, t.hosts[0]}); err != nil {
		return o, err
	}
	o.sessions, err = t.count(ctx, s)
	return o, err
}

// observeServer looks at what does not depend on the users.
func (s *site) observeServer(ctx context.Context, conn session, o *observed) error {
	o.variables = map[string]string{}
	for _, query := range []string{variablesQuery, statusQuery} {
		if err := conn.pairs(ctx, query, o.variables); err != nil {
			return fmt.Errorf("look at the server: %w", err)
		}
	}
	lines, err := conn.lines(ctx, pluginsQuery)
	if err != nil {
		return fmt.Errorf("look at the plugins: %w", err)
	}
	for _, line := range lines {
		name, checksLogins := strings.CutPrefix(line, "AUTHENTICATION ")
		o.validates = o.validates || !checksLogins
		o.plugins = append(o.plugins, name)
	}
	if o.self, err = conn.self(ctx); err != nil {
		return err
	}
	if o.own, err = conn.ownHoldings(ctx); err != nil {
		return fmt.Errorf("look at the administrator's rights: %w", err)
	}
	o.replicates = conn.replicates(ctx)
	sent := time.Now()
	var microseconds int64
	if err := conn.QueryRowContext(ctx, "SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)").Scan(&microseconds); err != nil {
		return fmt.Errorf("look at the clock: %w", err)
	}
	// The server read its clock between the two moments.
	o.skew = time.UnixMicro(microseconds).Sub(sent.Add(time.Since(sent) / 2))
	return nil
}

// pairs adds the rows of a query with two columns.
func (s session) pairs(ctx context.Context, query string, to map[string]string) error {
	rows, err := s.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // what was only read has nothing to lose
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return err
		}
		to[strings.ToLower(name)] = value
	}
	return rows.Err()
}

// self is the account that the administrator's login was found to be.
func (s session) self(ctx context.Context) (account, error) {
	var name string
	if err := s.QueryRowContext(ctx, "SELECT CURRENT_USER()").Scan(&name); err != nil {
		return account{}, fmt.Errorf("look who the administrator is: %w", err)
	}
	at := strings.LastIndexByte(name, '@') // a host has none
	return account{name[:max(at, 0)], name[at+1:]}, nil
}

// ownHoldings are the administrator's rights, with those of its active roles,
// which MySQL shows on request only.
func (s session) ownHoldings(ctx context.Context) ([]holding, error) {
	query := "SHOW GRANTS"
	if !s.server.mariaDB && s.server.number >= mysqlDefaultsToSHA2 {
		roles, err := s.lines(ctx, "SELECT CURRENT_ROLE()")
		if err != nil {
			return nil, err
		}
		if len(roles) == 1 && roles[0] != "NONE" {
			query = "SHOW GRANTS FOR CURRENT_USER() USING " + roles[0]
		}
	}
	lines, err := s.lines(ctx, query)
	if err != nil {
		return nil, err
	}
	var held []holding
	for _, line := range lines {
		more, err := parseShown(line)
		if err != nil {
			return nil, err
		}
		held = append(held, more...)
	}
	return held, nil
}

// replicates says whether the server is known to follow another one; who may
// not ask is not told.
func (s session) replicates(ctx context.Context) bool {
	rows, err := s.QueryContext(ctx, "SHOW SLAVE STATUS")
	if err != nil {
		if rows, err = s.QueryContext(ctx, "SHOW REPLICA STATUS"); err != nil {
			return false
		}
	}
	defer func() { _ = rows.Close() }() // what was only read has nothing to lose
	return rows.Next()
}

func (o observed) on(variable string) bool {
	value := strings.ToUpper(o.variables[variable])
	return value != "" && value != "OFF" && value != "0"
}

func (o observed) sessionsOf(slot engine.Slot) int {
	n := 0
	for _, s := range o.sessions {
		if s.Slot == slot {
			n++
		}
	}
	return n
}

func (o observed) isActive(plugin string) bool { return slices.Contains(o.plugins, plugin) }
