// Package inventory is the first screen: every credential with its age, its
// verdict and its expiry, as probed from here.
//
//	screen := inventory.New(c, inventory.Options{Unfinished: true})
//	cmd := screen.Init() // begins to probe
package inventory
