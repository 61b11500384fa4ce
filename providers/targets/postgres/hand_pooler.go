package postgres

import (
	"regexp"
	"strings"

	"github.com/rotadeck/rotadeck/engine/shell"
)

// admittingByHand puts the verifier that the server has into the poolers' file of
// users. Only a superuser may read it.
func (t *Target) admittingByHand(user string) string {
	query := `SELECT format('"%s" "%s"', rolname, rolpassword) FROM pg_authid WHERE rolname = ` + literal(user) + ";"
	return t.userlistByHand(
		"line=$(\n"+t.admin.psql().run("", query)+"\n); [ -n \"$line\" ]",
		"{ grep -vF "+shell.Quote(`"`+user+`" `)+" \"$list\" || true; printf '%s\\n' \"$line\"; }",
	)
}

// expellingByHand and readmittingByHand are sed's words for what Userlist.Block
// and Unblock do.
func (t *Target) expellingByHand(user string) string {
	return t.userlistByHand("nobody=$(openssl rand -hex 24)",
		`sed -E "/set aside by rotadeck/! s/^(\"`+pattern(user)+`\") \"(.*)\"$/\1 \"$nobody\" \"set aside by rotadeck: \2\"/" "$list"`)
}

func (t *Target) readmittingByHand(user string) string {
	return t.userlistByHand("", `sed -E 's/^("`+pattern(user)+`") "[^"]*" "set aside by rotadeck: (.*)$/\1 "\2/' "$list"`)
}

// pattern is a user in a regular expression between slashes and quotes.
func pattern(user string) string {
	return strings.NewReplacer("/", `\/`, "'", `'\''`, "$", `\$`, "`", "\\`").Replace(regexp.QuoteMeta(user))
}

// userlistByHand rewrites the file of users by what a command prints of it, and
// makes every pooler read it.
func (t *Target) userlistByHand(before, edit string) string {
	lines := []string{"list=" + shell.Quote(t.userlist)}
	if before != "" {
		lines = append(lines, before)
	}
	lines = append(lines, edit+" >\"$list.by-hand\"", "cat \"$list.by-hand\" >\"$list\"; rm \"$list.by-hand\"")
	for _, p := range t.poolers {
		lines = append(lines, p.byHand("RELOAD;"))
	}
	return shell.Strict(lines...)
}

// poolsByHand shows what poolers keep at servers; RECONNECT is for who reads it.
func (t *Target) poolsByHand() string {
	var commands []string
	for _, p := range t.poolers {
		commands = append(commands, p.byHand("SHOW SERVERS;"))
	}
	return strings.Join(commands, "\n")
}
