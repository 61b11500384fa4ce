package reload_test

import (
	"context"
	"log"
	"sync/atomic"

	"github.com/rotadeck/rotadeck/providers/reload"
)

func ExampleWatch() {
	var key atomic.Value
	take := func(_ context.Context, c reload.Credential) error {
		if err := c.Need("api-key"); err != nil {
			return err // the old key stays in use
		}
		key.Store(c.Text("api-key"))
		return nil
	}
	watcher, err := reload.Watch(context.Background(), "/run/secrets/mail", take, reload.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer watcher.Close()
}
