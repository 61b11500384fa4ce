// Package plan shows what a rotation would do before anything is touched:
// each step with its place, its exact statement, and how it is undone.
//
//	screen := plan.New(c, "orders-db")
//	cmd := screen.Init() // looks at target and store, changes nothing
package plan
