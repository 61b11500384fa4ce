package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/inventory"
	"github.com/rotadeck/rotadeck/tui/plain"
	"github.com/rotadeck/rotadeck/tui/preferences"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// failure is an error as --json prints it.
type failure struct {
	Text   string   `json:"text"`
	Hint   string   `json:"hint,omitempty"`
	Cause  string   `json:"cause,omitempty"`
	Code   int      `json:"exit_code"`
	Errors []string `json:"errors,omitempty"` // all that is wrong with a file
}

func newFailure(err error) failure {
	problem := engine.AsProblem(err)
	f := failure{Text: problem.Text, Hint: problem.Hint, Cause: problem.Cause, Code: exitCode(err)}
	var locked *engine.LockedError
	if f.Hint == "" && errors.As(err, &locked) && locked.Holder.Run != "" {
		f.Hint = "rotadeck watch " + locked.Holder.Run + " follows it; rotadeck resume --take-over " + locked.Holder.Run + " once its host is gone"
	}
	var wrong inventory.Errors
	if errors.As(err, &wrong) {
		f.Text, f.Cause = fmt.Sprintf("the inventory has %s", count(len(wrong), "error")), ""
		for _, e := range wrong {
			f.Errors = append(f.Errors, e.Error())
		}
	}
	var disliked preferences.Errors
	if errors.As(err, &disliked) {
		f.Text, f.Cause = fmt.Sprintf("the preferences have %s", count(len(disliked), "error")), ""
		f.Hint = "--console none opens the console without them; rotadeck keys lists the actions"
		for _, e := range disliked {
			f.Errors = append(f.Errors, e.Error())
		}
	}
	return f
}

// report tells a person, or with JSON a program, why the command failed.
// Writing to the last stream there is can fail without anyone to tell.
func report(w io.Writer, err error, asJSON bool) {
	f := newFailure(err)
	if asJSON {
		_ = plain.WriteJSON(w, struct {
			Error failure `json:"error"`
		}{f})
		return
	}
	for _, line := range f.Errors {
		fmt.Fprintln(w, ui.Clean(line))
	}
	text := f.Text
	if f.Cause != "" {
		text += ": " + f.Cause
	}
	fmt.Fprintln(w, "rotadeck: "+ui.Clean(text))
	if f.Hint != "" {
		fmt.Fprintln(w, "hint: "+ui.Clean(f.Hint))
	}
}

// unread says that all that went wrong is that nobody reads standard output any
// more, as when head has seen enough: there is nothing to complain of.
func unread(err error) bool {
	var broken *fs.PathError
	return errors.As(err, &broken) && broken.Path == os.Stdout.Name() && errors.Is(broken.Err, syscall.EPIPE) &&
		!errors.As(err, new(*exitError))
}

func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
