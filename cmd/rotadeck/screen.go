package main

import (
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/rotadeck/rotadeck/tui/plain"
)

// screen is standard output, on which tables keep to the width of the terminal where
// it is one.
func screen(cmd *cobra.Command) io.Writer {
	out := cmd.OutOrStdout()
	if file, isFile := out.(*os.File); isFile {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			return plain.Fitted{Writer: out, Width: width}
		}
	}
	return out
}
