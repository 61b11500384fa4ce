package mysqltest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// schemata are the databases of a server: their tables with their comments.
type schemata struct {
	mu   sync.Mutex
	list map[string]map[string]string
}

var (
	createDatabase = regexp.MustCompile("^CREATE DATABASE IF NOT EXISTS `([^`]*)`$")
	createTable    = regexp.MustCompile("^CREATE TABLE IF NOT EXISTS `([^`]*)`\\.`([^`]*)` \\([^)]*\\)(?: COMMENT '((?:[^']|'')*)')?$")
	dropDatabase   = regexp.MustCompile("^DROP DATABASE IF EXISTS `([^`]*)`$")
	dropUser       = regexp.MustCompile("^DROP USER IF EXISTS '([^']*)'@'([^']*)'$")
	usersLike      = regexp.MustCompile("^SELECT User, Host FROM mysql.user WHERE User LIKE '([^']*)%'")
	schemataLike   = regexp.MustCompile("(?s)TABLE_COMMENT = '((?:[^']|'')*)'.* FROM information_schema.SCHEMATA .* LIKE '([^']*)%'")
)

// answerOfSchemata is about databases and what a rehearsal has made; known is
// false for another statement.
func (s *Server) answerOfSchemata(text string) (answer *result, known bool) {
	s.schemata.mu.Lock()
	defer s.schemata.mu.Unlock()
	if s.schemata.list == nil {
		s.schemata.list = map[string]map[string]string{}
	}
	find := func(pattern *regexp.Regexp) []string { return pattern.FindStringSubmatch(text) }
	if m := find(createDatabase); m != nil {
		if s.schemata.list[m[1]] == nil {
			s.schemata.list[m[1]] = map[string]string{}
		}
		return nil, true
	}
	if m := find(createTable); m != nil {
		if _, there := s.schemata.list[m[1]][m[2]]; !there {
			s.schemata.list[m[1]][m[2]] = strings.ReplaceAll(m[3], "''", "'")
		}
		return nil, true
	}
	if m := find(dropDatabase); m != nil {
		delete(s.schemata.list, m[1])
		return nil, true
	}
	if m := find(dropUser); m != nil {
		s.Users.drop(m[1], m[2])
		return nil, true
	}
	if m := find(usersLike); m != nil {
		return s.Users.like(plainPattern(m[1])), true
	}
	if m := find(schemataLike); m != nil {
		return s.schemata.like(strings.ReplaceAll(m[1], "''", "'"), plainPattern(m[2])), true
	}
	return nil, false
}

// plainPattern is the name that a pattern stands for, but for its %.
func plainPattern(pattern string) string { return strings.NewReplacer(`\\_`, "_").Replace(pattern) }

// like lists databases whose names begin with prefix, and whether they hold nothing
// or a table of that comment.
func (s *schemata) like(comment, prefix string) *result {
	var rows [][]string
	for name, tables := range s.list {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		marked := "0"
		for _, of := range tables {
			if of == comment {
				marked = "1"
			}
		}
		if len(tables) == 0 {
			marked = "1"
		}
		rows = append(rows, []string{name, marked})
	}
	return table([]string{"SCHEMA_NAME", "marked"}, rows...)
}

func (u *Users) drop(user, host string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.list = slices.DeleteFunc(u.list, func(a *Account) bool { return a.User == user && a.Host == host })
}

func (u *Users) like(prefix string) *result {
	u.mu.Lock()
	defer u.mu.Unlock()
	var rows [][]string
	for _, a := range u.list {
		if strings.HasPrefix(a.User, prefix) {
			rows = append(rows, []string{a.User, a.Host})
		}
	}
	return table([]string{"User", "Host"}, rows...)
}

// Everything lists users with all that is kept of them, and databases.
func (s *Server) Everything() string {
	var lines []string
	s.Users.mu.Lock()
	for _, a := range s.Users.list {
		lines = append(lines, fmt.Sprintln(a.User, a.Host, a.Plugin, a.primary, a.secondary, a.locked, a.Grants))
	}
	s.Users.mu.Unlock()
	s.schemata.mu.Lock()
	defer s.schemata.mu.Unlock()
	for name, tables := range s.schemata.list {
		lines = append(lines, fmt.Sprintln(name, tables))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
