package engine

import (
	"fmt"
	"strings"
)

// moments puts the events of one run, or of an incident, into lines for people.
// What only says that a phase goes on as it should is left out.
func reportLines(events []Event) []ReportLine {
	var lines []ReportLine
	for _, e := range events {
		text := wording(e)
		if text == "" {
			continue
		}
		line := ReportLine{At: e.At, Credential: e.Credential, Run: e.Run, Kind: e.Type, Text: text}
		if strings.HasPrefix(e.Credential, incidentKey) {
			line.Credential = ""
			if e.Member != nil {
				line.Credential = e.Member.Credential
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// wording is an event in a line; "" for what needs none.
func wording(e Event) string {
	text := words(e)
	if e.Problem != nil {
		text = joined(text, e.Problem.Error())
	}
	if text != "" && e.Undoing && e.Phase != PhaseReturn {
		text = "undoing: " + text
	}
	return text
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ": " + b
}

func words(e Event) string {
	switch e.Type {
	case EventRunStarted:
		return began(e)
	case EventRunResumed, EventNote, EventRollbackBegun:
		return joined(map[EventType]string{EventRollbackBegun: "rolling back"}[e.Type], e.Text)
	case EventPhaseStarted:
		return wordOf(e.Phase) + " begins"
	case EventPhaseEnded:
		return wordOf(e.Phase) + " is done"
	case EventPhaseFailed:
		return wordOf(e.Phase) + " failed"
	case EventRunStopped:
		return joined("stopped", e.Text)
	case EventRunEnded:
		if e.Status == StatusRolledBack && e.Text == nothingChanged {
			return joined("declined", e.Text)
		}
		return joined(string(e.Status), e.Text)
	case EventGraceSet:
		return joined("both stay valid until "+e.Until.UTC().Format("15:04:05"), e.Text)
	case EventEvidence:
		return ""
	}
	return details(e)
}

// details words what an event carries.
func details(e Event) string {
	switch {
	case e.Type == EventMember && e.Member != nil:
		return turned(e)
	case e.Check != nil:
		result := "holds"
		if !e.Check.OK {
			result = "does not hold"
		}
		return joined(fmt.Sprintf("check %q %s", e.Check.Name, result), e.Check.Detail)
	case e.Proof != nil:
		return joined(joined(e.Text, fmt.Sprintf("%s at %s", e.Proof.Standing, e.Proof.Endpoint)), e.Proof.Detail)
	case e.Type == EventChangeIntended && e.Change != nil:
		return "will " + e.Change.What
	case e.Change != nil:
		return joined(string(e.Outcome), e.Change.What)
	case e.Request != nil:
		return "asked: " + e.Request.Title
	case e.Answer != nil:
		return joined("answered: "+string(e.Answer.Choice), by(e.Answer.By))
	}
	return e.Text
}

func by(who string) string {
	if who == "" {
		return ""
	}
	return "by " + who
}

func began(e Event) string {
	if e.Incident != nil {
		return joined(fmt.Sprintf("incident opened by %s on %s, with %s", e.Rotation.Operator, e.Rotation.Host,
			counted(len(e.Incident.Members), "credential")), e.Incident.Title)
	}
	if e.Rotation == nil {
		return "begun"
	}
	return fmt.Sprintf("%s begun by %s on %s", e.Rotation.Purpose, e.Rotation.Operator, e.Rotation.Host)
}

// turned words how a member stands now.
func turned(e Event) string {
	if e.Member.State == "" {
		return counted(e.Member.Cut, "session") + " ended"
	}
	text := string(e.Member.State)
	if e.Member.State == MemberProbing {
		text = "retired, and presented until it is refused everywhere"
	}
	if e.Member.Lingers {
		text += "; sessions that began with it may go on"
	}
	if e.Member.By != "" {
		text += ", says " + e.Member.By
	}
	return joined(text, e.Text)
}

func wordOf(p Phase) string {
	if p == PhaseReturn {
		return "the way back"
	}
	return string(p)
}
