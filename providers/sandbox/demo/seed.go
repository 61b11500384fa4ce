package demo

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// prepareDatabase makes the database that services write to.
func prepareDatabase(ctx context.Context, server *sandbox.Postgres) error {
	admin, err := server.Connect(ctx, server.Admin, server.Password, "postgres")
	if err != nil {
		return fmt.Errorf("prepare the database: %w", err)
	}
	_, err = admin.Exec(ctx, "CREATE DATABASE shop")
	_ = admin.Close(ctx) // done with it, whatever it says
	if err != nil {
		return fmt.Errorf("prepare the database: %w", err)
	}
	shop, err := server.Connect(ctx, server.Admin, server.Password, "shop")
	if err != nil {
		return fmt.Errorf("prepare the database: %w", err)
	}
	defer func() { _ = shop.Close(ctx) }()
	if _, err = shop.Exec(ctx, "CREATE TABLE events (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), note text NOT NULL)"); err != nil {
		return fmt.Errorf("prepare the database: %w", err)
	}
	return nil
}

// seed gives a credential the life that its entry tells: made by its own
// target, and stored as if that had been long ago.
func seed(ctx context.Context, e entry, c engine.Credential, open engine.Opener) error {
	if c.Store.Provider == "" {
		return nil
	}
	if e.left > 0 {
		c.Target.Name += "-as-it-was" // not the instance that the demo goes on with
		c.Target.Settings = maps.Clone(c.Target.Settings)
		c.Target.Settings["valid_for"] = e.left
	}
	parts, err := open(c)
	if err != nil {
		return err
	}
	return sandbox.Seed(ctx, parts, c.StoreKey, time.Now().UTC().Add(-e.age))
}
