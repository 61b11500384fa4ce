package ui

import "fmt"

// Plural counts things whose name takes an s: "1 session", "3 sessions".
func Plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
