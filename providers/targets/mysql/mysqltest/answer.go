package mysqltest

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// serve is the life of a session.
func (c *session) serve() error {
	const quit, initDB, query, ping = 1, 2, 3, 14
	if err := c.login(); errors.Is(err, errTurnedAway) {
		return nil
	} else if err != nil {
		return fmt.Errorf("login: %w", err)
	}
	c.server.mu.Lock()
	c.listed = true
	c.server.mu.Unlock()
	for {
		packet, err := c.line.read()
		if err != nil {
			return err
		}
		switch packet[0] {
		case quit:
			return nil
		case ping, initDB:
			err = c.line.ok()
		case query:
			err = c.query(string(packet[1:]))
		default:
			err = c.line.refuse(refuse(1047, "Unknown command"))
		}
		if err != nil {
			return err
		}
	}
}

func (c *session) query(text string) error {
	s := c.server
	s.mu.Lock()
	s.log = append(s.log, text)
	cut := s.cut != "" && strings.Contains(text, s.cut)
	if cut {
		s.cut = ""
	}
	refused := s.refused != "" && strings.Contains(text, s.refused)
	if refused {
		s.refused = ""
	}
	s.mu.Unlock()
	if refused {
		return c.line.refuse(refuse(1396, "Operation failed"))
	}
	answer, err := c.answer(text)
	var no *Error
	switch {
	case cut:
		return net.ErrClosed
	case errors.As(err, &no):
		return c.line.refuse(no)
	case err != nil:
		return err
	case answer == nil:
		return c.line.ok()
	}
	return c.line.rows(answer)
}

// accountStatement is ALTER USER and CREATE USER as package mysql sends them.
var accountStatement = regexp.MustCompile(`^(?P<verb>ALTER|CREATE) USER (?P<exists>IF (?:NOT )?EXISTS )?'(?P<user>[^']*)'@'(?P<host>[^']*)'` +
	`(?: IDENTIFIED WITH (?P<plugin>\w+) AS '(?P<as>[^']*)'| IDENTIFIED BY '(?P<by>[^']*)'(?P<retain> RETAIN CURRENT PASSWORD)?| (?P<discard>DISCARD OLD PASSWORD))?(?: ACCOUNT (?P<lock>LOCK|UNLOCK))?$`)

var (
	grantStatement = regexp.MustCompile(`^((?:GRANT|REVOKE) .*) (?:TO|FROM) '([^']*)'@'([^']*)'(.*)$`)
	ofAccount      = regexp.MustCompile(`^SHOW (?:GRANTS FOR|CREATE USER) '([^']*)'@'([^']*)'$`)
	ofPasswords    = regexp.MustCompile(`^SELECT plugin, authentication_string(?s:.*)WHERE User = '([^']*)' AND Host = '([^']*)'$`)
	quotedNames    = regexp.MustCompile(`'([^']*)'`)
)

// answer is nil for OK.
func (c *session) answer(text string) (*result, error) {
	users := c.server.Users
	if answer, known := c.server.answerOfSchemata(text); known {
		return answer, nil
	}
	switch {
	case accountStatement.MatchString(text):
		if err := users.alter(named(accountStatement, text)); err != nil {
			return nil, err
		}
		return nil, nil
	case grantStatement.MatchString(text):
		return nil, users.grant(grantStatement.FindStringSubmatch(text))
	case ofAccount.MatchString(text):
		m := ofAccount.FindStringSubmatch(text)
		return users.describe(m[1], m[2], strings.Contains(text, "CREATE USER"))
	case ofPasswords.MatchString(text):
		m := ofPasswords.FindStringSubmatch(text)
		return users.passwords(m[1], m[2]), nil
	case strings.HasPrefix(text, "SELECT User, Host, plugin"):
		return users.accounts(quotedNames.FindAllString(text, -1)), nil
	case text == "SELECT CURRENT_USER()":
		return table([]string{"CURRENT_USER()"}, []string{c.account.User + "@" + c.account.Host}), nil
	case text == "SHOW GRANTS":
		return users.describe(c.account.User, c.account.Host, false)
	}
	return c.answerOfServer(text)
}

