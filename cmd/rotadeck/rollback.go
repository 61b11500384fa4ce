package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
)

func newRollback(g *globals) *cobra.Command {
	o := &runOptions{}
	cmd := &cobra.Command{
		Use:   "rollback <run|credential>",
		Short: "Undo an unfinished run, or a done one while its rollback window is open",
		Args:  arguments(1, 1, "a run or a credential"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withRecordedDeck(cmd, g, func(d *deck) error {
				return rollback(cmd.Context(), front{cmd: cmd, globals: g, deck: d, options: o}, args[0])
			})
		},
	}
	o.add(cmd)
	return cmd
}

func rollback(ctx context.Context, f front, name string) error {
	s, err := f.deck.run(ctx, name, func(s engine.Summary) bool { return f.deck.engine.CanRollBack(s) == nil })
	if err != nil {
		return err
	}
	return f.follow(ctx, s.Seq, engine.StatusRolledBack, func(ctx context.Context) (*engine.Run, error) {
		return f.deck.engine.RollBack(ctx, s.Run, f.options.engine(f.cmd))
	})
}
