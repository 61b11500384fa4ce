package main

import (
	"context"
	"io"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/journal"
	"github.com/rotadeck/rotadeck/engine/journal/address"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/secretref"
)

// closingJournal is one that holds a file or connections.
type closingJournal interface {
	engine.Journal
	io.Closer
}

// openJournal opens the journal at a place: a server, which is not dialled yet,
// or a file.
func openJournal(ctx context.Context, place string, password secret.Ref) (closingJournal, error) {
	if !address.IsPostgres(place) {
		return journal.OpenSQLite(ctx, place)
	}
	if _, err := address.Parse(place); err != nil {
		return nil, &exitError{exitUsage, err}
	}
	return journal.OpenPostgres(place, password, secretref.New(noStore))
}

// noStore keeps the journal's password out of stores, which are opened later.
func noStore(string) (engine.Store, error) {
	return nil, engine.NewProblem(nil, "write env:NAME, file:PATH or cmd:COMMAND", "the journal's password cannot stand in a store")
}
