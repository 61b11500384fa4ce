package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/inventory"
	"github.com/rotadeck/rotadeck/engine/journal"
	"github.com/rotadeck/rotadeck/engine/journal/address"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/secretref"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// closingJournal is one that holds a file or connections.
type closingJournal interface {
	engine.Journal
	io.Closer
}

// journalFinder opens the journal that the flags or the inventory name.
type journalFinder func(ctx context.Context, g *globals, inv *inventory.Inventory) (closingJournal, error)

// madeJournal makes the file where there is none.
func madeJournal(ctx context.Context, g *globals, inv *inventory.Inventory) (closingJournal, error) {
	return openJournal(ctx, g.journalPath(inv.Journal), inv.JournalPassword)
}

// existingJournal makes no file. One that --journal names has to be there; of one
// that the inventory names, talk is told that it is not, lest a wrong path read as
// "all quiet".
func existingJournal(talk io.Writer) journalFinder {
	return func(ctx context.Context, g *globals, inv *inventory.Inventory) (closingJournal, error) {
		place := g.journalPath(inv.Journal)
		if address.IsPostgres(place) || !missing(place) {
			return madeJournal(ctx, g, inv)
		}
		switch none := fmt.Sprintf("there is no journal at %s: nothing was ever recorded there", place); {
		case g.journal != "":
			return nil, usageError("check the path; the first rotation makes the file", "%s", none)
		case inv.Journal != "":
			fmt.Fprintln(talk, "note: "+ui.Clean(none))
		}
		return unwritten{place}, nil
	}
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
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
