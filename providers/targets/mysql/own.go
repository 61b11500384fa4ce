package mysql

import (
	"net"
	"strings"
	"sync"
	"time"
)

// ownSessions are the addresses from which our proofs log in: where the server
// does not keep what programs call themselves, the census knows them by that.
type ownSessions struct {
	mu     sync.Mutex
	closed map[string]time.Time // zero while it is open
}

// lingers is how long a server may list a session that we have closed. The
// kernel gives its port to nobody else meanwhile (TIME_WAIT, of which Linux cuts
// at most all but the first second).
const lingers = time.Second

func (o *ownSessions) add(address string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed == nil {
		o.closed = map[string]time.Time{}
	}
	for other, at := range o.closed {
		if !at.IsZero() && time.Since(at) > lingers {
			delete(o.closed, other)
		}
	}
	o.closed[address] = time.Time{}
}

func (o *ownSessions) remove(address string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, ours := o.closed[address]; ours {
		o.closed[address] = time.Now()
	}
}

// has compares only the ports where the server has looked up a name for the
// client's address.
func (o *ownSessions) has(address string) bool {
	host, port, _ := net.SplitHostPort(address)
	named := net.ParseIP(host) == nil
	o.mu.Lock()
	defer o.mu.Unlock()
	for own, at := range o.closed {
		if !at.IsZero() && time.Since(at) > lingers {
			continue
		}
		if own == address || named && port != "" && strings.HasSuffix(own, ":"+port) {
			return true
		}
	}
	return false
}
