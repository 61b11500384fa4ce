package sandbox

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// StartReplica makes a hot standby of primary in dir, which must exist, and
// blocks until it accepts connections or ctx ends. It streams from then on, so
// users and passwords are those of primary; settings override the sandbox's
// own. What StartPostgres says of root and of the server's life holds here too.
//
// The error is ErrPostgresMissing where PostgreSQL is not installed.
func StartReplica(ctx context.Context, dir string, primary *Postgres, settings ...PostgresSetting) (*Postgres, error) {
	binaries, err := findPostgres()
	if err != nil {
		return nil, err
	}
	account, err := dropRoot(dir)
	if err != nil {
		return nil, err
	}
	cluster := cluster{binaries: binaries, account: account, dir: dir}
	source, err := cluster.copy(ctx, primary)
	if err != nil {
		return nil, fmt.Errorf("copy the database cluster of %s:%d to %s: %w", primary.Host, primary.Port, dir, err)
	}
	// A standby that looks for new write-ahead log only every five seconds
	// after a break (wal_retrieve_retry_interval) makes tests slow.
	settings = slices.Concat([]PostgresSetting{
		{"primary_conninfo", source},
		{"wal_retrieve_retry_interval", "100ms"},
	}, settings)
	const draws = 3 // the port is free when it is drawn, and may be taken when it is used
	for range draws {
		var server *Postgres
		if server, err = cluster.start(ctx, settings); err == nil {
			server.Password = primary.Password
			return server, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, fmt.Errorf("start a replica of PostgreSQL in %s: %w", dir, err)
}

// copy runs pg_basebackup and returns how to reach primary. The password stays
// in a file: arguments are public, and the standby needs it as long as it lives.
func (c cluster) copy(ctx context.Context, primary *Postgres) (conninfo string, err error) {
	passwordFile := filepath.Join(c.dir, "primary-password")
	line := fmt.Sprintf("%s:%d:*:%s:%s\n", primary.Host, primary.Port, primary.Admin, primary.Password.Text())
	if err := os.WriteFile(passwordFile, []byte(line), 0o600); err != nil {
		return "", err
	}
	if err := c.account.own(passwordFile); err != nil {
		return "", err
	}
	conninfo = strings.Join([]string{
		"host=" + primary.Host, fmt.Sprint("port=", primary.Port), "user=" + primary.Admin,
		"passfile='" + passwordFile + "'", "sslmode=disable", "application_name=replica",
	}, " ")
	backup := command(ctx, c.account, filepath.Join(c.binaries, "pg_basebackup"),
		"--pgdata="+c.data(), "--dbname="+conninfo, "--write-recovery-conf", "--wal-method=stream",
		"--checkpoint=fast", "--no-sync", "--no-password")
	backup.Dir = c.dir
	if output, err := backup.CombinedOutput(); err != nil {
		return "", fmt.Errorf("pg_basebackup: %w: %s", err, output)
	}
	return conninfo, c.certify()
}
