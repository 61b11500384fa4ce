// Package audit is the screen that holds the whole inventory against its
// policies: how much of its life each credential has used up, how ages are
// spread, what ends when, what kinds, environments and owners add up to, and how
// old everything was week by week.
//
// What is drawn is added up once for each change of what the inventory has seen,
// beside the program's own goroutine; a frame only reads it.
package audit
