// Package journal keeps the durable record of runs, and the locks that let
// only one run at a time change a credential.
//
// It is a SQLite file on a local disk, which several processes may have open at
// once, or for operators on several hosts the schema rotadeck of a PostgreSQL
// database (see OpenPostgres), which they reach as
//
//	j, err := journal.OpenPostgres("postgres://rotadeck@db.example/rotadeck", password, secrets)
//
// Both are used alike:
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
// Locks of a file are flock(2) locks: the package builds on Linux, macOS and the
// BSDs, not on Windows. Neither SQLite's write-ahead log nor flock can be
// trusted on a network file system.
//
// Locks in PostgreSQL are advisory locks of a session, and a fencing token in a
// row: every append locks that row and checks the token, so whoever took a lock
// over has raised the token before, and the former holder writes nothing more.
// The session must be one of the server itself, not of a pooler. After a
// failover to a standby that lagged, the journal may have forgotten what it had
// acknowledged: let it replicate synchronously.
package journal
