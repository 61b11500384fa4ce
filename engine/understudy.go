package engine

import (
	"context"
	"sync"
)

// understudy stands in for the services of a credential in a rehearsal: it reads
// what the scratch store publishes when it is told to, and says what it has.
type understudy struct {
	store Store
	key   string

	mu  sync.Mutex
	has Version
}

var (
	_ Consumer = (*understudy)(nil)
	_ Reporter = (*understudy)(nil)
)

// Where names the stand-in.
func (u *understudy) Where() string { return "stand-in service" }

// Reload reads the active version.
func (u *understudy) Reload(string) Change {
	return Change{
		Name: "reload-stand-in", What: "reload " + u.Where(), Where: u.Where(), Statement: "read the scratch store anew", Undo: "reload again",
		Apply: u.reload,
	}
}

func (u *understudy) reload(ctx context.Context) error {
	holding, err := u.store.Load(ctx, u.key)
	if err != nil {
		return NotAppliedError(err)
	}
	defer func() { _ = holding.Close() }() // never fails
	current := holding.Current()
	current.Material = current.Material.Clone()
	u.mu.Lock()
	defer u.mu.Unlock()
	_ = u.has.Material.Close() // never fails
	u.has = current
	return nil
}

// Usage tells the version that was read.
func (u *understudy) Usage(context.Context) (Usage, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return Usage{Consumer: u.Where(), Version: u.has.ID}, nil
}

// material is what the service logs in with now; the caller closes it.
func (u *understudy) material() Material {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.has.Material.Clone()
}
