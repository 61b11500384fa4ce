// Package history is the screen of past runs: of one credential or of all,
// newest first, each with its journal, and the two ways to go on with one.
//
//	screen := history.New(c, "orders-db")
package history
