package mysql

import (
	"fmt"
	"strconv"
	"strings"
)

// server is which program serves, and its version.
type server struct {
	mariaDB bool
	text    string // "10.11.19-MariaDB-deb12"
	number  int    // 101119; 80036 of MySQL 8.0.36

	readOnly bool // as replicas are
}

// serverQuery finds out. A server may be told to give another version, but
// hardly another comment as well.
const serverQuery = "SELECT VERSION(), @@version_comment, @@global.read_only"

func parseServer(version, comment, readOnly string) server {
	s := server{text: version, readOnly: readOnly != "0" && readOnly != "OFF", mariaDB: strings.Contains(version+comment, "MariaDB") || strings.Contains(comment, "mariadb")}
	// Old MariaDB servers put this before their own version for replication.
	digits, _, _ := strings.Cut(strings.TrimPrefix(version, "5.5.5-"), "-")
	for i, part := range strings.SplitN(digits, ".", 3) {
		n, err := strconv.Atoi(part)
		if err != nil {
			break
		}
		s.number += n * []int{10000, 100, 1}[i]
	}
	return s
}

// String is "MariaDB 10.11.19".
func (s server) String() string {
	name := "MySQL"
	if s.mariaDB {
		name = "MariaDB"
	}
	return fmt.Sprintf("%s %d.%d.%d", name, s.number/10000, s.number/100%100, s.number%100)
}

// The versions from which servers have what we need (manuals, CREATE USER and
// ALTER USER).
const (
	mariaDBLocksAccounts = 100402
	mysqlLocksAccounts   = 50706
	mysqlDefaultsToSHA2  = 80000
	mysqlKeepsTwo        = 80014 // dual passwords
)

func (s server) locksAccounts() bool {
	if s.mariaDB {
		return s.number >= mariaDBLocksAccounts
	}
	return s.number >= mysqlLocksAccounts
}

func (s server) keepsTwoPasswords() bool { return !s.mariaDB && s.number >= mysqlKeepsTwo }
