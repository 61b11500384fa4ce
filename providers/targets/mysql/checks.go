package mysql

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rotadeck/rotadeck/engine"
)

// maxSkew is how far our clock and the server's may differ.
const maxSkew = 5 * time.Second

func (o observed) checkVersion() engine.Check {
	c := engine.Check{Name: "version", OK: o.server.locksAccounts(), Detail: o.server.String() + " can lock accounts"}
	if !c.OK {
		c.Detail = o.server.String() + " cannot lock accounts: a retired user could not be disabled"
		c.Hint = "MariaDB 10.4.2 and MySQL 5.7.6 are the oldest that can"
	}
	return c
}

func (o observed) checkWritable() engine.Check {
	c := engine.Check{Name: "primary server", OK: true, Detail: "takes changes"}
	switch {
	case o.on("super_read_only"), o.on("read_only"):
		c.OK, c.Detail, c.Hint = false, "the server is read_only, as replicas are", "set host to the server that takes changes; replicas belong into endpoints"
	case o.on("wsrep_on") && !o.on("wsrep_ready"):
		c.OK, c.Detail, c.Hint = false, "the node has left its Galera cluster (wsrep_ready is OFF)", "set host to a node that is in the cluster"
	case o.replicates:
		c.Detail += ", and replicates from another server: make sure that it is the primary"
	}
	return c
}

// checkAccounts wants every account of both users to be one that is handled
// here: others would stay open, or come before ours.
func (o observed) checkAccounts(next []account) engine.Check {
	c := engine.Check{Name: "users", OK: true, Detail: o.next + " will be created"}
	var hosts []string
	for _, a := range next {
		hosts = append(hosts, a.host)
		if _, exists := o.accounts[a]; exists {
			c.Detail = o.next + " is there and will be altered"
		}
	}
	var foreign, anonymous []string
	for a := range o.accounts {
		switch {
		case a.user == "":
			anonymous = append(anonymous, a.String())
		case !slices.Contains(hosts, a.host):
			foreign = append(foreign, a.String())
		}
	}
	slices.Sort(foreign)
	slices.Sort(anonymous)
	longest := utf8.RuneCountInString(o.next)
	switch {
	case len(foreign) > 0:
		c.OK, c.Detail = false, strings.Join(foreign, ", ")+": there too, with a password of their own that no rotation would change"
		c.Hint = "add the hosts to " + settingHosts + ", or drop the accounts"
	case len(anonymous) > 0 && slices.Contains(hosts, anyHost):
		c.OK, c.Detail = false, strings.Join(anonymous, ", ")+": users without a name come before ours when they log in from there"
		c.Hint = "DROP USER " + anonymous[0]
	case !o.server.mariaDB && longest > maxUserLengthHere:
		c.OK, c.Detail = false, fmt.Sprintf("%s has %d characters, MySQL takes %d", o.next, longest, maxUserLengthHere)
		c.Hint = "choose a shorter name for " + settingUsers
	}
	return c
}

// checkNames looks for hosts that the server will never recognise.
func (o observed) checkNames(hosts []string) engine.Check {
	c := engine.Check{Name: "hosts", OK: true, Detail: strings.Join(hosts, ", ")}
	if !o.on("skip_name_resolve") {
		return c
	}
	for _, host := range hosts {
		if host != "localhost" && !isAddress(host) {
			c.OK, c.Detail = false, "the server does not look up names (skip_name_resolve), so nobody comes from "+host
			c.Hint = "write addresses or patterns of them into " + settingHosts
		}
	}
	return c
}

func isAddress(host string) bool {
	return net.ParseIP(host) != nil || strings.Trim(host, "0123456789.%_/:abcdefABCDEF") == ""
}

func (o observed) checkSlot(where string) engine.Check {
	c := engine.Check{Name: "slot free", OK: true, Detail: "nobody uses " + o.next + where}
	if n := o.sessionsOf(o.nextSlot); n > 0 {
		c.OK, c.Detail = false, fmt.Sprintf("%s has %d live sessions%s: someone uses it, and its password would change", o.next, n, where)
		c.Hint = "find out who in SHOW PROCESSLIST, and move them to " + o.old
	}
	return c
}

