package engine

import (
	"context"
	"sync"
)

// sweep does something with each credential, a bounded number at once, and sends
// each result as it is there. The channel is closed at the end.
func sweep[T any](ctx context.Context, atOnce int, credentials []Credential, each func(Credential) T) <-chan T {
	results := make(chan T)
	queue := make(chan Credential)
	var workers sync.WaitGroup
	for range min(atOnce, len(credentials)) {
		workers.Go(func() {
			for c := range queue {
				select {
				case results <- each(c):
				case <-ctx.Done():
					return
				}
			}
		})
	}
	go func() {
		defer close(results)
		defer workers.Wait()
		defer close(queue)
		for _, c := range credentials {
			select {
			case queue <- c:
			case <-ctx.Done():
				return
			}
		}
	}()
	return results
}
