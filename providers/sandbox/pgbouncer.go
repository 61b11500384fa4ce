package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// ErrPgBouncerMissing says that this machine has no PgBouncer.
var ErrPgBouncerMissing = errors.New("pgbouncer was not found")

// PgBouncer is a running pooler in front of a PostgreSQL server. It asks
// clients for a password by SCRAM-SHA-256 and pools by transaction. Its methods
// may be called from several goroutines.
type PgBouncer struct {
	Host         string
	Port         int
	Admin        string         // who may use the admin console: the server's superuser
	Password     *secret.Secret // of Admin
	UserlistPath string         // its auth_file, which names Admin alone at first
	LogPath      string

	process *process
}

// PgBouncerSetting is a setting of the section [pgbouncer] in pgbouncer.ini.
type PgBouncerSetting struct {
	Name, Value string
}

// StartPgBouncer starts a pooler for every database of server, with its files
// in dir, which must exist, and blocks until it listens or ctx ends; settings
// override the sandbox's own. To have it look up users at the server, set
// auth_user to server.Admin. What StartPostgres says of root and of the
// server's life holds here too.
//
// The error is ErrPgBouncerMissing where PgBouncer is not installed.
func StartPgBouncer(ctx context.Context, dir string, server *Postgres, settings ...PgBouncerSetting) (*PgBouncer, error) {
	program, err := findPgBouncer()
	if err != nil {
		return nil, err
	}
	account, err := dropRoot(dir)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	p := &PgBouncer{
		Host: "127.0.0.1", Port: port, Admin: server.Admin, Password: server.Password,
		UserlistPath: filepath.Join(dir, "userlist.txt"), LogPath: filepath.Join(dir, "pgbouncer.log"),
	}
	ini := filepath.Join(dir, "pgbouncer.ini")
	err = errors.Join(
		account.write(ini, p.configuration(server, settings)),
		account.write(p.UserlistPath, fmt.Sprintf("%q %q\n", p.Admin, p.Password.Text())),
	)
	if err != nil {
		return nil, err
	}
	run := command(context.WithoutCancel(ctx), account, program, "-q", ini)
	run.Dir = dir
	if p.process, err = startProcess(run); err != nil {
		return nil, err
	}
	if err := p.process.wait(ctx, p.listens); err != nil {
		_ = p.Stop() // the first error tells more
		return nil, fmt.Errorf("start PgBouncer in %s: %w; the end of its log: %s", dir, err, tail(p.LogPath))
	}
	return p, nil
}

// configuration is pgbouncer.ini.
func (p *PgBouncer) configuration(server *Postgres, settings []PgBouncerSetting) string {
	lines := []string{"[databases]", fmt.Sprintf("* = host=%s port=%d", server.Host, server.Port), "[pgbouncer]"}
	for _, s := range slices.Concat([]PgBouncerSetting{
		{"listen_addr", p.Host},
		{"listen_port", strconv.Itoa(p.Port)},
		{"unix_socket_dir", ""},
		{"logfile", p.LogPath},
		{"auth_type", "scram-sha-256"},
		{"auth_file", p.UserlistPath},
		{"admin_users", p.Admin},
		{"pool_mode", "transaction"},
		{"max_client_conn", "300"},
		{"ignore_startup_parameters", "extra_float_digits"},
	}, settings) {
		lines = append(lines, s.Name+" = "+s.Value)
	}
	return strings.Join(lines, "\n") + "\n"
}

// Stop ends the pooler at once and returns when it is gone. It may be repeated.
func (p *PgBouncer) Stop() error {
	const patience = 5 * time.Second
	// SIGINT, which stop begins with, would wait for clients to leave.
	if err := p.process.handle.Signal(syscall.SIGTERM); err == nil {
		select {
		case <-p.process.gone:
		case <-time.After(patience):
		}
	}
	return p.process.stop()
}

// Connect opens a session of user in database through the pooler, as the
// application "sandbox". It sends queries without preparing them, as pooling by
// transaction wants it. The caller closes it.
func (p *PgBouncer) Connect(ctx context.Context, user string, password *secret.Secret, database string) (*pgx.Conn, error) {
	config, err := loginConfig(p.Host, p.Port, user, password, database)
	if err != nil {
		return nil, err
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	return pgx.ConnectConfig(ctx, config)
}

func (p *PgBouncer) listens() bool {
	conn, err := net.Dial("tcp", net.JoinHostPort(p.Host, strconv.Itoa(p.Port)))
	if err != nil {
		return false
	}
	_ = conn.Close() // it was only to see
	return true
}

// findPgBouncer looks in the search path and where Debian puts it, which is not
// in everyone's.
func findPgBouncer() (string, error) {
	for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", engine.NewProblem(ErrPgBouncerMissing, "apt-get install pgbouncer", "PgBouncer is not installed")
}

// write makes a file that only the account can read.
func (a *account) write(path, content string) error {
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		return err
	}
	return a.own(path)
}
