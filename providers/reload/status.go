package reload

import (
	"sync/atomic"
	"time"
)

// Status is what a service tells about the credential that it uses. As JSON it
// is what the http consumer of rotadeck reads.
type Status struct {
	Version string `json:"version"` // of the mount; "" when it has none
	// Fingerprint stays empty: nothing that is computed from a password leaves
	// the service, because it could be guessed from it.
	Fingerprint string    `json:"fingerprint"`
	Identity    string    `json:"identity"` // the user
	Since       time.Time `json:"since"`    // when the credential was taken up
	Requests    uint64    `json:"requests"` // since the service began
	Failed      uint64    `json:"failed"`   // of Requests
	// Problem says why the last attempt to take up what is mounted failed, while
	// the service goes on with the credential above; "" when all is well.
	Problem string `json:"problem,omitempty"`
}

// Counter counts the requests of a service. Its methods are safe for concurrent
// use; a nil Counter counts nothing.
type Counter struct {
	requests, failed atomic.Uint64
}

// Add counts a request that ended with err.
func (c *Counter) Add(err error) {
	if c == nil {
		return
	}
	c.requests.Add(1)
	if err != nil {
		c.failed.Add(1)
	}
}

// Count returns what was counted.
func (c *Counter) Count() (requests, failed uint64) {
	if c == nil {
		return 0, 0
	}
	return c.requests.Load(), c.failed.Load()
}
