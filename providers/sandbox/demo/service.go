package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/rotadeck/rotadeck/providers/reload"
)

// The load of a service: 40 requests a second, which is work enough to see one
// fail, and leaves a laptop to its user.
const (
	workers  = 2
	interval = 50 * time.Millisecond
	patience = 5 * time.Second // of one request
)

// client does a service's work with the credential that is mounted, whichever
// that is.
type client interface {
	reload.Source
	use(ctx context.Context) error
	Close()
}

// connector makes a client that follows the mount in dir, and reports what
// counter counts.
type connector func(ctx context.Context, dir string, counter *reload.Counter) (client, error)

// service is an application under steady load. It serves POST /reload and
// GET /status, and hears of changes of its mount by itself.
type service struct {
	client  client
	counter reload.Counter
	server  *http.Server
	stop    context.CancelFunc
	done    sync.WaitGroup
}

// startService connects, begins to work and answers at listener, which it owns.
func startService(ctx context.Context, name, dir string, connect connector, listener net.Listener) (*service, error) {
	s := &service{}
	var err error
	if s.client, err = connect(ctx, dir, &s.counter); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", name, err), listener.Close())
	}
	handler := reload.Handler(s.client, "")
	mux := http.NewServeMux()
	mux.Handle("POST /reload", handler)
	mux.Handle("GET /status", handler)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: patience}
	s.done.Go(func() { _ = s.server.Serve(listener) }) // ends with close

	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	for range workers {
		s.done.Go(func() { s.work(ctx) })
	}
	return s, nil
}

// close ends the load and the connections.
func (s *service) close() {
	s.stop()
	_ = s.server.Close() // nothing is owed to clients of a demo
	s.done.Wait()
	s.client.Close()
}

func (s *service) work(ctx context.Context) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.request(ctx)
		case <-ctx.Done():
			return
		}
	}
}

func (s *service) request(ctx context.Context) {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := s.client.use(limited)
	if ctx.Err() == nil { // else the demo is over, and this request does not count
		s.counter.Add(err)
	}
}
