package plain

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// WriteIdentification says what a comparison of a secret with all stores came to.
func WriteIdentification(w io.Writer, i engine.Identification) error {
	var b bytes.Buffer
	for _, l := range i.Leaks {
		fmt.Fprintf(&b, "ours: %s, %s\n", ui.Clean(l.Credential), ui.Leak(l))
	}
	switch {
	case len(i.Leaks) > 0:
	case len(i.Unread) == 0:
		fmt.Fprintf(&b, "not ours: compared with %s that the stores hold and held\n", count(i.Compared, "version"))
	default:
		fmt.Fprintf(&b, "not found among %s, but %s could not be read: it may be theirs\n", count(i.Compared, "version"), count(len(i.Unread), "credential"))
	}
	for _, u := range i.Unread {
		fmt.Fprintf(&b, "unread: %s: %s\n", ui.Clean(u.Credential), ui.Clean(u.Problem.Error()))
		if u.Problem.Hint != "" {
			fmt.Fprintf(&b, "hint: %s\n", ui.Clean(u.Problem.Hint))
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// WriteScope prints what would be revoked, worst first, why, and what it will
// cost. Terms are since when it is out and how long it stays valid.
func WriteScope(w io.Writer, s engine.Scope, terms string) error {
	table := newTable(w, "ORDER", "CREDENTIAL", "ACCEPTED", "SESSIONS", "TELLS", "WHY", "RISK", "NOTE")
	for i, m := range s.Members {
		table.row(fmt.Sprint(i+1), m.Credential, string(m.Risk.Accepted), sessionCount(m.Sessions),
			strings.Join(m.Consumers, ", "), m.Why, strings.Join(m.Risk.Reasons, ", "), standsInTheWay(m))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	var b bytes.Buffer
	for _, n := range s.Nearby {
		fmt.Fprintf(&b, "near: %s shares %s with %s\n", ui.Clean(n.Credential), ui.Clean(strings.Join(n.Shares, ", ")), ui.Clean(strings.Join(n.With, ", ")))
	}
	fmt.Fprintf(&b, "impact: %s\n", impact(s))
	fmt.Fprintf(&b, "terms: %s\n", terms)
	_, err := w.Write(b.Bytes())
	return err
}

// Terms words since when a secret is out and how long it stays valid.
func Terms(leaked time.Time, grace time.Duration) string {
	since := "out since now"
	if !leaked.IsZero() {
		since = "out since " + stamp(leaked)
	}
	if grace == 0 {
		return since + ", no grace: cut at once"
	}
	return since + ", the leaked one stays valid for " + grace.String() + " once services were told"
}

func sessionCount(n int) string {
	if n < 0 {
		return "unknown"
	}
	return fmt.Sprint(n)
}

func standsInTheWay(m engine.ScopeMember) string {
	switch {
	case m.Barred != nil:
		return "by hand: " + m.Barred.Error()
	case m.Unfinished != "":
		return "run " + m.Unfinished + " is unfinished: it is ended first"
	}
	return ""
}

func impact(s engine.Scope) string {
	cost := ui.CostOf(s.Members)
	text := count(len(s.Members), "credential") + ", " + cost.Cut()
	if cost.ByHand > 0 {
		text += fmt.Sprintf("; %d by hand", cost.ByHand)
	}
	return text
}

// WriteBoard prints how far an incident has come.
func WriteBoard(w io.Writer, b engine.Board) error {
	table := newTable(w, "CREDENTIAL", "STATE", "PHASE", "CUT", "LEAKED ONE", "REVOKED AFTER", "RUN", "NOTE")
	for _, m := range b.Members {
		after, note := "", ""
		if !m.Revoked.IsZero() {
			after = elapsed(b, m.Revoked)
		}
		if m.Lingers {
			note = ui.Lingering
		}
		if !m.Ticked.IsZero() {
			after = elapsed(b, m.Ticked)
			note = strings.TrimSuffix("says "+m.By+": "+m.Text, ": ")
		}
		for _, p := range []*engine.Problem{m.Problem, m.Barred} {
			if p != nil && !m.State.Closed() {
				note = cmp.Or(note, p.Error())
			}
		}
		table.row(m.Credential, stateWord(m.State), string(m.Phase), fmt.Sprint(m.Cut), string(m.Standing), after, m.Run, note)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "incident %s: %s, %s\n", ui.Clean(b.ID), ui.Clean(ui.IncidentStatus(b.Status)), ui.Revoked(b))
	return err
}

func elapsed(b engine.Board, at time.Time) string {
	return at.Sub(b.Opened).Truncate(time.Second).String()
}

// NextOf is the command that goes on with an incident which is stopped.
func NextOf(b engine.Board) string {
	if n := b.Count(engine.MemberByHand); n > 0 && n == b.Left() {
		for _, m := range b.Members {
			if m.State == engine.MemberByHand {
				return "rotadeck incident tick " + m.Credential + " --incident " + b.ID + ", once it is revoked by hand"
			}
		}
	}
	return "rotadeck incident resume " + b.ID
}

// stateWord says of what is retired and not refused everywhere yet that it is
// still accepted: "probing" would not alarm anyone.
func stateWord(s engine.MemberState) string {
	switch s {
	case engine.MemberProbing:
		return "STILL ACCEPTED"
	case engine.MemberByHand:
		return "to do by hand"
	default:
		return string(s)
	}
}

// WriteBoards prints incidents as a table.
func WriteBoards(w io.Writer, boards []engine.Board) error {
	table := newTable(w, "INCIDENT", "STATUS", "REVOKED", "OPENED", "ENDED", "OPERATOR", "TITLE", "NOTE")
	for _, b := range boards {
		note := ""
		if b.Status == engine.StatusStopped {
			note = NextOf(b)
		}
		table.row(b.ID, ui.IncidentStatus(b.Status), ui.Revoked(b), stamp(b.Opened), stamp(b.Ended), b.Operator, b.Title, note)
	}
	return table.Flush()
}
