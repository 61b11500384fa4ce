package sandbox

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// Postgres is a running PostgreSQL server. It asks everyone for a password, by
// SCRAM-SHA-256, offers TLS, and has no Unix socket. Its methods may be called from several
// goroutines.
type Postgres struct {
	Host     string
	Port     int
	Admin    string         // a superuser
	Password *secret.Secret // of Admin
	LogPath  string         // what the server writes to its log, readable at any time
	CertPath string         // its certificate, in PEM: with it as root, sslmode verify-full works

	launch  func(context.Context) (*process, error) // once more, on the same port
	mu      sync.Mutex
	process *process
}

// PostgresSetting is a server setting, as in postgresql.conf.
type PostgresSetting struct {
	Name, Value string
}

// adminRole is the superuser of every sandbox.
const adminRole = "sandbox_admin"

// StartPostgres makes a new database cluster in dir, which must exist, and
// blocks until the server accepts connections or ctx ends; settings override
// the sandbox's own. The server outlives ctx. On Linux it dies with this
// process, however that ends; elsewhere Stop must be called.
//
// PostgreSQL refuses to run as root. Started by root, it runs as the user
// postgres, or nobody, who becomes the owner of dir and must be able to reach it.
//
// The error is ErrPostgresMissing where PostgreSQL is not installed.
func StartPostgres(ctx context.Context, dir string, settings ...PostgresSetting) (*Postgres, error) {
	binaries, err := findPostgres()
	if err != nil {
		return nil, err
	}
	account, err := dropRoot(dir)
	if err != nil {
		return nil, err
	}
	const passwordLength = 32
	password, err := secret.Generate(rand.Reader, passwordLength)
	if err != nil {
		return nil, err
	}
	cluster := cluster{binaries: binaries, account: account, dir: dir}
	if err := cluster.init(ctx, password); err != nil {
		return nil, fmt.Errorf("make a database cluster in %s: %w", dir, err)
	}
	// The port is free when it is drawn, and may be taken when it is used.
	const draws = 3
	for range draws {
		var server *Postgres
		if server, err = cluster.start(ctx, settings); err == nil {
			server.Password = password
			return server, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, fmt.Errorf("start PostgreSQL in %s: %w", dir, err)
}

// Stop ends sessions and the server (fast shutdown) and returns when it is
// gone. It may be repeated. The folder stays, and Start can be called.
func (p *Postgres) Stop() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.process.stop()
}

// Connect opens a session of user in database, as the application
// "sandbox". The caller closes it.
func (p *Postgres) Connect(ctx context.Context, user string, password *secret.Secret, database string) (*pgx.Conn, error) {
	config, err := loginConfig(p.Host, p.Port, user, password, database)
	if err != nil {
		return nil, err
	}
	return pgx.ConnectConfig(ctx, config)
}

// loginConfig prepares a session of the application "sandbox".
func loginConfig(host string, port int, user string, password *secret.Secret, database string) (*pgx.ConnConfig, error) {
	// Every setting that the environment could bring in is named here.
	config, err := pgx.ParseConfig("host=" + host + " port=" + strconv.Itoa(port) +
		" user=none password=none dbname=none sslmode=disable application_name=sandbox")
	if err != nil {
		return nil, fmt.Errorf("prepare a connection: %w", err)
	}
	config.User, config.Password, config.Database = user, password.Text(), database
	return config, nil
}

// cluster is a folder with a database cluster.
type cluster struct {
	binaries string
	account  *account
	dir      string
}

func (c cluster) data() string { return filepath.Join(c.dir, "data") }

// init runs initdb and makes a certificate. The password goes through a file: arguments are public.
func (c cluster) init(ctx context.Context, password *secret.Secret) error {
	passwordFile := filepath.Join(c.dir, "admin-password")
	if err := os.WriteFile(passwordFile, password.Reveal(), 0o600); err != nil {
		return err
	}
	defer func() { _ = os.Remove(passwordFile) }() // initdb has failed if it is not there
	if err := c.account.own(passwordFile); err != nil {
		return err
	}
	initdb := command(ctx, c.account, filepath.Join(c.binaries, "initdb"),
		"--pgdata="+c.data(), "--username="+adminRole, "--pwfile="+passwordFile,
		"--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions",
		"--wal-segsize=1") // small segments: less to write at the start
	initdb.Dir = c.dir
	if output, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, output)
	}
	return c.certify()
}

// start runs the server on a free port and waits until it is ready.
func (c cluster) start(ctx context.Context, settings []PostgresSetting) (*Postgres, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	server := &Postgres{
		Host: "127.0.0.1", Port: port, Admin: adminRole,
		LogPath: filepath.Join(c.dir, "postgres.log"), CertPath: c.certPath(),
	}
	arguments := []string{"-D", c.data()}
	for _, s := range slices.Concat(c.settings(server), settings) {
		arguments = append(arguments, "-c", s.Name+"="+s.Value)
	}
	server.launch = func(ctx context.Context) (*process, error) { return c.launch(ctx, server.LogPath, arguments) }
	server.process, err = server.launch(ctx)
	return server, err
}

// launch runs the server and waits until it is ready.
func (c cluster) launch(ctx context.Context, logPath string, arguments []string) (*process, error) {
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the server has its own descriptor
	run := command(context.WithoutCancel(ctx), c.account, filepath.Join(c.binaries, "postgres"), arguments...)
	run.Dir, run.Stdout, run.Stderr = c.dir, log, log
	server, err := startProcess(run)
	if err != nil {
		return nil, err
	}
	if err := server.wait(ctx, func() bool { return c.ready(server.handle.Pid) }); err != nil {
		_ = server.stop() // the first error tells more
		return nil, fmt.Errorf("%w; the end of its log: %s", err, tail(logPath))
	}
	return server, nil
}

// settings make the server private, quick and careless of power cuts.
func (c cluster) settings(server *Postgres) []PostgresSetting {
	return []PostgresSetting{
		{"listen_addresses", server.Host},
		{"port", strconv.Itoa(server.Port)},
		{"unix_socket_directories", ""},
		{"password_encryption", "scram-sha-256"},
		{"ssl", "on"},
		{"ssl_cert_file", c.certPath()},
		{"ssl_key_file", c.keyPath()},
		{"max_connections", "200"},
		{"fsync", "off"},
		{"synchronous_commit", "off"},
		{"full_page_writes", "off"},
		{"shared_buffers", "32MB"},
		{"logging_collector", "off"},
		{"log_line_prefix", "%m [%p] %q%u@%d "},
	}
}

// ready reads what pg_ctl reads: the first line of postmaster.pid is the
// process, which may be one that was killed, the eighth its state
// (src/include/utils/pidfile.h).
func (c cluster) ready(pid int) bool {
	const pidLine, stateLine = 0, 7
	content, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		return false
	}
	return lineOf(string(content), pidLine) == strconv.Itoa(pid) && lineOf(string(content), stateLine) == "ready"
}
