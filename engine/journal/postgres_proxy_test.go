package journal

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"testing"
)

// harm is what a proxy can do to a line.
type harm int

const (
	cutBefore   harm = iota // the line breaks, the server has not got the message
	cutAfter                // the server has done it, the line breaks before it can say so
	mutedBefore             // nothing passes any more, the server has not got the message
	mutedAfter              // the server has done it, and nothing passes any more
)

func (h harm) String() string {
	return [...]string{"cut before", "cut after", "muted before", "muted after"}[h]
}

// proxy stands between a journal and its server, and does harm once, to the
// line on which the client first sends a text after being told to.
type proxy struct {
	*testing.T
	listener net.Listener
	target   string

	mu    sync.Mutex
	text  []byte // nil for no harm
	harm  harm
	lines []*line
}

// line is one connection, in both directions.
type line struct {
	client, server net.Conn
	mute           chan struct{} // closed when nothing passes any more
	answered       chan struct{} // closed when the server has said something since
	once, answer   sync.Once
}

func (l *line) cut() { _ = errors.Join(l.client.Close(), l.server.Close()) } // closed already, perhaps

func (l *line) muffle() { l.once.Do(func() { close(l.mute) }) }

func (l *line) muted() bool {
	select {
	case <-l.mute:
		return true
	default:
		return false
	}
}

// proxy starts one before the server, and ends it with the test.
func (s *server) proxy(t *testing.T) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{T: t, listener: listener, target: net.JoinHostPort(s.Host, strconv.Itoa(s.Port))}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return // the test is over
			}
			group.Go(func() { p.carry(client) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		p.mu.Lock()
		for _, l := range p.lines {
			l.cut()
		}
		p.mu.Unlock()
		group.Wait()
	})
	return p
}

// through opens the journal in a database by way of the proxy.
func (p *proxy) through(s *server, database string) *Postgres {
	p.Helper()
	address := fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", s.Admin, p.listener.Addr(), database)
	return s.openAt(p.T, address, s.Password)
}

// at sets the trap.
func (p *proxy) at(text string, h harm) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text, p.harm = []byte(text), h
}

// sprung says that the harm is done.
func (p *proxy) sprung() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text == nil
}

// part mutes all lines: the network is split.
func (p *proxy) part() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.lines {
		l.muffle()
	}
}

func (p *proxy) carry(client net.Conn) {
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		_ = client.Close() // as a server that is down would
		return
	}
	l := &line{client: client, server: server, mute: make(chan struct{}), answered: make(chan struct{})}
	p.mu.Lock()
	p.lines = append(p.lines, l)
	p.mu.Unlock()
	var group sync.WaitGroup
	group.Go(func() { p.pass(l, client, server, true) })
	group.Go(func() { p.pass(l, server, client, false) })
	group.Wait()
}

// pass copies one direction until the line is cut. A client's message ends its
// packet, as it waits for the answer then.
func (p *proxy) pass(l *line, from, to net.Conn, request bool) {
	defer func() {
		if !l.muted() {
			l.cut()
		}
	}()
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		if n > 0 && request && p.springs(buffer[:n]) {
			p.hurt(l, buffer[:n])
		}
		switch {
		case n == 0:
		case l.muted() && !request:
			l.answer.Do(func() { close(l.answered) })
		case !l.muted():
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *proxy) springs(message []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.text == nil || !bytes.Contains(message, p.text) {
		return false
	}
	p.text = nil
	return true
}

// hurt keeps the answer back from here on. That the server has done what it was
// asked for shows in its answer, which is read here.
func (p *proxy) hurt(l *line, message []byte) {
	l.muffle()
	if p.harm == cutAfter || p.harm == mutedAfter {
		if _, err := l.server.Write(message); err != nil {
			p.Errorf("pass on %q: %v", message, err)
		}
		<-l.answered
	}
	if p.harm == cutBefore || p.harm == cutAfter {
		l.cut()
	}
}
