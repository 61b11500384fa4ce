// Package demo builds a small company on loopback: a PostgreSQL server, a
// MariaDB server, an mTLS server, services under steady load that mount their credentials from a
// file store, and an inventory over all of it with credentials of mixed age.
//
//	d, err := demo.Start(ctx, dir)
//	if err != nil { ... }
//	defer d.Stop()
//	inventory.Load(d.Inventory, providers)
package demo
