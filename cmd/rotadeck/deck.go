package main

import (
	"context"
	"errors"
	"os"
	"os/user"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/inventory"
	"github.com/rotadeck/rotadeck/providers/catalogue"
)

// deck is an inventory with everything that it takes to work on it.
type deck struct {
	inventory *inventory.Inventory
	engine    *engine.Engine
	catalogue *catalogue.Catalogue
	journal   closingJournal
	operator  string
	host      string
}

// openDeck loads the inventory and connects it to providers and the journal that
// find comes up with. It dials nothing.
func openDeck(ctx context.Context, g *globals, find journalFinder) (*deck, error) {
	path, err := g.inventoryPath()
	if err != nil {
		return nil, err
	}
	inv, err := loadInventory(path)
	if err != nil {
		return nil, err
	}
	d := &deck{inventory: inv, catalogue: catalogue.New(inv.Stores), operator: operator()}
	if d.journal, err = find(ctx, g, inv); err != nil {
		return nil, errors.Join(err, d.catalogue.Close())
	}
	d.host, err = os.Hostname()
	if err != nil {
		d.host = "unknown host"
	}
	none := false
	switch d.journal.(type) {
	case unwritten, unreadable:
		none = true
	}
	d.engine = engine.New(engine.Config{
		Credentials: inv.Credentials, Open: d.catalogue.Open, Journal: d.journal, ReadOnly: g.readOnly || none,
		Operator: d.operator, Host: d.host, PID: os.Getpid(),
	})
	return d, nil
}

// Close releases what openDeck opened.
func (d *deck) Close() error { return errors.Join(d.catalogue.Close(), d.journal.Close()) }

// withDeck opens the deck for the length of work that begins no run: it makes no
// journal where there is none.
func withDeck(cmd *cobra.Command, g *globals, work func(d *deck) error) error {
	return withDeckOn(cmd.Context(), g, existingJournal(cmd.ErrOrStderr()), work)
}

// withDeckOn opens the deck for the length of work.
func withDeckOn(ctx context.Context, g *globals, find journalFinder, work func(d *deck) error) error {
	d, err := openDeck(ctx, g, find)
	if err != nil {
		return err
	}
	return errors.Join(work(d), d.Close())
}

func loadInventory(path string) (*inventory.Inventory, error) {
	inv, err := inventory.Load(path, catalogue.Providers())
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	return inv, nil
}

// known checks ids before anything is done with the first of them.
func (d *deck) known(ids []string) error {
	for _, id := range ids {
		if _, err := d.engine.Credential(id); err != nil {
			return &exitError{exitUsage, err}
		}
	}
	return nil
}

// operator is who is at the keys, also behind sudo.
func operator() string {
	if name := os.Getenv("SUDO_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}
