// Package mysqltest has a server that speaks MySQL's protocol and answers as
// MySQL 8 does where MariaDB cannot stand in for it: users who log in by
// caching_sha2_password, dual passwords, and what SHOW says of users there:
//
//	server := mysqltest.Start(t, mysqltest.Config{Version: "8.0.36", Verify: …})
//	server.Users.Add("root", "%", "caching_sha2_password", verifier)
//	target, err := mysql.New(… server.Host, server.Port …)
//
// It is no MySQL: it knows the statements that package mysql sends, and fails
// the test at any other.
package mysqltest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
)

// Config says what a server is.
type Config struct {
	Version string // "8.0.36"
	Comment string // "MySQL Community Server - GPL" when empty
	// Verify says whether verifier is what plugin keeps of password.
	Verify func(plugin, verifier, password string) bool
	// Hash makes the verifier of password for plugin.
	Hash      func(plugin, password string) string
	TLS       *tls.Config       // nil for none
	Variables map[string]string // more of them, or other values
	Plugins   []string          // more of them: "PASSWORD VALIDATION simple_password_check"
}

// Server is a running server. Its methods may be called from several
// goroutines.
type Server struct {
	Host  string
	Port  int
	Users *Users

	t        testing.TB
	config   Config
	key      *rsa.PrivateKey // for passwords that are sent without TLS
	listener net.Listener
	done     sync.WaitGroup

	mu       sync.Mutex
	sessions map[uint32]*session
	next     uint32
	log      []string
	cut      string
	refused  string

	schemata schemata
}

// Start runs a server on a free port of 127.0.0.1 until t ends.
func Start(t testing.TB, config Config) *Server {
	t.Helper()
	if config.Comment == "" {
		config.Comment = "MySQL Community Server - GPL"
	}
	const bits = 1024 // quick to make; it guards passwords of tests
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().(*net.TCPAddr)
	s := &Server{
		Host: "127.0.0.1", Port: address.Port, Users: &Users{hash: config.Hash},
		t: t, config: config, key: key, listener: listener, sessions: map[uint32]*session{}, next: 8,
	}
	s.done.Go(s.accept)
	t.Cleanup(s.stop)
	return s
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // stopped
		}
		s.mu.Lock()
		s.next++
		c := &session{server: s, line: &line{conn: conn}, raw: conn, id: s.next}
		s.sessions[c.id] = c
		s.mu.Unlock()
		s.done.Go(func() {
			if err := c.serve(); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
				s.t.Logf("session %d: %v", c.id, err)
			}
			s.kill(c.id)
		})
	}
}

// kill ends a session, if it is there.
func (s *Server) kill(id uint32) bool {
	s.mu.Lock()
	c, found := s.sessions[id]
	delete(s.sessions, id)
	s.mu.Unlock()
	if found {
		_ = c.raw.Close() // that is how it ends
	}
	return found
}

func (s *Server) stop() {
	_ = s.listener.Close() // nobody calls any more
	s.mu.Lock()
	var ids []uint32
	for id := range s.sessions {
		ids = append(ids, id)
	}
	s.mu.Unlock()
	for _, id := range ids {
		s.kill(id)
	}
	s.done.Wait()
}

// Log is every statement that the server got, in order: a general log in raw.
func (s *Server) Log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.log...)
}

// CutAfter makes the server do the next statement that has text in it, and then
// close the line without an answer.
func (s *Server) CutAfter(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut = text
}

// RefuseOnce makes the server refuse the next statement that has text in it.
func (s *Server) RefuseOnce(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = text
}
