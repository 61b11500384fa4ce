package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/inventory"
	"github.com/rotadeck/rotadeck/providers/catalogue"
	"github.com/rotadeck/rotadeck/providers/secretref"
	"github.com/rotadeck/rotadeck/tui/plain"
	"github.com/rotadeck/rotadeck/tui/ui"
)

func newInventory(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inventory",
		Short: "Check the inventory, or write a first one",
		Args:  noVerb,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newInventoryCheck(g), newInventoryInit(g))
	return cmd
}

func newInventoryCheck(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Say everything that is wrong with the inventory, or how many credentials it names",
		Args:  arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := g.inventoryPath()
			if err != nil {
				return err
			}
			inv, err := loadInventory(path)
			if err != nil {
				return err
			}
			if err := inspect(cmd.ErrOrStderr(), inv.References); err != nil {
				return err
			}
			if g.json {
				return plain.WriteJSON(cmd.OutOrStdout(), struct {
					Inventory   string `json:"inventory"`
					Credentials int    `json:"credentials"`
				}{inv.Path, len(inv.Credentials)})
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "ok: %s\n", count(len(inv.Credentials), "credential"))
			return err
		},
	}
}

// inspect warns of files of secrets that are not there, which may be so on this
// host, and returns as inventory.Errors those that would be refused.
func inspect(talk io.Writer, references []inventory.Reference) error {
	var wrong inventory.Errors
	for _, r := range references {
		err := secretref.Inspect(r.Ref)
		if err == nil {
			continue
		}
		problem := engine.AsProblem(err)
		text := problem.Error()
		if problem.Hint != "" {
			text += ": " + problem.Hint
		}
		found := r.Wrong(text)
		if !errors.Is(err, fs.ErrNotExist) {
			wrong = append(wrong, found)
			continue
		}
		fmt.Fprintln(talk, "warning: "+ui.Clean(found.Error()))
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

func newInventoryInit(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "init [file]",
		Short: "Write a commented inventory to start from; - is standard output",
		Args:  arguments(0, 1, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := "rotadeck.toml"
			switch {
			case len(args) == 1:
				path = args[0]
			case g.inventory != "":
				path = g.inventory
			}
			text := inventory.Starter(catalogue.Providers())
			if path == "-" {
				_, err := cmd.OutOrStdout().Write(text)
				return err
			}
			if err := g.allowed(cmd); err != nil {
				return err
			}
			if err := writeNew(path, text); err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "wrote %s: edit it, then run rotadeck inventory check\n", path)
			return nil
		},
	}
}

// writeNew writes a file that must not be there yet.
func writeNew(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return usageError("name another file", "%s exists and is left as it is", path)
	}
	if err != nil {
		return engine.NewProblem(err, "", "the inventory cannot be written")
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return engine.NewProblem(err, "", "the inventory cannot be written")
	}
	return nil
}
