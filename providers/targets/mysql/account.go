package mysql

import "strings"

// anyHost lets a user come from everywhere.
const anyHost = "%"

// account is a user with the host that it may come from.
type account struct{ user, host string }

// String is the account as statements name it: 'orders_a'@'10.0.0.%'.
func (a account) String() string { return literal(a.user) + "@" + literal(a.host) }

// literal makes a string constant. A backslash escapes: our sessions have
// neither NO_BACKSLASH_ESCAPES nor ANSI_QUOTES in their sql_mode.
func literal(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(text) + "'"
}

// identifier quotes a name, whatever characters it has.
func identifier(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
