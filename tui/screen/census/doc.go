// Package census is the live view of who uses a credential: sessions of both
// slots by application and client, and the version that each consumer has. It
// counts again once a second while it is in front.
//
//	screen := census.New(c, "orders-db", nil)
//	cmd := screen.Init() // counts, changes nothing
package census
