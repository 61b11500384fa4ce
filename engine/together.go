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
		failed error
	)
	for _, work := range works {
		group.Go(func() {
			if err := caught(work); err != nil {
				once.Do(func() { failed = err })
			}
		})
	}
	group.Wait()
	if failed != nil {
		panic(failed)
	}
}

// caught turns a panic of a provider into an error.
func caught(work func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case errPanic: // raised again by together
			err = p
		default:
			err = errPanic(fmt.Sprintf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	work()
	return nil
}

// errPanic is what was panicked about, and where.
type errPanic string

func (e errPanic) Error() string { return string(e) }
