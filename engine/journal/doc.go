// Package journal keeps the durable record of runs, and the locks that let
// only one run at a time change a credential.
//
// The journal is a SQLite file on a local disk; several processes may have it
// open at once:
//
//	j, err := journal.OpenSQLite(ctx, "/var/lib/rotadeck/journal.db")
//	if err != nil { ... }
//	defer j.Close()
//	lease, err := j.Lock(ctx, "orders-db", engine.Holder{Run: run, Operator: "ada"})
//	if err != nil { ... } // *engine.LockedError: somebody else is at it
//	defer lease.Release()
//	err = j.Append(ctx, lease.Fence, event) // on the disk when it returns
//
// It holds no secret, but it does tell who rotated what and when, so file and
// folder are made for their owner alone.
//
// Locks are flock(2) locks: the package builds on Linux, macOS and the BSDs,
// not on Windows. Neither SQLite's write-ahead log nor flock can be trusted on
// a network file system.
package journal
