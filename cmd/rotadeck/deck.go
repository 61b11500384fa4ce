package main

import (
	"context"
	"errors"
	"os"
	"os/user"

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
}

// openDeck loads the inventory and connects it to providers and journal. It
// dials nothing.
func openDeck(ctx context.Context, g *globals) (*deck, error) {
	path, err := g.inventoryPath()
	if err != nil {
		return nil, err
	}
	inv, err := loadInventory(path)
	if err != nil {
		return nil, err
	}
	d := &deck{inventory: inv, catalogue: catalogue.New(inv.Stores), operator: operator()}
	if d.journal, err = openJournal(ctx, g.journalPath(inv.Journal), inv.JournalPassword); err != nil {
		return nil, errors.Join(err, d.catalogue.Close())
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	d.engine = engine.New(engine.Config{
		Credentials: inv.Credentials, Open: d.catalogue.Open, Journal: d.journal,
		Operator: d.operator, Host: host, PID: os.Getpid(),
	})
	return d, nil
}

// Close releases what openDeck opened.
func (d *deck) Close() error { return errors.Join(d.catalogue.Close(), d.journal.Close()) }

// withDeck opens the deck for the length of work.
func withDeck(ctx context.Context, g *globals, work func(d *deck) error) error {
	d, err := openDeck(ctx, g)
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
