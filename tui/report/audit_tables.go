package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// credentialsTable has all that was audited.
func credentialsTable(a engine.Audit) *Table {
	t := &Table{
		Caption: "All credentials, the most urgent first",
		Columns: Columns("credential", "verdict", "life used", "rotate by", "expires", "login", "kind", "environment", "owner", "tags"),
	}
	t.Columns[3].Short, t.Columns[4].Short = true, true
	for _, c := range a.Credentials {
		verdict := StateCell(c.Verdict)
		verdict.Text += ": " + c.Reason
		t.Rows = append(t.Rows, []Cell{
			{Text: c.Credential},
			verdict, lifeCell(c),
			{Text: date(c.RotateBy)},
			{Text: date(c.Expires)},
			{Text: login(c)},
			{Text: string(c.Kind)},
			{Text: dash(c.Environment)},
			{Text: dash(c.Owner)},
			{Text: dash(strings.Join(c.Tags, ", "))},
		})
	}
	return t
}

func lifeCell(c engine.Audited) Cell {
	text := shareWord(c.Share)
	if c.Age != nil && c.MaxAge > 0 {
		text += fmt.Sprintf(" · %s of %s", ageWord(c.Age), engine.Span(time.Duration(c.MaxAge)*time.Second))
	}
	return Cell{Text: text, Share: c.Share, Tone: StateTone(c.Verdict)}
}

// login says whether it logs in, and why it was not tried.
func login(c engine.Audited) string {
	switch {
	case c.Withheld != nil:
		return "not tried: " + c.Withheld.What + " on " + stamp(c.Withheld.Since)
	case c.Login == "":
		return "–"
	}
	return string(c.Login)
}

func dash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// mostDays is how many days the table of what comes next has.
const mostDays = 14

// daysTable is what ends next, by day.
func daysTable(a engine.Audit) *Table {
	t := &Table{Caption: "What ends next, by day", Columns: []Column{{Title: "day"}, {Title: "expire", Right: true}, {Title: "to rotate", Right: true}}}
	today := date(a.At)
	for _, m := range a.Calendar.Months {
		for _, d := range m.Days {
			if d.Day >= today && len(t.Rows) < mostDays {
				t.Rows = append(t.Rows, Cells(d.Day, fmt.Sprint(d.Expire), fmt.Sprint(d.Rotate)))
			}
		}
	}
	if len(t.Rows) == 0 {
		t.Rows = append(t.Rows, Cells("nothing", "0", "0"))
	}
	return t
}

// AuditCSV is an audit as rows: one for each credential.
func AuditCSV(a engine.Audit) (heads []string, rows [][]string) {
	heads = []string{
		"credential", "kind", "environment", "owner", "tags", "verdict", "reason", "age_seconds", "max_age_seconds",
		"share_of_life", "deadline", "rotate_by", "expires", "login", "withheld_since",
	}
	moment := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.UTC().Format(time.RFC3339)
	}
	for _, c := range a.Credentials {
		age, share, withheld := "", "", ""
		if c.Age != nil {
			age = fmt.Sprint(*c.Age)
		}
		if c.Share != nil {
			share = fmt.Sprintf("%.4f", *c.Share)
		}
		if c.Withheld != nil {
			withheld = moment(c.Withheld.Since)
		}
		rows = append(rows, []string{
			c.Credential, string(c.Kind), c.Environment, c.Owner, strings.Join(c.Tags, " "), string(c.Verdict), c.Reason, age,
			fmt.Sprint(c.MaxAge), share, moment(c.Deadline), moment(c.RotateBy), moment(c.Expires), string(c.Login), withheld,
		})
	}
	return heads, rows
}
