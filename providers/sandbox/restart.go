package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Kill ends the server with SIGKILL, as the kernel does when memory is short:
// nothing is written down, no session is told. It returns when the server is
// gone, and may be repeated. Its sessions' processes notice and end by
// themselves. Setting synchronous_commit to on keeps what was committed.
func (p *Postgres) Kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.process.handle.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill PostgreSQL: %w", err)
	}
	<-p.process.gone
	return nil
}

// Start starts a server that was stopped or killed, on the same port and with
// the same settings, and blocks until it accepts connections or ctx ends.
func (p *Postgres) Start(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.process.gone:
	default:
		return nil // it runs
	}
	for {
		server, err := p.launch(ctx)
		if err == nil {
			p.process = server
			return nil
		}
		// After Kill, sessions may still hold the shared memory for a moment.
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("start PostgreSQL in %s again: %w", filepath.Dir(p.LogPath), err)
		}
	}
}