// answerOfServer is about no account.
func (c *session) answerOfServer(text string) (*result, error) {
	s := c.server
	switch {
	case strings.HasPrefix(text, "SET "):
		return nil, nil
	case strings.HasPrefix(text, "SELECT VERSION(), @@version_comment"):
		readOnly := "0"
		if s.config.Variables["read_only"] == "ON" {
			readOnly = "1"
		}
		return table([]string{"VERSION()", "@@version_comment", "@@global.read_only"}, []string{s.config.Version, s.config.Comment, readOnly}), nil
	case text == "SELECT CURRENT_ROLE()":
		return table([]string{"CURRENT_ROLE()"}, []string{"NONE"}), nil
	case strings.HasPrefix(text, "SHOW GLOBAL"):
		return s.variables(), nil
	case strings.Contains(text, "information_schema.PLUGINS"):
		rows := [][]string{{"AUTHENTICATION " + native}, {"AUTHENTICATION " + cachingSHA2}}
		for _, name := range s.config.Plugins {
			rows = append(rows, []string{name})
		}
		return table([]string{"name"}, rows...), nil
	case strings.Contains(text, "UNIX_TIMESTAMP"):
		return table([]string{"now"}, []string{strconv.FormatInt(time.Now().UnixMicro(), 10)}), nil
	case text == "SHOW SLAVE STATUS":
		return nil, refuse(1064, "You have an error in your SQL syntax")
	case text == "SHOW REPLICA STATUS":
		return table([]string{"Replica_IO_State"}), nil
	case strings.Contains(text, "information_schema.PROCESSLIST"):
		return s.processes(text), nil
	case strings.HasPrefix(text, "KILL CONNECTION "):
		id, err := strconv.ParseUint(strings.TrimPrefix(text, "KILL CONNECTION "), 10, 32)
		if err != nil || !s.kill(uint32(id)) {
			return nil, refuse(1094, "Unknown thread id: %d", id)
		}
		return nil, nil
	}
	s.t.Errorf("the scripted server does not know this statement:\n%s", text)
	return nil, refuse(1064, "You have an error in your SQL syntax")
}

func named(pattern *regexp.Regexp, text string) map[string]string {
	values := map[string]string{}
	match := pattern.FindStringSubmatch(text)
	for i, name := range pattern.SubexpNames() {
		values[name] = match[i]
	}
	return values
}

func (s *Server) variables() *result {
	values := map[string]string{
		"read_only": "OFF", "super_read_only": "OFF", "max_connections": "151", "max_user_connections": "0",
		"general_log": "ON", "log_raw": "OFF", "skip_name_resolve": "OFF", "threads_connected": "2",
	}
	maps.Copy(values, s.config.Variables)
	var rows [][]string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		rows = append(rows, []string{name, values[name]})
	}
	return table([]string{"Variable_name", "Value"}, rows...)
}

// processes lists the sessions of the users that the query names.
func (s *Server) processes(text string) *result {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &result{columns: []string{"USER", "HOST", "DB", "COMMAND", "ATTR_VALUE"}}
	onlyID := strings.HasPrefix(text, "SELECT ID")
	if onlyID {
		r.columns = []string{"ID"}
	}
	for _, id := range slices.Sorted(maps.Keys(s.sessions)) {
		c := s.sessions[id]
		if !c.listed || !strings.Contains(text[strings.Index(text, "USER"):], "'"+c.user+"'") {
			continue
		}
		number, host, command := strconv.Itoa(int(id)), c.raw.RemoteAddr().String(), "Sleep"
		row := []*string{&c.user, &host, nil, &command, nil}
		if c.program != "" {
			row[4] = &c.program
		}
		if onlyID {
			row = []*string{&number}
		}
		r.rows = append(r.rows, row)
	}
	return r
}
