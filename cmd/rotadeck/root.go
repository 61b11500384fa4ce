package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine/nearest"
)

// newRoot assembles the command line.
func newRoot(i *interrupts) *cobra.Command {
	g := &globals{interrupts: i}
	root := &cobra.Command{
		Use:   "rotadeck",
		Short: "See every credential, rotate one, roll it back",
		Long: "rotadeck shows every credential with its age, verdict and expiry, and rotates\n" +
			"them one after another: plan, confirm, watch, verify, retire, or roll back.\n" +
			"Without a verb it opens the console.\n\n" + exitCodeHelp(),
		Args:              noVerb,
		RunE:              func(cmd *cobra.Command, _ []string) error { return runConsole(cmd, g) },
		PersistentPreRunE: func(*cobra.Command, []string) error { return g.valid() },

		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError(cmd.CommandPath()+" --help lists flags", "%s", err)
	})
	g.add(root)
	root.AddCommand(
		newList(g), newAudit(g), newPlan(g), newRotate(g), newRehearse(g), newResume(g), newRollback(g),
		newWatch(g), newCensus(g), newTruth(g), newRunbook(g), newParity(g), newAdopt(g), newHistory(g), newIncident(g), newInventory(g), newKeys(g), newDemo(g), newVersion(g),
		newLooseEnds(g), newTidy(g),
	)
	for _, verb := range root.Commands() {
		verb.DisableFlagsInUseLine = true
	}
	return root
}

// noVerb explains words that are no verb.
func noVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var verbs []string
	for _, verb := range cmd.Commands() {
		verbs = append(verbs, verb.Name())
	}
	hint := cmd.CommandPath() + " --help lists verbs"
	if near := nearest.To(args[0], verbs); near != "" {
		hint = fmt.Sprintf("did you mean %s %s?", cmd.CommandPath(), near)
	}
	return usageError(hint, "%s has no verb %q", cmd.CommandPath(), args[0])
}

// arguments accepts least to most words, which are called what.
func arguments(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		hint := "usage: " + cmd.UseLine()
		switch {
		case len(args) < least:
			return usageError(hint, "%s needs %s", cmd.CommandPath(), what)
		case most >= 0 && len(args) > most:
			return usageError(hint, "%s takes no %q", cmd.CommandPath(), args[most])
		}
		return nil
	}
}

func exitCodeHelp() string {
	var b strings.Builder
	b.WriteString("Exit codes:\n")
	for _, row := range exitCodes() {
		fmt.Fprintf(&b, "  %-4d %s\n", row.code, row.meaning)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// asJSON says whether errors are wanted as JSON, also when parsing the command
// line stopped before the flag.
func asJSON(args []string) bool { return slices.Contains(args, "--json") }
