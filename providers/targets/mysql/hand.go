package mysql

import (
	"context"
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/shell"
	"github.com/rotadeck/rotadeck/providers/internal/byhand"
	"github.com/rotadeck/rotadeck/providers/internal/sslmode"
)

var (
	_ engine.Scribe = (*Target)(nil)
	_ engine.Scribe = (*DualTarget)(nil)
)

// Script words deeds for mysql, the client of MySQL and MariaDB. Nothing is
// looked at, so that Create gives only the rights that the settings name.
func (t *Target) Script(deed engine.Deed, slot engine.Slot) []engine.Change {
	user := t.users[slot]
	switch deed {
	case engine.DeedMake:
		return []engine.Change{{What: "draw a password for " + user, Command: byhand.Drawing(user, t.length)}}
	case engine.DeedCreate:
		return t.enablingByHand(slot)
	case engine.DeedWithdraw, engine.DeedRetire:
		changes, _ := t.disable(slot, nil) // fails for a slot that there is not
		return changes
	case engine.DeedReinstate:
		changes, _ := t.Reinstate(context.Background(), slot, nil) // it looks at nothing
		return changes
	case engine.DeedLogin, engine.DeedRefused:
		return t.logins(deed, user, slot)
	case engine.DeedUsers:
		who := []string{user}
		if slot == "" {
			who = []string{t.users[engine.SlotA], t.users[engine.SlotB]}
		}
		return t.usersByHand(who)
	}
	return nil
}

// Script words deeds for mysql. Which of the two passwords is the server's first
// only a look can tell: what depends on it is not worded here.
func (t *DualTarget) Script(deed engine.Deed, slot engine.Slot) []engine.Change {
	switch deed {
	case engine.DeedMake:
		return []engine.Change{{What: "draw a password for " + t.user, Command: byhand.Drawing(t.user, t.length)}}
	case engine.DeedCreate, engine.DeedReinstate:
		return t.addingByHand(slot)
	case engine.DeedLogin, engine.DeedRefused:
		return t.logins(deed, t.user, slot)
	case engine.DeedUsers:
		return t.usersByHand([]string{t.user})
	case engine.DeedWithdraw, engine.DeedRetire:
	}
	return nil
}

// client is a session of mysql: who logs in where, and how the password is read.
type client struct {
	dialer   dialer
	endpoint endpoint
	user     string
	reading  string
}

// function defines m, which is mysql with its password out of a pipe. Options
// that one of the two programs does not know are marked loose.
func (c client) function() string {
	options := []string{
		"--protocol=tcp", "-h", c.endpoint.host, "-P", fmt.Sprint(c.endpoint.port), "-u", c.user, "-N", "-B",
	}
	lines := "[client]\\n"
	switch c.dialer.Mode {
	case sslmode.Disable:
		lines += "loose-ssl-mode=DISABLED\\nloose-skip-ssl\\n"
	case sslmode.Require:
		lines += "loose-ssl-mode=REQUIRED\\nloose-ssl\\n"
	case sslmode.VerifyCA:
		lines += "loose-ssl-mode=VERIFY_CA\\nloose-ssl\\n"
	default:
		lines += "loose-ssl-mode=VERIFY_IDENTITY\\nloose-ssl\\nloose-ssl-verify-server-cert\\n"
	}
	if c.dialer.RootCert != "" {
		lines += "ssl-ca=" + strings.NewReplacer(`%`, `%%`, `'`, `'\''`).Replace(c.dialer.RootCert) + "\\n"
	}
	return "m() { mysql --defaults-extra-file=<(printf '" + lines + "password=\"'; { " + c.reading +
		"; } | sed -e 's/[\\\\\"]/\\\\&/g'; printf '\"\\n') " + shell.Join(options) + " \"$@\"; }"
}

// run runs statements that anyone may see.
func (c client) run(database, statements string) string {
	target := ""
	if database != "" {
		target = " " + shell.Quote(database)
	}
	return shell.Strict(c.function(), "m"+target+" <<'SQL'\n"+statements+"\nSQL")
}

func (a *admin) client() client {
	return client{
		dialer: a.dialer, endpoint: a.endpoint, user: a.user,
		reading: byhand.Reading(a.secrets, a.password, "password of "+a.user),
	}
}

// quiet is the mode of our sessions, for statements that are typed: see
// sessionMode.
const handMode = "SET sql_mode = " + sessionMode + ";\n"

// byHand is a command that makes statements as the administrator does.
func (a *admin) byHand(statements string) string {
	return a.client().run("", handMode+strings.TrimSuffix(statements, ";")+";")
}

// withPassword is a command that makes a statement around the password that the
// store holds in a slot, as a constant: of the password, or, where what the
// server keeps is easily computed, of that. Without a slot, it is one that
// nobody knows.
func (a *admin) withPassword(slot engine.Slot, plugin, before, after string) string {
	reading := engine.Held(slot, engine.FieldPassword)
	if slot == "" {
		reading = "openssl rand -hex 24"
	}
	value := "{ " + reading + "; } | sed -e 's/\\\\/\\\\\\\\/g' -e \"s/'/''/g\""
	if plugin == pluginNative {
		value = "printf '*'; { " + reading + "; } | openssl dgst -sha1 -binary | openssl dgst -sha1 -r | cut -c 1-40 | tr -d '\\n' | tr a-f A-F"
	}
	return shell.Strict(a.client().function(),
		"[ -n \"$("+reading+")\" ] || { echo 'the store holds no password there' >&2; exit 1; }",
		"{ printf '%s' "+shell.Quote(handMode+before+"'")+"; "+value+"; printf '%s\\n' "+shell.Quote("'"+after+";")+"; } | m")
}

