package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// The load of a service: workers times requests a second.
const (
	workers  = 2
	interval = 20 * time.Millisecond
	patience = 5 * time.Second // of one request
	poll     = 2 * time.Second // between looks at the mount
)

// client does a service's work with one credential.
type client interface {
	use(ctx context.Context) error
	identity() string
	close()
}

// connector makes a client from what is mounted.
type connector func(ctx context.Context, m mount) (client, error)

// service is an application under steady load. It serves POST /reload and
// GET /status, and looks at its mount every few seconds by itself.
type service struct {
	name    string
	dir     string
	connect connector

	server *http.Server
	stop   context.CancelFunc
	done   sync.WaitGroup

	requests, failed atomic.Uint64

	reloading sync.Mutex // one reload at a time
	mu        sync.RWMutex
	current   *session
}

// session is a client in use, with the version it was made from.
type session struct {
	client  client
	version string
	since   time.Time
	users   sync.WaitGroup
}

// startService connects, begins to work and answers at listener, which it owns.
func startService(ctx context.Context, name, dir string, connect connector, listener net.Listener) (*service, error) {
	s := &service{name: name, dir: dir, connect: connect}
	if err := s.reload(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", name, err), listener.Close())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /reload", s.serveReload)
	mux.HandleFunc("GET /status", s.serveStatus)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: patience}
	s.done.Go(func() { _ = s.server.Serve(listener) }) // ends with close

	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	for range workers {
		s.done.Go(func() { s.work(ctx) })
	}
	s.done.Go(func() { s.watch(ctx) })
	return s, nil
}

// close ends the load and the connections.
func (s *service) close() {
	s.stop()
	_ = s.server.Close() // nothing is owed to clients of a demo
	s.done.Wait()
	s.current.client.close()
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
	session := s.borrow()
	defer session.users.Done()
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := session.client.use(limited)
	if ctx.Err() != nil {
		return // the demo is over: this request does not count
	}
	s.requests.Add(1)
	if err != nil {
		s.failed.Add(1)
	}
}

func (s *service) borrow() *session {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.current.users.Add(1)
	return s.current
}

// watch reloads when the mount has a new version, for consumers that nobody
// tells.
func (s *service) watch(ctx context.Context) {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			_ = s.reload(ctx) // the old client stays; the next look tries again
		case <-ctx.Done():
			return
		}
	}
}

// reload builds a client from the mount, proves it, swaps it in and drains the
// old one. When the new one fails, the old one stays.
func (s *service) reload(ctx context.Context) error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	m, err := readMount(s.dir)
	if err != nil {
		return err
	}
	if s.current != nil && s.current.version == m[engine.FieldVersion] {
		return nil
	}
	next, err := s.connect(ctx, m)
	if err != nil {
		return err
	}
	if err := next.use(ctx); err != nil {
		next.close()
		return fmt.Errorf("the new credential does not work, the old one stays: %w", err)
	}
	s.mu.Lock()
	old := s.current
	s.current = &session{client: next, version: m[engine.FieldVersion], since: time.Now().UTC()}
	s.mu.Unlock()
	if old != nil {
		old.users.Wait()
		old.client.close()
	}
	return nil
}

func (s *service) serveReload(w http.ResponseWriter, r *http.Request) {
	if err := s.reload(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *service) serveStatus(w http.ResponseWriter, _ *http.Request) {
	s.mu.RLock()
	session := s.current
	s.mu.RUnlock()
	w.Header().Set("Content-Type", "application/json")
	err := json.NewEncoder(w).Encode(map[string]any{
		"version": session.version, "identity": session.client.identity(), "since": session.since.Format(time.RFC3339),
		"fingerprint": "", "requests": s.requests.Load(), "failed": s.failed.Load(),
	})
	if err != nil && !errors.Is(err, http.ErrHandlerTimeout) {
		panic(http.ErrAbortHandler) // the client went away
	}
}
