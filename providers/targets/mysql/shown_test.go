package mysql

import (
	"strings"
	"testing"
)

// What MySQL shows, and what of it can be given and taken.
func TestParseShown(t *testing.T) {
	t.Parallel()
	a := account{"next", "%"}
	for line, want := range map[string]string{
		"GRANT USAGE ON *.* TO `u`@`%`": "",
		"GRANT SELECT, CREATE TEMPORARY TABLES ON *.* TO `u`@`%` WITH GRANT OPTION": `SELECT on *.* / GRANT SELECT ON *.* TO 'next'@'%' / REVOKE SELECT ON *.* FROM 'next'@'%'
CREATE TEMPORARY TABLES on *.* / GRANT CREATE TEMPORARY TABLES ON *.* TO 'next'@'%' / REVOKE CREATE TEMPORARY TABLES ON *.* FROM 'next'@'%'
GRANT OPTION on *.* / GRANT GRANT OPTION ON *.* TO 'next'@'%' / REVOKE GRANT OPTION ON *.* FROM 'next'@'%'`,
		"GRANT BACKUP_ADMIN,XA_RECOVER_ADMIN ON *.* TO `u`@`%` WITH GRANT OPTION": `BACKUP_ADMIN on *.* = for others as well / GRANT BACKUP_ADMIN ON *.* TO 'next'@'%' WITH GRANT OPTION / REVOKE BACKUP_ADMIN ON *.* FROM 'next'@'%'
XA_RECOVER_ADMIN on *.* = for others as well / GRANT XA_RECOVER_ADMIN ON *.* TO 'next'@'%' WITH GRANT OPTION / REVOKE XA_RECOVER_ADMIN ON *.* FROM 'next'@'%'`,
		"GRANT BACKUP_ADMIN ON *.* TO `u`@`%`":                           "BACKUP_ADMIN on *.* / GRANT BACKUP_ADMIN ON *.* TO 'next'@'%' / REVOKE BACKUP_ADMIN ON *.* FROM 'next'@'%'",
		"GRANT ALL PRIVILEGES ON `sh\\_p%`.* TO `u`@`%`":                 "ALL PRIVILEGES on `sh\\_p%`.* / GRANT ALL PRIVILEGES ON `sh\\_p%`.* TO 'next'@'%' / REVOKE ALL PRIVILEGES ON `sh\\_p%`.* FROM 'next'@'%'",
		"GRANT SELECT (`a`, `b c`) ON `shop`.`on` TO `u`@`%`":            "SELECT (a) on shop.on / GRANT SELECT (`a`) ON `shop`.`on` TO 'next'@'%' / REVOKE SELECT (`a`) ON `shop`.`on` FROM 'next'@'%'\nSELECT (`b c`) on shop.on / GRANT SELECT (`b c`) ON `shop`.`on` TO 'next'@'%' / REVOKE SELECT (`b c`) ON `shop`.`on` FROM 'next'@'%'",
		"GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `u`@`%`":               "EXECUTE on PROCEDURE shop.p / GRANT EXECUTE ON PROCEDURE `shop`.`p` TO 'next'@'%' / REVOKE EXECUTE ON PROCEDURE `shop`.`p` FROM 'next'@'%'",
		"GRANT PROXY ON ``@`` TO `u`@`%` WITH GRANT OPTION":              "PROXY on ``@`` = for others as well / GRANT PROXY ON ``@`` TO 'next'@'%' WITH GRANT OPTION / REVOKE PROXY ON ``@`` FROM 'next'@'%'",
		"GRANT `r`@`%`,`to`@`10.%` TO `u`@`%` WITH ADMIN OPTION":         "role r@`%` = with ADMIN OPTION / GRANT `r`@`%` TO 'next'@'%' WITH ADMIN OPTION / REVOKE `r`@`%` FROM 'next'@'%'\nrole to@`10.%` = with ADMIN OPTION / GRANT `to`@`10.%` TO 'next'@'%' WITH ADMIN OPTION / REVOKE `to`@`10.%` FROM 'next'@'%'",
		"REVOKE INSERT, UPDATE ON `mysql`.* FROM `u`@`%`":                "no INSERT on mysql.* / REVOKE INSERT ON `mysql`.* FROM 'next'@'%' / GRANT INSERT ON `mysql`.* TO 'next'@'%'\nno UPDATE on mysql.* / REVOKE UPDATE ON `mysql`.* FROM 'next'@'%' / GRANT UPDATE ON `mysql`.* TO 'next'@'%'",
		`GRANT SELECT ON "shop".* TO "u"@"%" WITH GRANT OPTION`:          "SELECT on shop.* / GRANT SELECT ON `shop`.* TO 'next'@'%' / REVOKE SELECT ON `shop`.* FROM 'next'@'%'\nGRANT OPTION on shop.* / GRANT GRANT OPTION ON `shop`.* TO 'next'@'%' / REVOKE GRANT OPTION ON `shop`.* FROM 'next'@'%'",
		"SET DEFAULT ROLE `r` FOR `u`@`%`":                               "default role = r / SET DEFAULT ROLE `r` FOR 'next'@'%' / SET DEFAULT ROLE NONE FOR 'next'@'%'",
		"GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*00FF'":   "",
		"GRANT SELECT ON `a``b`.`c` TO `u`@`%` REQUIRE SSL WITH MAX_X 3": "SELECT on `a``b`.c / GRANT SELECT ON `a``b`.`c` TO 'next'@'%' / REVOKE SELECT ON `a``b`.`c` FROM 'next'@'%'",
	} {
		held, err := parseShown(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		if got := written(held, a); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", line, got, want)
		}
	}
}

