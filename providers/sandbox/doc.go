// Package sandbox runs throw-away servers, real ones, for the demo and for
// tests. Each listens on a free loopback port, asks for credentials, keeps all
// its files in one folder and dies with the process that started it:
//
//	server, err := sandbox.StartPostgres(ctx, dir)
//	if err != nil { ... }
//	defer server.Stop()
//	conn, err := server.Connect(ctx, server.Admin, server.Password, "postgres")
package sandbox
