package engine

import (
	"context"
	"time"
)

// Consumer is an application that uses a credential.
type Consumer interface {
	Where() string
	// Reload is the change that makes the consumer read its credential anew. A
	// consumer that needs none returns a Change without Apply.
	Reload(credential string) Change
}

// Reporter consumers say what they use.
type Reporter interface {
	Usage(ctx context.Context) (Usage, error)
}

// Usage is what a consumer reports about itself. Version and Fingerprint name
// the credential in use; either may be empty.
type Usage struct {
	Consumer    string    `json:"consumer"`
	Version     string    `json:"version,omitempty"`
	Fingerprint string    `json:"fingerprint,omitempty"`
	Identity    string    `json:"identity,omitempty"`
	Since       time.Time `json:"since,omitzero"`
	Requests    uint64    `json:"requests"` // since its start
	Failed      uint64    `json:"failed"`   // since its start
	Problem     string    `json:"problem,omitempty"`
}

// Notifier tells people. A failing notifier never fails a run.
type Notifier interface {
	Where() string
	Notify(ctx context.Context, summary Summary) error
}
