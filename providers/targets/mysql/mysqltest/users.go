package mysqltest

import (
	"fmt"
	"slices"
	"sync"
)

// Users are the accounts of a server.
type Users struct {
	hash func(plugin, password string) string

	mu   sync.Mutex
	list []*Account
}

// Account is a user at a host, with up to two passwords.
type Account struct {
	User, Host, Plugin string
	Options            string   // as SHOW CREATE USER has them: "REQUIRE NONE …"
	Grants             []string // as SHOW GRANTS has them, up to TO: "GRANT USAGE ON *.*"

	users              *Users
	primary, secondary string
	locked             bool
}

// Add makes an account that may log in with the password of verifier.
func (u *Users) Add(user, host, plugin, verifier string, grants ...string) *Account {
	u.mu.Lock()
	defer u.mu.Unlock()
	a := &Account{User: user, Host: host, Plugin: plugin, Grants: grants, users: u, primary: verifier}
	u.list = append(u.list, a)
	return a
}

// Keep sets the verifiers of both passwords, as another hand would.
func (a *Account) Keep(primary, secondary string) {
	a.users.mu.Lock()
	defer a.users.mu.Unlock()
	a.primary, a.secondary = primary, secondary
}

// Find is the account of a user at a host, or nil.
func (u *Users) Find(user, host string) *Account {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.find(user, host)
}

func (u *Users) find(user, host string) *Account {
	i := slices.IndexFunc(u.list, func(a *Account) bool { return a.User == user && a.Host == host })
	if i < 0 {
		return nil
	}
	return u.list[i]
}

// match is the account that a user is who comes from here; there is one host
// for all that matter: %.
func (u *Users) match(user string) *Account { return u.Find(user, "%") }

func (a *Account) state() (primary, secondary string, locked bool) {
	a.users.mu.Lock()
	defer a.users.mu.Unlock()
	return a.primary, a.secondary, a.locked
}

// alter changes an account as ALTER USER and CREATE USER do; match is what
// accountStatement found.
func (u *Users) alter(match map[string]string) *Error {
	u.mu.Lock()
	defer u.mu.Unlock()
	a := u.find(match["user"], match["host"])
	switch {
	case a == nil && match["verb"] == "CREATE":
		a = &Account{User: match["user"], Host: match["host"], users: u, Grants: []string{"GRANT USAGE ON *.*"}}
		u.list = append(u.list, a)
	case a == nil && match["exists"] != "":
		return nil
	case a == nil:
		return refuse(1396, "Operation ALTER USER failed for '%s'@'%s'", match["user"], match["host"])
	case match["verb"] == "CREATE":
		return nil // IF NOT EXISTS
	}
	if err := a.identify(match); err != nil {
		return err
	}
	switch match["lock"] {
	case "LOCK":
		a.locked = true
	case "UNLOCK":
		a.locked = false
	}
	return nil
}

// identify sets passwords (manual, "Password Management"): RETAIN keeps the
// first as the second; a change without it leaves the second alone, but one of
// the plugin discards it.
func (a *Account) identify(match map[string]string) *Error {
	switch {
	case match["discard"] != "":
		a.secondary = ""
	case match["as"] != "":
		if a.Plugin != match["plugin"] {
			a.secondary = ""
		}
		a.Plugin, a.primary = match["plugin"], match["as"]
	case match["by"] != "":
		if match["retain"] != "" {
			if a.primary == "" {
				return refuse(3878, "Current password can not be retained for user '%s'@'%s' because new password is empty.", a.User, a.Host)
			}
			a.secondary = a.primary
		}
		a.primary = a.users.hash(a.Plugin, match["by"])
	}
	return nil
}

// show is SHOW CREATE USER.
func (a *Account) show() string {
	lock := "UNLOCK"
	if a.locked {
		lock = "LOCK"
	}
	options := a.Options
	if options == "" {
		options = "REQUIRE NONE PASSWORD EXPIRE DEFAULT"
	}
	return fmt.Sprintf("CREATE USER `%s`@`%s` IDENTIFIED WITH '%s' AS '%s' %s ACCOUNT %s PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT",
		a.User, a.Host, a.Plugin, a.primary, options, lock)
}
