// Package endtoend holds tests and benchmarks of whole rotations on real
// servers: inventory, engine, journal, target, store and consumer together.
// It has no code of its own:
//
//	go test -race ./providers/endtoend
//	go test -run '^$' -bench . ./providers/endtoend
package endtoend
