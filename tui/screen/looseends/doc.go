// Package looseends is the screen of what rotations and people have left half
// way, worst first: what, since when, why it matters, and the one action that ends
// it, on the enter key.
//
//	screen := looseends.New(c)
//	cmd := screen.Init() // probes every credential, changes nothing
package looseends
