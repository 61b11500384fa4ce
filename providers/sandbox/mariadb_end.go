package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Stop ends sessions and the server and returns when it is gone. It may be
// repeated. The folder stays, and Start can be called.
func (m *MariaDB) Stop() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return endMariaDB(m.process)
}

// endMariaDB asks for a shutdown with SIGTERM; the server ignores SIGINT, which
// stop begins with.
func endMariaDB(p *process) error {
	const patience = 20 * time.Second
	if err := p.handle.Signal(syscall.SIGTERM); err == nil {
		select {
		case <-p.gone:
		case <-time.After(patience):
		}
	}
	return p.stop()
}

// Kill ends the server with SIGKILL, as the kernel does when memory is short:
// nothing is written down, no session is told. It returns when the server is
// gone, and may be repeated. What a statement such as CREATE USER did is kept;
// for rows, set innodb-flush-log-at-trx-commit to 1.
func (m *MariaDB) Kill() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.process.handle.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill MariaDB: %w", err)
	}
	<-m.process.gone
	return nil
}

// Start starts a server that was stopped or killed, on the same port and with
// the same settings, and blocks until it accepts connections or ctx ends.
func (m *MariaDB) Start(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case <-m.process.gone:
	default:
		return nil // it runs
	}
	p, err := m.launch(ctx)
	if err != nil {
		return fmt.Errorf("start MariaDB in %s again: %w", filepath.Dir(m.LogPath), err)
	}
	m.process = p
	return nil
}
