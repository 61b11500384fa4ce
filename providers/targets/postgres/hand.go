package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/shell"
	"github.com/rotadeck/rotadeck/providers/internal/byhand"
	"github.com/rotadeck/rotadeck/providers/internal/pgbouncer"
	"github.com/rotadeck/rotadeck/providers/internal/sslmode"
)

var _ engine.Scribe = (*Target)(nil)

// Script words deeds for psql. Nothing is looked at.
func (t *Target) Script(deed engine.Deed, slot engine.Slot) []engine.Change {
	user := t.users[slot]
	switch deed {
	case engine.DeedMake:
		return []engine.Change{{What: "draw a password for " + user, Command: byhand.Drawing(user, t.length)}}
	case engine.DeedCreate:
		change := engine.Change{What: "give " + user + " the new password and LOGIN" + t.countRights(), Where: t.Where(), Command: t.enablingByHand(slot)}
		return append([]engine.Change{change}, t.admitToPoolers(user, nil)...)
	case engine.DeedWithdraw, engine.DeedRetire:
		changes, _ := t.disable(slot, nil) // fails for a slot that there is not
		return changes
	case engine.DeedReinstate:
		changes, _ := t.Reinstate(context.Background(), slot, nil) // it looks at nothing
		return changes
	case engine.DeedLogin, engine.DeedRefused:
		return t.logins(deed, slot)
	case engine.DeedUsers:
		return t.usersByHand(slot)
	}
	return nil
}

// psql is a psql session: who logs in where, and how the password is read.
type psql struct {
	dialer   dialer
	endpoint endpoint
	database string
	user     string
	reading  string
}

// conninfo names everything but the password.
func (p psql) conninfo() string {
	words := []string{
		"host=" + infoValue(p.endpoint.host), fmt.Sprintf("port=%d", p.endpoint.port),
		"dbname=" + infoValue(p.database), "user=" + infoValue(p.user), "sslmode=" + p.dialer.Mode,
	}
	switch {
	case p.dialer.RootCert != "":
		words = append(words, "sslrootcert="+infoValue(p.dialer.RootCert))
	case p.dialer.Mode == sslmode.VerifyFull:
		words = append(words, "sslrootcert=system")
	}
	return shell.Quote(strings.Join(words, " "))
}

func infoValue(text string) string {
	if text != "" && !strings.ContainsAny(text, ` '\`) {
		return text
	}
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

// script runs psql with its password from a file that only lives as long. Before
// is run first; after follows psql's arguments.
func (p psql) script(before, after string) string {
	lines := []string{
		"pass=$(mktemp); trap 'rm -f \"$pass\"' EXIT",
		"{ " + p.reading + "; } | sed -e 's/[\\\\:]/\\\\&/g' -e 's/^/*:*:*:*:/' >\"$pass\"",
	}
	if before != "" {
		lines = append(lines, before)
	}
	return shell.Strict(append(lines, "PGPASSFILE=$pass psql -XAtqw -v ON_ERROR_STOP=1 -d "+p.conninfo()+after)...)
}

// run runs statements.
func (p psql) run(before, statements string) string {
	return p.script(before, " <<'SQL'\n"+statements+"\nSQL")
}

func (a *admin) psql() psql {
	return psql{
		dialer: a.dialer, endpoint: a.endpoint, database: a.database, user: a.user,
		reading: byhand.Reading(a.secrets, a.password, "password of "+a.user),
	}
}

// byHand is a command that makes statements as the administrator does: all of
// them or none.
func (a *admin) byHand(statements string) string {
	return a.psql().run("", "BEGIN;\n"+strings.TrimSuffix(statements, ";")+";\nCOMMIT;")
}

// enablingByHand is what Create does. psql needs the password in clear, and so
// does the server, over a line that TLS protects where sslmode says so: a
// superuser keeps the statement out of the server's log.
func (t *Target) enablingByHand(slot engine.Slot) string {
	user, beneficiary := t.users[slot], t.users[slot]
	reading := engine.Held(slot, engine.FieldPassword)
	lines := []string{
		"SELECT count(set_config(name, value, false)) FROM (VALUES ('log_statement', 'none'), ('log_min_duration_statement', '-1'), ('log_min_error_statement', 'panic')) AS s (name, value)",
		"  WHERE (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) \\g /dev/null",
		"SET password_encryption = 'scram-sha-256';",
		"\\set password `" + reading + "`",
		unlessThere(user),
	}
	statements := []string{fmt.Sprintf("ALTER ROLE %s WITH LOGIN PASSWORD :'password'", quote(user))}
	if t.owner != "" {
		beneficiary = t.owner
		lines = append(lines, unlessThere(t.owner))
		statements = append(statements, joining(t.owner, user, 0), acting(t.owner, user, t.database))
	}
	for _, r := range t.rights {
		statements = append(statements, r.statement(beneficiary))
	}
	lines = append(lines, "BEGIN;\n"+strings.Join(statements, separator)+";\nCOMMIT;")
	return t.admin.psql().run("[ -n \"$("+reading+")\" ] || { echo 'the store holds no password there' >&2; exit 1; }", strings.Join(lines, "\n"))
}

func unlessThere(role string) string {
	return "SELECT " + literal(creating(role)) + " WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = " + literal(role) + ") \\gexec"
}

// logins present what the store holds in slot at every place.
func (t *Target) logins(deed engine.Deed, slot engine.Slot) []engine.Change {
	var changes []engine.Change
	for _, at := range t.places() {
		p := psql{dialer: at.dialer, endpoint: at.endpoint, database: t.database, user: t.users[slot], reading: engine.Held(slot, engine.FieldPassword)}
		change := engine.Change{
			What: p.user + " logs in: it prints the name", Where: at.String(),
			Command: p.script("", " -c 'SELECT session_user'"),
		}
		if deed == engine.DeedRefused {
			change.What = p.user + " is refused: it prints how"
			change.Command = p.script("", " -c 'SELECT session_user' 2>&1 | grep -E 'not permitted to log in|authentication failed|no such user'")
			change.Command = strings.Replace(change.Command, "set -euo pipefail", "set -eu", 1)
		}
		changes = append(changes, change)
	}
	return changes
}

// usersByHand lists the sessions of a slot's user, or of both, and ours not.
func (t *Target) usersByHand(slot engine.Slot) []engine.Change {
	who := []string{t.users[slot]}
	if slot == "" {
		who = []string{t.users[engine.SlotA], t.users[engine.SlotB]}
	}
	names := make([]string, len(who))
	for i, user := range who {
		names[i] = literal(user)
	}
	query := "SELECT usename, application_name, client_addr, backend_start FROM pg_stat_activity WHERE usename IN (" + strings.Join(names, ", ") + ") ORDER BY backend_start;"
	var changes []engine.Change
	for _, a := range t.servers() {
		changes = append(changes, engine.Change{
			What: "who is connected as " + strings.Join(who, " or ") + ": a line each", Where: a.where(), Command: a.psql().run("", query),
		})
	}
	for _, p := range t.poolers {
		changes = append(changes, engine.Change{What: "who is connected through it", Where: p.String(), Command: p.byHand("SHOW CLIENTS;")})
	}
	return changes
}

// byHand is a command for the console of a pooler.
func (p *pooler) byHand(statement string) string {
	return psql{
		dialer: p.dialer, endpoint: p.endpoint, database: pgbouncer.Database, user: p.user,
		reading: byhand.Reading(p.secrets, p.password, "password of "+p.user),
	}.run("", statement)
}