// checkConnections leaves room for the moment when every consumer has opened
// its new sessions and not yet closed the old ones.
func (o observed) checkConnections() engine.Check {
	used, capacity, old := o.number("threads_connected"), o.number("max_connections"), o.sessionsOf(o.nextSlot.Other())
	c := engine.Check{
		Name: "connections", OK: true,
		Detail: fmt.Sprintf("%d of %d in use; consumers may need %d more while they change over", used, capacity, old),
	}
	limit := o.number("max_user_connections")
	for _, h := range o.nextLimits {
		if h.what == "MAX_USER_CONNECTIONS" {
			limit, _ = strconv.Atoi(h.value) // what is no number is no limit
		}
	}
	switch {
	case used+old > capacity:
		c.OK, c.Hint = false, "raise max_connections, or make the consumers' pools smaller"
	case limit > 0 && limit < old:
		c.OK, c.Detail = false, fmt.Sprintf("%s may have %d sessions, %s has %d now", o.next, limit, o.old, old)
		c.Hint = "ALTER USER " + account{o.next, o.host}.String() + " WITH MAX_USER_CONNECTIONS 0"
	}
	return c
}

func (o observed) number(variable string) int {
	n, _ := strconv.Atoi(o.variables[variable]) // what is no number is no limit
	return n
}

// checkMethod looks whether the server takes passwords as we send them: as
// verifiers.
func (o observed) checkMethod() engine.Check {
	c := engine.Check{Name: "login method", OK: true, Detail: o.plugin + ", with a hash that is computed here"}
	switch {
	case o.pluginErr != nil:
		p := engine.AsProblem(o.pluginErr)
		c.OK, c.Detail, c.Hint = false, p.Error(), p.Hint
	case slices.ContainsFunc(o.nextLimits, func(h holding) bool { return h.what == anotherMethod }):
		c.OK, c.Detail = false, o.next+" has another login method, which a new password would take from it"
		c.Hint = "ALTER USER " + account{o.next, o.host}.String() + ", with one method alone"
	case !o.isActive(o.plugin):
		c.OK, c.Detail, c.Hint = false, "the server has no plugin "+o.plugin+", or it is not active", "set "+settingAuthPlugin+" to one that is"
	case o.server.mariaDB && o.validates && o.on("strict_password_validation"):
		c.OK, c.Detail = false, "a plugin checks new passwords, and strict_password_validation refuses hashes"
		c.Hint = "SET GLOBAL strict_password_validation = OFF: our passwords are random, and a hash stands in no log"
	}
	return c
}

// checkAttempts: to see that a wrong password is refused, one is tried at each
// endpoint, and so is a password that was retired.
func (o observed) checkAttempts(endpoints int) engine.Check {
	c := engine.Check{Name: "failed logins", OK: true, Detail: "wrong passwords, as they will be tried, lock nobody"}
	limit, hint := o.number("max_password_errors"), "SET GLOBAL max_password_errors"
	for _, h := range o.oldHoldings {
		if h.what == "FAILED_LOGIN_ATTEMPTS" {
			limit, _ = strconv.Atoi(h.value) // what is no number is no limit
			hint = "ALTER USER " + account{o.old, o.host}.String() + " FAILED_LOGIN_ATTEMPTS"
		}
	}
	if most := 2 * endpoints; limit > 0 && limit <= most {
		c.OK, c.Detail = false, fmt.Sprintf("wrong passwords in a row lock %s: %d do, up to %d will be tried", o.old, limit, most)
		c.Hint = fmt.Sprintf("%s %d, or more", hint, most+1)
	}
	return c
}

func (o observed) checkClock() engine.Check {
	c := engine.Check{Name: "clock", OK: o.skew.Abs() <= maxSkew, Detail: "the server's and ours agree"}
	if !c.OK {
		c.Detail, c.Hint = fmt.Sprintf("the server's is %s off ours", o.skew.Round(time.Second)), "set both by NTP"
	}
	return c
}

// checkLog only informs: what the log may show is a hash.
func (o observed) checkLog() engine.Check {
	return engine.Check{
		Name: "server log", OK: true,
		Detail: fmt.Sprintf("general_log is %s; the password is sent as a hash and stands in no log", o.variables["general_log"]),
	}
}
