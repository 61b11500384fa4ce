package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/go-sql-driver/mysql"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// MariaDB is a running MariaDB server. It asks everyone for a password, by
// mysql_native_password, offers TLS, reads no option file, and has no user but
// Admin. Its methods may be called from several goroutines.
type MariaDB struct {
	Host     string
	Port     int
	Admin    string         // may do anything, from any host
	Password *secret.Secret // of Admin
	LogPath  string         // the error log, readable at any time
	CertPath string         // of the authority that signed its certificate, for 127.0.0.1 and localhost

	launch  func(context.Context) (*process, error) // once more, on the same port
	mu      sync.Mutex
	process *process
}

// MariaDBSetting is a server setting, as in my.cnf.
type MariaDBSetting struct {
	Name, Value string
}

// StartMariaDB makes a new data folder in dir, which must exist, and blocks
// until the server accepts connections or ctx ends; settings override the
// sandbox's own. What StartPostgres says of root and of the server's life holds
// here too.
//
// The error is ErrMariaDBMissing where MariaDB is not installed.
func StartMariaDB(ctx context.Context, dir string, settings ...MariaDBSetting) (*MariaDB, error) {
	programs, err := findMariaDB()
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
	home := mariadbHome{programs: programs, account: account, dir: dir}
	if err := home.init(ctx, password); err != nil {
		return nil, fmt.Errorf("make a MariaDB data folder in %s: %w", dir, err)
	}
	// The port is free when it is drawn, and may be taken when it is used.
	const draws = 3
	for range draws {
		var server *MariaDB
		if server, err = home.start(ctx, settings); err == nil {
			server.Password = password
			return server, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, fmt.Errorf("start MariaDB in %s: %w", dir, err)
}

// Connect logs in and returns a pool of one session, as the program "sandbox".
// The caller closes it. An empty database is none.
func (m *MariaDB) Connect(ctx context.Context, user string, password *secret.Secret, database string) (*sql.DB, error) {
	config := mysql.NewConfig()
	config.Net, config.Addr = "tcp", m.address()
	config.User, config.Passwd, config.DBName = user, password.Text(), database
	config.ConnectionAttributes = "program_name:sandbox"
	config.Logger = &mysql.NopLogger{}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("prepare a connection: %w", err)
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(1)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close() // the first error tells more
		return nil, err
	}
	return pool, nil
}

func (m *MariaDB) address() string { return net.JoinHostPort(m.Host, strconv.Itoa(m.Port)) }

// start runs the server on a free port and waits until it is ready.
func (h mariadbHome) start(ctx context.Context, settings []MariaDBSetting) (*MariaDB, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	server := &MariaDB{
		Host: "127.0.0.1", Port: port, Admin: adminRole,
		LogPath: filepath.Join(h.dir, "mariadb.log"), CertPath: h.rootPath(),
	}
	server.launch = func(ctx context.Context) (*process, error) { return h.launch(ctx, server, settings) }
	server.process, err = server.launch(ctx)
	return server, err
}