func written(held []holding, a account) string {
	var lines []string
	for _, h := range held {
		lines = append(lines, h.String()+" / "+h.give.of(a)+" / "+h.take.of(a))
	}
	return strings.Join(lines, "\n")
}

// What cannot be read is an error that shows no verifier.
func TestParseShownRefuses(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"", "GRANT", "GRANT SELECT", "GRANT SELECT ON shop TO `u`@`%`", "GRANT SELECT ( ON a.b TO `u`@`%`", "GRANT SELECT (a ON a.b TO u",
		"GRANT ON a.b TO `u`@`%` IDENTIFIED BY PASSWORD '*C0FFEE'", "DROP USER x, y", "GRANT `r TO `u`@`%`", "REVOKE x FROM y",
		"GRANT SELECT ON a.b TO `u`@`%` IDENTIFIED BY PASSWORD '*C0FFEE'; DROP USER x",
	} {
		if held, err := parseShown(line); err == nil {
			t.Errorf("%s: %+v", line, held)
		} else if strings.Contains(err.Error(), "C0FFEE") {
			t.Errorf("the error shows a verifier: %v", err)
		}
	}
}

func TestParseUser(t *testing.T) {
	t.Parallel()
	a := account{"next", "%"}
	for line, want := range map[string]string{
		"CREATE USER `u`@`%` IDENTIFIED WITH 'caching_sha2_password' AS '$A$005$\\'\\\\WITH REQUIRE' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT": "",
		"CREATE USER `u`@`%` IDENTIFIED BY PASSWORD '*00' PASSWORD EXPIRE":                                                             "",
		"CREATE USER `u`@`%` IDENTIFIED VIA ed25519 USING 'x' OR unix_socket ACCOUNT LOCK":                                             "another login method = unix_socket / 'next'@'%' / 'next'@'%'",
		"CREATE USER `u`@`%` IDENTIFIED WITH 'x' DEFAULT ROLE `r`@`%`,`s`@`%` REQUIRE X509":                                            "default role = r@`%`,s@`%` / ALTER USER 'next'@'%' DEFAULT ROLE `r`@`%`,`s`@`%` / ALTER USER 'next'@'%' DEFAULT ROLE NONE\nREQUIRE = X509 / ALTER USER 'next'@'%' REQUIRE X509 / ALTER USER 'next'@'%' REQUIRE NONE",
		"CREATE USER `u`@`%` WITH MAX_STATEMENT_TIME 1.500000 MAX_USER_CONNECTIONS 5":                                                  "MAX_STATEMENT_TIME = 1.500000 / ALTER USER 'next'@'%' WITH MAX_STATEMENT_TIME 1.500000 / ALTER USER 'next'@'%' WITH MAX_STATEMENT_TIME 0\nMAX_USER_CONNECTIONS = 5 / ALTER USER 'next'@'%' WITH MAX_USER_CONNECTIONS 5 / ALTER USER 'next'@'%' WITH MAX_USER_CONNECTIONS 0",
		"CREATE USER `u`@`%` PASSWORD HISTORY 5 PASSWORD REUSE INTERVAL 9 DAY PASSWORD REQUIRE CURRENT":                                "PASSWORD HISTORY = 5 / ALTER USER 'next'@'%' PASSWORD HISTORY 5 / ALTER USER 'next'@'%' PASSWORD HISTORY DEFAULT\nPASSWORD REUSE INTERVAL = 9 DAY / ALTER USER 'next'@'%' PASSWORD REUSE INTERVAL 9 DAY / ALTER USER 'next'@'%' PASSWORD REUSE INTERVAL DEFAULT\nPASSWORD REQUIRE CURRENT / ALTER USER 'next'@'%' PASSWORD REQUIRE CURRENT / ALTER USER 'next'@'%' PASSWORD REQUIRE CURRENT DEFAULT",
		"CREATE USER `u`@`%` PASSWORD REQUIRE CURRENT OPTIONAL FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME UNBOUNDED":                   "PASSWORD REQUIRE CURRENT = OPTIONAL / ALTER USER 'next'@'%' PASSWORD REQUIRE CURRENT OPTIONAL / ALTER USER 'next'@'%' PASSWORD REQUIRE CURRENT DEFAULT\nFAILED_LOGIN_ATTEMPTS = 3 / ALTER USER 'next'@'%' FAILED_LOGIN_ATTEMPTS 3 / ALTER USER 'next'@'%' FAILED_LOGIN_ATTEMPTS 0\nPASSWORD_LOCK_TIME = UNBOUNDED / ALTER USER 'next'@'%' PASSWORD_LOCK_TIME UNBOUNDED / ALTER USER 'next'@'%' PASSWORD_LOCK_TIME 0",
		"CREATE USER `u`@`%` REQUIRE SUBJECT '/CN=a b' AND ISSUER '/CN=ca' PASSWORD EXPIRE INTERVAL 90 DAY ATTRIBUTE '{\"k\": \"v\"}'": "REQUIRE = SUBJECT '/CN=a b' AND ISSUER '/CN=ca' / ALTER USER 'next'@'%' REQUIRE SUBJECT '/CN=a b' AND ISSUER '/CN=ca' / ALTER USER 'next'@'%' REQUIRE NONE\nPASSWORD EXPIRE = INTERVAL 90 DAY / ALTER USER 'next'@'%' PASSWORD EXPIRE INTERVAL 90 DAY / ALTER USER 'next'@'%' PASSWORD EXPIRE DEFAULT\nattribute = '{\"k\": \"v\"}' / ALTER USER 'next'@'%' ATTRIBUTE '{\"k\": \"v\"}' / 'next'@'%'",
	} {
		held, err := parseUser(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		if got := written(held, a); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", line, got, want)
		}
	}
}

