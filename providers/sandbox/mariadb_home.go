package sandbox

import (
	"context"
	"crypto/sha1" // what mysql_native_password is made of
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// mariadbHome is a folder with the data of a MariaDB server.
type mariadbHome struct {
	programs mariadbPrograms
	account  *account
	dir      string
}

func (h mariadbHome) data() string { return filepath.Join(h.dir, "data") }

func (h mariadbHome) rootPath() string { return filepath.Join(h.dir, "ca", "ca.crt") }

func (h mariadbHome) certPath() string { return filepath.Join(h.dir, "server.crt") }

func (h mariadbHome) keyPath() string { return filepath.Join(h.dir, "server.key") }

// firstUsers replaces the users that a fresh server has, who need no password,
// by one who does. It writes to the tables, because the server that runs it
// answers nobody and has read no privileges (manual: mysql.global_priv).
const firstUsers = `CREATE TEMPORARY TABLE mysql.first SELECT Priv FROM mysql.global_priv WHERE User = 'root' LIMIT 1;
DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';
INSERT INTO mysql.global_priv SELECT '%%', '%[1]s', JSON_SET(Priv, '$.plugin', 'mysql_native_password', '$.authentication_string', '%[2]s') FROM mysql.first;
DELETE FROM mysql.proxies_priv;
INSERT INTO mysql.proxies_priv VALUES ('%%', '%[1]s', '', '', 1, '', now());
`

// temporary is a folder of its own: a server that starts removes what it takes
// for leftovers in there, others' tables in use included.
func (h mariadbHome) temporary() string { return filepath.Join(h.dir, "tmp") }

// init makes the system tables and a certificate.
func (h mariadbHome) init(ctx context.Context, password *secret.Secret) error {
	if err := errors.Join(os.Mkdir(h.temporary(), 0o700), h.account.own(h.temporary())); err != nil {
		return err
	}
	script := filepath.Join(h.dir, "first-users.sql")
	if err := h.account.write(script, fmt.Sprintf(firstUsers, adminRole, nativeHash(password))); err != nil {
		return err
	}
	defer func() { _ = os.Remove(script) }() // the installer has failed if it is not there
	install := command(ctx, h.account, h.programs.install,
		"--no-defaults", "--auth-root-authentication-method=normal", "--datadir="+h.data(),
		"--tmpdir="+h.temporary(), "--skip-test-db", "--extra-file="+script, "--innodb-log-file-size=4M")
	install.Dir = h.dir
	if output, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("mariadb-install-db: %w: %s", err, output)
	}
	return h.certify()
}

func (h mariadbHome) certify() error {
	ca, err := NewCA(filepath.Dir(h.rootPath()), "rotadeck sandbox")
	if err != nil {
		return err
	}
	leaf := Leaf{CommonName: "rotadeck sandbox", Names: []string{"127.0.0.1", "localhost"}}
	if _, err := ca.IssueFiles(leaf, h.certPath(), h.keyPath()); err != nil {
		return err
	}
	return h.account.own(h.keyPath())
}

// nativeHash is what the server keeps of a password: SHA1(SHA1(password)).
func nativeHash(password *secret.Secret) string {
	first := sha1.Sum(password.Reveal())
	second := sha1.Sum(first[:])
	return fmt.Sprintf("*%X", second)
}

// launch runs the server and waits until it is ready.
func (h mariadbHome) launch(ctx context.Context, server *MariaDB, settings []MariaDBSetting) (*process, error) {
	log, err := os.OpenFile(server.LogPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the server has its own descriptor
	arguments := []string{"--no-defaults"}
	for _, s := range slices.Concat(h.settings(server), settings) {
		arguments = append(arguments, "--"+s.Name+"="+s.Value)
	}
	run := command(context.WithoutCancel(ctx), h.account, h.programs.server, arguments...)
	run.Dir, run.Stdout, run.Stderr = h.dir, log, log
	killWithUs(run.SysProcAttr)
	_ = os.Remove(h.pidPath()) // of a server that was killed
	p, err := startProcess(run)
	if err != nil {
		return nil, err
	}
	if err := p.wait(ctx, func() bool { return h.ready(p.handle.Pid) }); err != nil {
		_ = endMariaDB(p) // the first error tells more
		return nil, fmt.Errorf("%w; the end of its log: %s", err, tail(server.LogPath))
	}
	return p, nil
}

// settings make the server private, quick and careless of power cuts.
func (h mariadbHome) settings(server *MariaDB) []MariaDBSetting {
	return []MariaDBSetting{
		{"datadir", h.data()},
		{"tmpdir", h.temporary()},
		{"bind-address", server.Host},
		{"port", strconv.Itoa(server.Port)},
		{"socket", filepath.Join(h.dir, "mariadb.sock")},
		{"pid-file", h.pidPath()},
		{"ssl-cert", h.certPath()},
		{"ssl-key", h.keyPath()},
		{"max-connections", "200"},
		{"skip-name-resolve", "ON"},
		{"innodb-flush-log-at-trx-commit", "0"},
		{"innodb-buffer-pool-size", "16M"},
		{"innodb-log-file-size", "4M"},
	}
}

func (h mariadbHome) pidPath() string { return filepath.Join(h.dir, "mariadb.pid") }

// ready reads the file that the server writes just before it listens to
// clients: its ports are open by then.
func (h mariadbHome) ready(pid int) bool {
	content, err := os.ReadFile(h.pidPath())
	return err == nil && strings.TrimSpace(string(content)) == strconv.Itoa(pid)
}
