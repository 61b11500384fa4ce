package mysql

import (
	"context"
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// known is which accounts the server has, with the method that checks their
// passwords.
type known map[account]string

// look lists the accounts of users, configured or not, and anonymous ones,
// which would come before a user whose host is less exact.
func look(ctx context.Context, s session, users ...string) (known, error) {
	names := []string{"''"}
	for _, user := range users {
		names = append(names, literal(user))
	}
	rows, err := s.QueryContext(ctx, "SELECT User, Host, plugin FROM mysql.user WHERE User IN ("+strings.Join(names, ", ")+")")
	if err != nil {
		return nil, fmt.Errorf("look at the users: %w", err)
	}
	defer func() { _ = rows.Close() }() // what was only read has nothing to lose
	found := known{}
	for rows.Next() {
		var a account
		var plugin string
		if err := rows.Scan(&a.user, &a.host, &plugin); err != nil {
			return nil, err
		}
		a.host = strings.ToLower(a.host)
		found[a] = plugin
	}
	return found, rows.Err()
}

// pluginFor chooses how the password of one of the users is checked: as the
// setting says, else as it is for that user, else as for another of them, else
// as the server prefers.
func (s *site) pluginFor(k known, version server, users ...string) (string, error) {
	if s.plugin != "" {
		return s.plugin, nil
	}
	for _, user := range users {
		for _, a := range s.accounts(user) {
			plugin, found := k[a]
			switch {
			case !found || plugin == "":
			case computable(plugin):
				return plugin, nil
			default:
				return "", engine.NewProblem(nil, "set "+settingAuthPlugin+" to "+pluginNative+", to "+pluginEd25519+" on MariaDB, or to "+pluginCachingSHA2+" on MySQL",
					"%s logs in by %s, for which a password cannot be computed", a, plugin)
			}
		}
	}
	if !version.mariaDB && version.number >= mysqlDefaultsToSHA2 {
		return pluginCachingSHA2, nil
	}
	return pluginNative, nil
}
