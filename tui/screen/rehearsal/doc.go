// Package rehearsal is the screen that leads to the rehearsal of a credential: what
// will be made and removed, what is left out, and what came of each fault of the
// last one.
//
//	screen := rehearsal.New(context, "orders-db")
package rehearsal
