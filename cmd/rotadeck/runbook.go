package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/savefile"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func newRunbook(g *globals) *cobra.Command {
	var format, output string
	cmd := &cobra.Command{
		Use:   "runbook <run|credential>",
		Short: "Print how a person finishes or undoes it by hand, command by command; change nothing",
		Args:  arguments(1, 1, "a run or a credential"),
		RunE: func(cmd *cobra.Command, names []string) error {
			if g.json {
				format = formatJSON
			}
			if format != formatText && format != formatMarkdown && format != formatJSON {
				return usageError("use text, markdown or json", "a runbook has no format %q", format)
			}
			return withDeck(cmd, g, func(d *deck) error { return runbook(cmd, d, names[0], format, output) })
		},
	}
	cmd.Flags().StringVar(&format, "format", formatText, "`format`: text, markdown or json")
	cmd.Flags().StringVarP(&output, "output", "o", "", "write it to this `file`, which only you can read")
	return cmd
}

// The formats of a runbook.
const (
	formatText     = "text"
	formatMarkdown = "markdown"
	formatJSON     = "json"
)

// runbook prints what can be known, also where neither target nor store answers:
// that it could not be asked stands in it.
func runbook(cmd *cobra.Command, d *deck, name, format, output string) error {
	if _, unknown := d.engine.Credential(name); unknown != nil {
		events, err := d.engine.Events(cmd.Context(), name)
		switch {
		case err != nil:
			return err
		case len(events) == 0:
			return neither(name, unknown)
		}
	}
	book, err := d.engine.Runbook(cmd.Context(), name)
	if err != nil {
		return err
	}
	if cmd.Context().Err() != nil {
		return errInterrupted // what was cut off says nothing
	}
	var text bytes.Buffer
	switch format {
	case formatJSON:
		err = plain.WriteJSON(&text, book)
	case formatMarkdown:
		err = plain.RunbookDocument(book).WriteMarkdown(&text)
	default:
		err = plain.WriteRunbook(&text, book)
	}
	if err != nil {
		return err
	}
	if output == "" {
		_, err = cmd.OutOrStdout().Write(text.Bytes())
		return err
	}
	if err := savefile.Put(output, text.String()); err != nil {
		return engine.NewProblem(err, "name a file in a folder that you may write to", "the runbook is not written")
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "written to %s\n", output)
	return err
}
