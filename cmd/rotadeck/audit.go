package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/savefile"
	"github.com/rotadeck/rotadeck/tui/plain"
	reports "github.com/rotadeck/rotadeck/tui/report"
)

// auditOptions are the flags of audit.
type auditOptions struct {
	format string
	file   string
	asked  []string
	picked selection
}

func newAudit(g *globals) *cobra.Command {
	o := auditOptions{}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Hold every credential against its policy: ages, what ends when, totals, trend; exit 3 when it is violated",
		Long: "Hold every credential against its policy, as it is now: how much of its life each\n" +
			"has used up, how ages are spread, what ends in the next twelve months, totals by\n" +
			"kind, environment, owner and tag, and the mean age of past weeks.\n\n" +
			"Exit 3 when something is due, overdue or expired, 1 when something cannot be\n" +
			"judged and nothing is. A page of HTML needs nothing else and can be sent around.",
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.valid(g); err != nil {
				return err
			}
			return withLookingDeck(cmd, g, func(d *deck) error { return audit(cmd, d, o) })
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "text, json, csv, markdown or html")
	cmd.Flags().StringVarP(&o.file, "output", "o", "", "write to this `file`, which only you can read, instead of standard output")
	o.picked.add(cmd)
	addProbe(cmd, &o.asked)
	return cmd
}

// valid refuses a format that there is not, or two of them.
func (o *auditOptions) valid(g *globals) error {
	if !slices.Contains([]string{"text", "json", "csv", "markdown", "html"}, o.format) {
		return usageError("use text, json, csv, markdown or html", "there is no format %q", o.format)
	}
	if err := regular(o.file); err != nil || !g.json {
		return err
	}
	if o.format != "text" && o.format != "json" {
		return usageError("leave one of them out", "--json and --format %s contradict one another", o.format)
	}
	o.format = "json"
	return nil
}

// regular refuses to put a file in the place of something else, such as a device.
func regular(path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return usageError("name a file, or leave -o out", "%s is no file", path)
	}
	return nil
}

func audit(cmd *cobra.Command, d *deck, o auditOptions) error {
	credentials, err := o.picked.of(d.engine.Credentials())
	if err != nil {
		return err
	}
	if err := d.known(o.asked); err != nil {
		return err
	}
	var ids []string
	for _, c := range credentials {
		ids = append(ids, c.ID)
	}
	asked := slices.DeleteFunc(slices.Clone(o.asked), func(id string) bool { return !slices.Contains(ids, id) })
	observations, err := d.observe(cmd.Context(), ids, asked)
	if err != nil {
		return err
	}
	a := engine.NewAudit(credentials, observations, d.recorded(cmd, engine.RunQuery{}), d.engine.Now())
	if err := o.write(screen(cmd), a, filepath.Base(d.inventory.Path)); err != nil {
		return err
	}
	return policyError(a.Verdicts.Violating(), a.Verdicts.Unknown, a.Verdicts.Total)
}

// write puts the audit where it is wanted.
func (o *auditOptions) write(out io.Writer, a engine.Audit, inventory string) error {
	if o.file == "" {
		return o.print(out, a, inventory)
	}
	var text bytes.Buffer
	if err := o.print(&text, a, inventory); err != nil {
		return err
	}
	if err := savefile.Put(o.file, text.String()); err != nil {
		return engine.NewProblem(err, "name a file in a folder that can be written", "the audit is not saved")
	}
	return nil
}

func (o *auditOptions) print(w io.Writer, a engine.Audit, inventory string) error {
	title := inventory
	if words := o.picked.String(); words != "" {
		title += ", " + words
	}
	switch o.format {
	case "json":
		return plain.WriteJSON(w, a)
	case "csv":
		heads, rows := reports.AuditCSV(a)
		return reports.WriteCSV(w, heads, rows)
	case "markdown":
		return reports.Audit(a, title).WriteMarkdown(w)
	case "html":
		return reports.Audit(a, title).WriteHTML(w)
	}
	return plain.WriteAudit(w, a)
}

// selection picks credentials by what they are.
type selection struct{ environments, owners, kinds, tags []string }

func (s *selection) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&s.environments, "env", nil, "only this `environment`; repeated: any of them")
	flags.StringArrayVar(&s.owners, "owner", nil, "only this `owner`")
	flags.StringArrayVar(&s.kinds, "kind", nil, "only this `kind`")
	flags.StringArrayVar(&s.tags, "tag", nil, "only this `tag`")
}

// of is what it picks; that it picks nothing is a mistake.
func (s selection) of(all []engine.Credential) ([]engine.Credential, error) {
	picked := []engine.Credential{}
	for _, c := range all {
		if picks(s.environments, c.Environment.Name, c.Environment.Word) && picks(s.owners, c.Owner) &&
			picks(s.kinds, string(c.Kind)) && picks(s.tags, c.Tags...) {
			picked = append(picked, c)
		}
	}
	if len(picked) == 0 && len(all) > 0 {
		return nil, usageError("rotadeck list shows what there is", "no credential is of %s", s)
	}
	return picked, nil
}

// picks says whether any of the texts is wanted; whatever is when nothing is asked
// for. The case of letters does not matter.
func picks(wanted []string, texts ...string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(texts, func(text string) bool {
		return slices.ContainsFunc(wanted, func(one string) bool { return strings.EqualFold(one, text) })
	})
}

// String words the selection; "" for all.
func (s selection) String() string {
	var words []string
	for _, part := range []struct {
		name   string
		values []string
	}{{"environment", s.environments}, {"owner", s.owners}, {"kind", s.kinds}, {"tag", s.tags}} {
		if len(part.values) > 0 {
			words = append(words, part.name+" "+strings.Join(part.values, " or "))
		}
	}
	return strings.Join(words, ", ")
}
