// Package reload lets a service take up a new credential while it runs. It
// watches the folder in which a secret is mounted, hands what is there to the
// service, and tells others which credential is in use:
//
//	watcher, err := reload.Watch(ctx, "/run/secrets/mail", func(ctx context.Context, c reload.Credential) error {
//		next, err := newClient(ctx, c.Text("username"), c.Text("password"))
//		if err != nil {
//			return err // the service goes on with the old one, and is asked again
//		}
//		client.Store(next)
//		return nil
//	}, reload.Options{})
//	defer watcher.Close()
//	http.Handle("/-/credential", reload.Handler(watcher, token))
//
// Databases have packages of their own, which drain old connections too:
// pgxreload for pools of pgx, sqlreload for database/sql. The contract for
// services in other languages is in docs/reloading.md.
package reload