// typed is the clause that gives an account its password, around the constant of
// withPassword.
func (s server) typed(plugin string) (before, after string) {
	switch {
	case plugin == "":
		return "IDENTIFIED BY ", ""
	case plugin == pluginNative && s.mariaDB:
		return "IDENTIFIED VIA " + plugin + " USING ", ""
	case plugin == pluginNative:
		return "IDENTIFIED WITH " + plugin + " AS ", ""
	case s.mariaDB:
		return "IDENTIFIED VIA " + plugin + " USING PASSWORD(", ")"
	}
	return "IDENTIFIED WITH " + plugin + " BY ", ""
}

// typing makes commands of statements around the clause that gives an account
// the password of a slot.
func (a *admin) typing(slot engine.Slot, at server, plugin string) func(before, after string) string {
	return func(before, after string) string {
		from, to := at.typed(plugin)
		return a.withPassword(slot, plugin, before+from, to+after)
	}
}

// enablingByHand is what Create does, as far as the settings tell.
func (t *Target) enablingByHand(slot engine.Slot) []engine.Change {
	var changes []engine.Change
	for _, a := range t.accounts(t.users[slot]) {
		statements := []string{"CREATE USER IF NOT EXISTS " + a.String() + " ACCOUNT LOCK"}
		for _, right := range t.wishes(server{mariaDB: true}, a) {
			statements = append(statements, right.statement)
		}
		change := engine.Change{
			What: fmt.Sprintf("see that %s is there, with the rights that the settings name", a), Where: t.Where(),
			Command: t.admin.byHand(strings.Join(statements, ";\n")),
		}
		if len(t.grants)+len(t.roles) == 0 {
			change.What = fmt.Sprintf("see that %s is there; its rights are to be those of %s, which SHOW GRANTS tells", a, t.users[slot.Other()])
		}
		changes = append(changes, change, engine.Change{
			What: fmt.Sprintf("give %s its new password and unlock it", a), Where: t.Where(),
			Command: t.admin.typing(slot, server{mariaDB: t.plugin == pluginEd25519}, t.plugin)("ALTER USER "+a.String()+" ", " ACCOUNT UNLOCK"),
		})
	}
	return changes
}

// addingByHand is what DualTarget.Create does.
func (t *DualTarget) addingByHand(slot engine.Slot) []engine.Change {
	var changes []engine.Change
	for _, a := range t.accounts(t.user) {
		changes = append(changes, engine.Change{
			What: fmt.Sprintf("give %s the password of slot %s and keep the one before valid, unless it logs in already", a, slot), Where: t.Where(),
			Command: t.admin.withPassword(slot, "", "ALTER USER "+a.String()+" IDENTIFIED BY ", " RETAIN CURRENT PASSWORD"),
		})
	}
	return changes
}

// logins present what the store holds in slot at every endpoint.
func (s *site) logins(deed engine.Deed, user string, slot engine.Slot) []engine.Change {
	var changes []engine.Change
	for _, e := range s.endpoints {
		c := client{dialer: s.dialer, endpoint: e, user: user, reading: engine.Held(slot, engine.FieldPassword)}
		change := engine.Change{
			What: user + " logs in: it prints the name", Where: e.String(),
			Command: c.run(s.database, "SELECT CURRENT_USER();"),
		}
		if deed == engine.DeedRefused {
			change.What = user + " is refused: it prints how"
			change.Command = "( set -eu; umask 077\n" + c.function() + "\nm " + shell.Quote(s.database) +
				" -e 'SELECT CURRENT_USER()' 2>&1 | grep -E 'ERROR (1045|1698|3118|4151)'\n)"
		}
		changes = append(changes, change)
	}
	return changes
}

// usersByHand lists the sessions of users at every server.
func (s *site) usersByHand(who []string) []engine.Change {
	query := "SELECT USER, HOST, DB, TIME FROM information_schema.PROCESSLIST WHERE " + loggedIn(who...) + ";"
	var changes []engine.Change
	for _, a := range s.servers() {
		changes = append(changes, engine.Change{
			What: "who is connected as " + strings.Join(who, " or ") + ": a line each", Where: "MySQL " + a.endpoint.String(), Command: a.client().run("", query),
		})
	}
	return changes
}

// endingByHand kills the sessions of a user.
func (a *admin) endingByHand(user string) string {
	query := strings.Replace(sessionsOf(user), "SELECT ID", "SELECT CONCAT('KILL CONNECTION ', ID, ';')", 1)
	return shell.Strict(a.client().function(), "m -e "+shell.Quote(query)+" | m --force")
}

// restoringByHand makes the second password of an account its only one. What the
// server keeps of it goes from one session into the next.
func (a *admin) restoringByHand(p passwords) string {
	user := p.account.String()
	query := fmt.Sprintf("SELECT CONCAT(%s, HEX(JSON_UNQUOTE(JSON_EXTRACT(User_attributes, '$.additional_password'))), %s) FROM mysql.user WHERE User = %s AND Host = %s",
		literal("ALTER USER "+user+" IDENTIFIED WITH "+p.plugin+" AS 0x"), literal("; ALTER USER "+user+" DISCARD OLD PASSWORD;"),
		literal(p.account.user), literal(p.account.host))
	return shell.Strict(a.client().function(), "m -e "+shell.Quote(query)+" | m")
}