// Strings as MariaDB 10.11.14 shows them, with nothing escaped, beside what later
// versions make of them.
func TestParseStringsOfBothKinds(t *testing.T) {
	t.Parallel()
	a := account{"next", "%"}
	for _, c := range []struct {
		read             func(string) ([]holding, error)
		bare, byTheRules string
		want             string
	}{
		{
			parseShown, `GRANT PROXY ON 'a\'@'%' TO 'u\'@'%'`, `GRANT PROXY ON 'a\\'@'%' TO 'u\\'@'%'`,
			"PROXY on `a\\`@`%` / GRANT PROXY ON `a\\`@`%` TO 'next'@'%' / REVOKE PROXY ON `a\\`@`%` FROM 'next'@'%'",
		},
		{
			parseShown, `GRANT PROXY ON 'it's'@'%' TO 'u'@'%'`, `GRANT PROXY ON 'it''s'@'%' TO 'u'@'%'`,
			"PROXY on `it's`@`%` / GRANT PROXY ON `it's`@`%` TO 'next'@'%' / REVOKE PROXY ON `it's`@`%` FROM 'next'@'%'",
		},
		{
			parseShown, "GRANT USAGE ON *.* TO `u\\`@`%` REQUIRE SUBJECT '/CN=it's\\'", "GRANT USAGE ON *.* TO `u\\`@`%` REQUIRE SUBJECT '/CN=it\\'s\\\\'", "",
		},
		{
			parseUser, "CREATE USER `u\\`@`%` REQUIRE ISSUER '/CN=a dog's bone's' SUBJECT '/CN=it's\\'", "CREATE USER `u\\`@`%` REQUIRE ISSUER '/CN=a dog\\'s bone\\'s' SUBJECT '/CN=it\\'s\\\\'",
			`REQUIRE = ISSUER '/CN=a dog''s bone''s' SUBJECT '/CN=it''s\\' / ALTER USER 'next'@'%' REQUIRE ISSUER '/CN=a dog''s bone''s' SUBJECT '/CN=it''s\\' / ALTER USER 'next'@'%' REQUIRE NONE`,
		},
	} {
		for _, line := range []string{c.bare, c.byTheRules} {
			held, err := c.read(line)
			if err != nil {
				t.Errorf("%s: %v", line, err)
			}
			if got := written(held, a); got != c.want {
				t.Errorf("%s:\n%s\nwant:\n%s", line, got, c.want)
			}
		}
	}
}

