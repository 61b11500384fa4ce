package mysql

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Lengths of names, in characters (MySQL manual, "Grant Tables"; MariaDB
// manual, "Identifier Names"). What the server at hand allows is for the
// preflight to say.
const (
	maxUserLength     = 128 // MariaDB
	maxUserLengthHere = 32  // MySQL
	maxHostLength     = 255
	maxDatabaseLength = 64
)

// checkUserCount wants two different names, or one for two passwords.
func checkUserCount(users []string, dual bool) error {
	switch {
	case dual && len(users) != 1:
		return fmt.Errorf("with %s exactly one user is needed, not %d", settingDualPassword, len(users))
	case !dual && len(users) != 2:
		return fmt.Errorf("exactly two users are needed, one for each slot, not %d", len(users))
	}
	return checkUsers(users)
}

func checkUsers(users []string) error {
	if len(users) < 1 || len(users) > 2 {
		return fmt.Errorf("exactly two users are needed, one for each slot, not %d", len(users))
	}
	for _, user := range users {
		if err := checkUser(user); err != nil {
			return err
		}
	}
	if len(users) == 2 && users[0] == users[1] {
		return fmt.Errorf("both slots have the user %q: two are needed, so that one can serve while the other changes", users[0])
	}
	return nil
}

func checkUser(name string) error { return checkName(name, maxUserLength) }

func checkDatabase(name string) error { return checkName(name, maxDatabaseLength) }

// checkName wants what the servers keep unchanged as a name.
func checkName(name string, longest int) error {
	switch {
	case name == "":
		return errors.New("a name is empty")
	case utf8.RuneCountInString(name) > longest:
		return fmt.Errorf("the name %q is longer than %d characters", name, longest)
	case !utf8.ValidString(name) || strings.ContainsRune(name, 0):
		return fmt.Errorf("the name %q has a byte that no name can have", name)
	case strings.TrimSpace(name) != name:
		return fmt.Errorf("the name %q begins or ends with a space, which servers cut", name)
	}
	return nil
}

func checkHosts(hosts []string) error {
	seen := map[string]bool{}
	for _, host := range hosts {
		folded := strings.ToLower(host)
		if err := checkName(host, maxHostLength); err != nil {
			return err
		}
		if strings.ContainsRune(host, '@') {
			return fmt.Errorf("the host %q is not one: it has an @", host)
		}
		if seen[folded] {
			return fmt.Errorf("the host %q is there twice", host)
		}
		seen[folded] = true
	}
	return nil
}

func checkWish(text string) error {
	_, err := parseWish(text)
	return err
}

func checkEndpoint(address string) error {
	_, err := parseEndpoint(address)
	return err
}
