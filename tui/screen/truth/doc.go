// Package truth is the screen of what is true of one run now: whether both
// credentials work, what the store holds, who uses what, and the one safe next
// step with its key.
//
//	screen := truth.New(c, summary)
//	cmd := screen.Init() // probes once, changes nothing
package truth
