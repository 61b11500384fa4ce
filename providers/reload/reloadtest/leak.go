package reloadtest

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Main runs the tests of a package and fails when they leave goroutines behind
// in whose stacks code occurs, such as "/providers/reload":
//
//	func TestMain(m *testing.M) { reloadtest.Main(m, "/providers/reload") }
func Main(m *testing.M, code string) {
	status := m.Run()
	const patience = 10 * time.Second
	for deadline := time.Now().Add(patience); status == 0; time.Sleep(10 * time.Millisecond) {
		left := goroutines(code)
		if len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			fmt.Fprintf(os.Stderr, "%d goroutines are left:\n\n%s\n", len(left), strings.Join(left, "\n\n"))
			status = 1
		}
	}
	os.Exit(status)
}

// goroutines lists the stacks in which code occurs, but for that of its caller.
func goroutines(code string) []string {
	text := make([]byte, 1<<20)
	all := strings.Split(string(text[:runtime.Stack(text, true)]), "\n\n")
	var found []string
	for _, stack := range all[1:] {
		if strings.Contains(stack, code) {
			found = append(found, stack)
		}
	}
	return found
}