func TestParseServer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		version, comment, want string
		locks, two             bool
	}{
		{"8.0.36", "MySQL Community Server - GPL", "MySQL 8.0.36", true, true},
		{"8.0.13-log", "", "MySQL 8.0.13", true, false},
		{"5.7.5-m15", "", "MySQL 5.7.5", false, false},
		{"8.0.35-27", "Percona Server (GPL)", "MySQL 8.0.35", true, true},
		{"8.0.mysql_aurora.3.04.0", "Source distribution", "MySQL 8.0.0", true, false},
		{"10.11.19-MariaDB-0+deb12u1", "Debian 12", "MariaDB 10.11.19", true, false},
		{"5.5.5-10.4.1-MariaDB", "", "MariaDB 10.4.1", false, false},
		{"11.4.2", "mariadb.org binary distribution", "MariaDB 11.4.2", true, false},
		{"nonsense", "", "MySQL 0.0.0", false, false},
	} {
		s := parseServer(c.version, c.comment, "0")
		if s.String() != c.want || s.locksAccounts() != c.locks || s.keepsTwoPasswords() != c.two {
			t.Errorf("%s, %s: %s, locks %t, two passwords %t", c.version, c.comment, s, s.locksAccounts(), s.keepsTwoPasswords())
		}
	}
}

// Whatever a server shows: no panic, and what comes of it can be read again.
func FuzzParseShown(f *testing.F) {
	f.Add("GRANT SELECT (`a`, `b``c`), INSERT ON `shop`.`it's` TO 'u'@'%' WITH GRANT OPTION")
	f.Add("GRANT `r`@`%`,`s`@`%` TO `u`@`%` WITH ADMIN OPTION")
	f.Add("GRANT PROXY ON ``@`` TO `u`@`%`")
	f.Add("REVOKE INSERT ON `mysql`.* FROM `u`@`%`")
	f.Add("CREATE USER `u`@`%` IDENTIFIED VIA x USING 'y' REQUIRE SUBJECT 'z' WITH MAX_STATEMENT_TIME 1.5 PASSWORD EXPIRE INTERVAL 9 DAY")
	f.Fuzz(func(t *testing.T, line string) {
		held, err := parseShown(line)
		if err != nil {
			held, err = parseUser(line)
		}
		if err != nil {
			return
		}
		for _, h := range held {
			for _, p := range []phrase{h.give, h.take} {
				if statement := p.of(account{`o'd\d`, "%"}); statement != "" {
					if _, err := tokenize(statement); err != nil {
						t.Errorf("%q gives %q: %v", line, statement, err)
					}
				}
			}
		}
	})
}
