package plain

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// WriteAudit prints an audit as tables, one below the other.
func WriteAudit(w io.Writer, a engine.Audit) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "audit of %s, as of %s\n%s\n", ui.Plural(a.Verdicts.Total, "credential"), stamp(a.At), tallyLine(a))
	for _, part := range []struct {
		title string
		write func(w io.Writer) error
	}{
		{"credentials, the most urgent first", func(w io.Writer) error { return auditRows(w, a) }},
		{"by share of life used up", func(w io.Writer) error { return bucketRows(w, "SHARE", a.Shares) }},
		{"by time since the last rotation", func(w io.Writer) error { return bucketRows(w, "AGE", a.Ages) }},
		{"what ends when, in UTC", func(w io.Writer) error { return calendarRows(w, a.Calendar) }},
		{"by kind", func(w io.Writer) error { return groupRows(w, "KIND", a.Kinds) }},
		{"by environment", func(w io.Writer) error { return groupRows(w, "ENVIRONMENT", a.Environments) }},
		{"by owner", func(w io.Writer) error { return groupRows(w, "OWNER", a.Owners) }},
		{"by tag", func(w io.Writer) error { return groupRows(w, "TAG", a.Tags) }},
		{"mean age by week", func(w io.Writer) error { return weekRows(w, a.Trend) }},
	} {
		fmt.Fprintf(&b, "\n%s:\n", part.title)
		if err := part.write(&b); err != nil {
			return err
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// tallyLine is what all credentials come to.
func tallyLine(a engine.Audit) string {
	words := []string{fmt.Sprintf("%d violate the policy", a.Verdicts.Violating())}
	for _, s := range engine.States() {
		words = append(words, fmt.Sprintf("%d %s", a.Verdicts.Of(s), s))
	}
	return strings.Join(words, ", ") + "; mean age " + auditAge(a.MeanAge)
}

func auditAge(seconds *int64) string {
	if seconds == nil {
		return "unknown"
	}
	return engine.Span(time.Duration(*seconds) * time.Second)
}

func auditRows(w io.Writer, a engine.Audit) error {
	table := newTable(w, "VERDICT", "LIFE", "CREDENTIAL", "KIND", "ENVIRONMENT", "OWNER", "AGE", "ROTATE BY", "EXPIRES", "LOGIN", "REASON")
	for _, c := range a.Credentials {
		life, login := "unknown", string(c.Login)
		if c.Share != nil {
			life = fmt.Sprintf("%d%%", int(*c.Share*100)) // what is not over must not read 100%
		}
		if c.Withheld != nil {
			login = "withheld"
		}
		table.row(string(c.Verdict), life, c.Credential, string(c.Kind), c.Environment, c.Owner, auditAge(c.Age), auditDay(c.RotateBy), auditDay(c.Expires), login, c.Reason)
	}
	return table.Flush()
}

func auditDay(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(engine.LayoutDay)
}

// counts are a tally as cells, under tallyHeads.
func counts(t engine.Tally) []string {
	cells := []string{strconv.Itoa(t.Total)}
	for _, s := range engine.States() {
		cells = append(cells, strconv.Itoa(t.Of(s)))
	}
	return cells
}

func tallyHeads(first string) []string {
	heads := []string{first, "ALL"}
	for _, s := range engine.States() {
		heads = append(heads, strings.ToUpper(string(s)))
	}
	return heads
}

func bucketRows(w io.Writer, first string, buckets []engine.Bucket) error {
	table := newTable(w, tallyHeads(first)...)
	for _, b := range buckets {
		table.row(append([]string{b.Label}, counts(b.Tally)...)...)
	}
	return table.Flush()
}

func groupRows(w io.Writer, first string, groups []engine.Group) error {
	table := newTable(w, append(tallyHeads(first), "MEAN AGE")...)
	for _, g := range groups {
		table.row(append(append([]string{g.Name}, counts(g.Tally)...), auditAge(g.MeanAge))...)
	}
	return table.Flush()
}

func calendarRows(w io.Writer, c engine.Calendar) error {
	table := newTable(w, "MONTH", "EXPIRE", "TO ROTATE")
	row := func(name string, e engine.Ends) { table.row(name, strconv.Itoa(e.Expire), strconv.Itoa(e.Rotate)) }
	row("before", c.Before)
	for _, m := range c.Months {
		row(m.Month, m.Ends)
	}
	row("later", c.Later)
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "no end is known of %s\n", ui.Plural(c.Never, "credential"))
	return err
}

func weekRows(w io.Writer, weeks []engine.Week) error {
	table := newTable(w, "WEEK TO", "MEAN AGE", "KNOWN OF")
	for i := len(weeks) - 1; i >= 0; i-- {
		table.row(weeks[i].Last(), auditAge(weeks[i].MeanAge), fmt.Sprintf("%d of %d", weeks[i].Known, weeks[i].Of))
	}
	return table.Flush()
}
