package engine

import "sync"

// inParallel does work for every item, at most n at once, in the order in which
// they stand, and waits for all. Work keeps its panics to itself (see caught).
func inParallel[T any](n int, items []T, work func(T)) {
	queue := make(chan T)
	var workers sync.WaitGroup
	for range min(n, len(items)) {
		workers.Go(func() {
			for item := range queue {
				work(item)
			}
		})
	}
	for _, item := range items {
		queue <- item
	}
	close(queue)
	workers.Wait()
}
