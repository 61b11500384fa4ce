package engine

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// together does things at the same time and waits for all. A panic in one of
// them is raised again in the caller, where it can be dealt with; left alone,
// it would end the process and leave the terminal as it is.
func together(works ...func()) {
	var (
		group  sync.WaitGroup
		once   sync.Once
		caught any
	)
	for _, work := range works {
		group.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					once.Do(func() { caught = fmt.Sprintf("%v\n%s", p, debug.Stack()) })
				}
			}()
			work()
		})
	}
	group.Wait()
	if caught != nil {
		panic(caught)
	}
}
