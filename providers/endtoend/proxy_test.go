package endtoend

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// harm is what a proxy can do to a connection.
type harm int32

const (
	harmless        harm = iota
	cutBefore            // the connection breaks, the server has not got the message
	cutAfter             // the server has done it, the connection breaks before it can say so
	silence              // nothing passes any more, the server has not got the message
	silenceAfter         // the server has done it, and nothing passes any more
	pastTheLastHarm      // for tables
)

// String is the name of a subtest.
func (h harm) String() string {
	return [...]string{"harmless", "cut before", "cut after", "silence before", "silence after"}[h]
}

// dialect splits the two directions of one connection into messages. It is made
// anew for each.
type dialect interface {
	// request reads the client's next message, and says what it asks for: a
	// statement, "login" and a name, or "".
	request(r *bufio.Reader) (message []byte, statement string, err error)
	// answer reads the server's next message; last ends an answer, so that all
	// that was asked for is done.
	answer(r *bufio.Reader) (message []byte, last bool, err error)
}

// proxy stands between us and a server, reads along, and does harm when told.
type proxy struct {
	port     int
	upstream string
	speak    func() dialect

	mu      sync.Mutex
	seen    []string
	traps   []*trap
	lines   map[*line]bool
	refuses bool
	latency time.Duration
}

// trap does harm once, at the first statement that matches.
type trap struct {
	harm    harm
	matches func(statement string) bool
	caught  string        // the statement; read after sprung
	sprung  chan struct{} // closed when the harm is done
	once    sync.Once
}

// wait waits until the harm is done.
func (p *trap) wait(t testing.TB) {
	t.Helper()
	select {
	case <-p.sprung:
	case <-time.After(within):
		t.Fatalf("waited in vain for a statement to be met by %s", p.harm)
	}
}

func (p *trap) spring() { p.once.Do(func() { close(p.sprung) }) }

// startProxy stands before the server at upstream until the test ends.
func startProxy(t testing.TB, upstream string, speak func() dialect) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{
		port: listener.Addr().(*net.TCPAddr).Port, upstream: upstream, speak: speak,
		lines: map[*line]bool{},
	}
	accepted := make(chan struct{})
	go func() {
		defer close(accepted)
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			p.serve(client)
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close() // only listens
		<-accepted
		p.cutAll()
	})
	return p
}

// serve connects a client with the server.
func (p *proxy) serve(client net.Conn) {
	p.mu.Lock()
	refuses := p.refuses
	p.mu.Unlock()
	var server net.Conn
	err := errors.New("refused")
	if !refuses {
		server, err = net.Dial("tcp", p.upstream)
	}
	if err != nil {
		_ = client.(*net.TCPConn).SetLinger(0) // a reset, as of a port where nobody listens
		_ = client.Close()                     // that was the refusal
		return
	}
	l := &line{proxy: p, dialect: p.speak(), client: client, server: server}
	p.mu.Lock()
	p.lines[l] = true
	p.mu.Unlock()
	go l.toServer()
	go l.toClient()
}

// refuse lets new connections be refused, or lets them pass again.
func (p *proxy) refuse(yes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuses = yes
}

// cutAll breaks every connection.
func (p *proxy) cutAll() {
	p.mu.Lock()
	lines := p.lines
	p.lines = map[*line]bool{}
	p.mu.Unlock()
	for l := range lines {
		l.cut()
	}
}

// mend ends the connections that hang, and takes up all traps.
func (p *proxy) mend() {
	p.mu.Lock()
	p.traps = nil
	var hanging []*line
	for l := range p.lines {
		if l.trap.Load() != nil {
			hanging = append(hanging, l)
		}
	}
	p.mu.Unlock()
	for _, l := range hanging {
		l.cut()
	}
}

// set lays a trap.
func (p *proxy) set(h harm, matches func(statement string) bool) *trap {
	laid := &trap{harm: h, matches: matches, sprung: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.traps = append(p.traps, laid)
	return laid
}

// nth matches the n-th statement of those that matches does, counted from 1.
func nth(n int, matches func(string) bool) func(string) bool {
	var count atomic.Int64
	return func(statement string) bool { return matches(statement) && count.Add(1) == int64(n) }
}

// note writes a statement down and returns the trap that it falls into, if any.
func (p *proxy) note(statement string) *trap {
	if statement == "" {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, statement)
	for i, t := range p.traps {
		if t.matches(statement) {
			t.caught = statement
			p.traps = append(p.traps[:i:i], p.traps[i+1:]...)
			return t
		}
	}
	return nil
}

// statements lists those that matched since the first skip ones of all.
func (p *proxy) statements(skip int, matches func(string) bool) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []string
	for _, s := range p.seen[skip:] {
		if matches(s) {
			list = append(list, s)
		}
	}
	return list
}

// count is how many statements there were so far.
func (p *proxy) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.seen)
}

// delay holds up what clients send: the time of a round trip.
func (p *proxy) delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.latency = d
}

func isLogin(statement string) bool { return strings.HasPrefix(statement, "login ") }

// line is one connection through a proxy.
type line struct {
	proxy          *proxy
	dialect        dialect
	client, server net.Conn
	trap           atomic.Pointer[trap] // that it is in
}

// cut breaks both sides. It may be repeated.
func (l *line) cut() {
	_ = l.client.Close() // closed twice at times
	_ = l.server.Close()
	l.proxy.mu.Lock()
	defer l.proxy.mu.Unlock()
	delete(l.proxy.lines, l)
}

func (l *line) toServer() {
	defer l.cut()
	r := bufio.NewReader(l.client)
	for {
		burst := r.Buffered() > 0 // what is sent together travels together
		message, statement, err := l.dialect.request(r)
		if err != nil {
			return
		}
		if !burst {
			l.wait()
		}
		if caught := l.proxy.note(statement); caught != nil {
			l.trap.Store(caught)
			switch caught.harm {
			case cutBefore:
				caught.spring() // before anyone can notice
				return
			case silence:
				caught.spring()
				_, _ = io.Copy(io.Discard, r) // until the client gives up
				return
			}
		}
		if _, err := l.server.Write(message); err != nil {
			return
		}
	}
}

// wait is the latency of the line.
func (l *line) wait() {
	l.proxy.mu.Lock()
	d := l.proxy.latency
	l.proxy.mu.Unlock()
	if d > 0 {
		<-time.After(d)
	}
}

func (l *line) toClient() {
	r := bufio.NewReader(l.server)
	for {
		message, last, err := l.dialect.answer(r)
		caught := l.trap.Load()
		if err != nil {
			if caught == nil || caught.harm != silence && caught.harm != silenceAfter {
				l.cut()
			}
			return
		}
		switch {
		case caught == nil:
			if _, err := l.client.Write(message); err != nil {
				l.cut()
				return
			}
		case last && caught.harm == cutAfter:
			caught.spring() // before anyone can notice
			l.cut()
			return
		case last && caught.harm == silenceAfter:
			caught.spring()
		}
	}
}
