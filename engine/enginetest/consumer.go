package enginetest

import (
	"context"
	"errors"
	"sync"

	"github.com/rotadeck/rotadeck/engine"
)

// Consumer is an application in memory that mounts a key of a Store.
type Consumer struct {
	store *Store
	key   string

	mu    sync.Mutex
	usage engine.Usage
	stuck bool
	down  bool
}

var (
	_ engine.Consumer = (*Consumer)(nil)
	_ engine.Reporter = (*Consumer)(nil)
)

// NewConsumer returns a consumer that has read its credential.
func NewConsumer(store *Store, key string) *Consumer {
	c := &Consumer{store: store, key: key}
	_ = c.reload(context.Background()) // an empty store is read at the next reload
	return c
}

// Where names the consumer.
func (c *Consumer) Where() string { return "memory service " + c.key }

// Stick makes reloads do nothing.
func (c *Consumer) Stick(stuck bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stuck = stuck
}

// Down makes the consumer unreachable.
func (c *Consumer) Down(down bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = down
}

// Serve counts requests.
func (c *Consumer) Serve(requests, failed uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.usage.Requests += requests
	c.usage.Failed += failed
}

// Reload reads the store's active version.
func (c *Consumer) Reload(string) engine.Change {
	return engine.Change{
		Name: "reload-" + c.key, What: "reload " + c.Where(), Where: c.Where(), Statement: "reload", Undo: "reload again", Command: "memctl reload " + c.key,
		Apply: c.reload,
	}
}

func (c *Consumer) reload(ctx context.Context) error {
	h, err := c.store.Load(ctx, c.key)
	if err != nil {
		return engine.NotAppliedError(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return engine.NotAppliedError(errors.New("connection refused"))
	}
	if !c.stuck {
		c.usage.Version = h.Current().ID
		c.usage.Identity = h.Current().Material.Text(engine.FieldUsername)
	}
	return nil
}

// Usage reports.
func (c *Consumer) Usage(context.Context) (engine.Usage, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return engine.Usage{}, errors.New("connection refused")
	}
	return c.usage, nil
}
