// Package parity is the screen that compares the rights of a credential's two
// slots: what only one of them has, and the statement that evens it out.
//
//	screen := parity.New(c, "orders-db")
//	cmd := screen.Init() // looks at the target, changes nothing
package parity
