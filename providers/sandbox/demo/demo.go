package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/inventory"
	"github.com/rotadeck/rotadeck/providers/catalogue"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// Demo is a running sandbox.
type Demo struct {
	Inventory string   // path of the inventory file
	Notes     []string // what was left out, and how to have it

	dir       string
	facts     facts
	entries   []entry
	listeners map[string]net.Listener
	closers   []func() error // in the order of opening
}

// Start builds the sandbox in dir, which must exist and be empty, and blocks
// until its services are at work. Where PostgreSQL or MariaDB is not installed,
// its credentials are left out and a note says so. On an error nothing is left
// running.
func Start(ctx context.Context, dir string) (*Demo, error) {
	d := &Demo{
		Inventory: filepath.Join(dir, "rotadeck.toml"), dir: dir,
		entries: entries(), listeners: map[string]net.Listener{},
	}
	for _, step := range []func(context.Context) error{d.startPostgres, d.startMariaDB, d.startTLS, d.listen, d.write, d.populate} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, d.Stop())
		}
	}
	return d, nil
}

// Stop ends services and servers, newest first. It may be repeated. The folder
// stays.
func (d *Demo) Stop() error {
	var errs []error
	for _, closer := range slices.Backward(d.closers) {
		errs = append(errs, closer())
	}
	d.closers = nil
	return errors.Join(errs...)
}

func (d *Demo) onStop(closer func() error) { d.closers = append(d.closers, closer) }

func (d *Demo) startPostgres(ctx context.Context) error {
	// A server that may not run as root must be able to reach its folder.
	if err := os.Chmod(d.dir, 0o711); err != nil { //nolint:gosec // no file in it can be listed or read by others
		return err
	}
	dir := filepath.Join(d.dir, "postgres")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	server, err := sandbox.StartPostgres(ctx, dir)
	if errors.Is(err, sandbox.ErrPostgresMissing) {
		d.Notes = append(d.Notes, "without PostgreSQL: "+engine.AsProblem(err).Error())
		d.entries = slices.DeleteFunc(d.entries, func(e entry) bool { return e.target == "postgres" })
		return nil
	}
	if err != nil {
		return err
	}
	d.onStop(server.Stop)
	d.facts.Host, d.facts.Port, d.facts.Admin = server.Host, server.Port, server.Admin
	if err := os.WriteFile(filepath.Join(d.dir, "admin-password"), server.Password.Reveal(), 0o600); err != nil {
		return err
	}
	return prepareDatabase(ctx, server)
}

func (d *Demo) startTLS(context.Context) error {
	ca, err := sandbox.NewCA(filepath.Join(d.dir, "ca"), "Demo CA")
	if err != nil {
		return err
	}
	mtls, err := sandbox.StartMTLS(ca)
	if err != nil {
		return err
	}
	d.onStop(mtls.Stop)
	d.facts.MTLS = mtls.Address()
	now := time.Now()
	if d.facts.WWW, err = d.serve(ca, now.Add(-49*day), now.Add(41*day)); err != nil {
		return err
	}
	d.facts.Partner, err = d.serve(ca, now.Add(-93*day), now.Add(-3*day))
	return err
}

// serve starts a server whose certificate is valid between two moments.
func (d *Demo) serve(ca *sandbox.CA, from, until time.Time) (string, error) {
	certificate, err := ca.Issue(sandbox.Leaf{CommonName: "localhost", Names: []string{"localhost", "127.0.0.1"}, Start: from, End: until})
	if err != nil {
		return "", err
	}
	server, err := sandbox.StartTLS(certificate)
	if err != nil {
		return "", err
	}
	d.onStop(server.Stop)
	return server.Address(), nil
}

// listen takes the addresses of the services, which the inventory names.
func (d *Demo) listen(ctx context.Context) error {
	d.facts.Service = map[string]string{}
	for _, e := range d.entries {
		if !e.works {
			continue
		}
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		d.onStop(func() error { _ = listener.Close(); return nil }) // closed already where its service ran
		d.listeners[e.id] = listener
		if e.told {
			d.facts.Service[e.id] = listener.Addr().String()
		}
	}
	return nil
}

func (d *Demo) write(context.Context) error {
	for _, e := range d.entries {
		view := entryView{
			ID: e.id, Kind: string(e.kind), Environment: e.environment, Owner: e.owner, Tags: e.tags,
			Target: e.target, Runbook: e.runbook, User: strings.TrimSuffix(e.id, "-db"),
		}
		if e.told {
			view.Consumer = e.id + "-service"
		}
		d.facts.Entries = append(d.facts.Entries, view)
	}
	return writeInventory(d.Inventory, d.facts)
}

// populate makes the credentials and sets the services to work with them.
func (d *Demo) populate(ctx context.Context) error {
	inv, err := inventory.Load(d.Inventory, catalogue.Providers())
	if err != nil {
		return err
	}
	parts := catalogue.New(inv.Stores)
	defer func() { _ = parts.Close() }() // connections of the seeding only
	for i, c := range inv.Credentials {
		e := d.entries[i]
		if err := seed(ctx, e, c, parts.Open); err != nil {
			return err
		}
		if !e.works {
			continue
		}
		dir := filepath.Join(d.dir, "mounts", c.StoreKey)
		s, err := startService(ctx, e.id, dir, d.connector(e), d.listeners[e.id])
		if err != nil {
			return fmt.Errorf("populate the demo: %w", err)
		}
		d.onStop(func() error { s.close(); return nil })
	}
	return nil
}

// connector is how the service of e does its work.
func (d *Demo) connector(e entry) connector {
	switch e.target {
	case "localca":
		return connectMTLS(d.facts.MTLS)
	case "mysql":
		return connectMariaDB(e.id + "-service")
	}
	return connectDatabase(e.id + "-service")
}
