package mysql

import "sync"

// ownSessions are the addresses from which our proofs are logging in right now:
// where the server does not keep what programs call themselves, the census
// knows them by that.
type ownSessions struct {
	mu        sync.Mutex
	addresses map[string]bool
}

func (o *ownSessions) add(address string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.addresses == nil {
		o.addresses = map[string]bool{}
	}
	o.addresses[address] = true
}

func (o *ownSessions) remove(address string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.addresses, address)
}

func (o *ownSessions) has(address string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.addresses[address]
}
