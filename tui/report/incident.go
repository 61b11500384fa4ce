package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Incident is the post-mortem of an incident as a document: what leaked, what was
// done in which order and why, what proves that it is refused, what remains, and
// all of it in one timeline. Times are UTC.
func Incident(r engine.IncidentReport) Document {
	b := r.Board
	d := Document{
		Kind: "incident report", Title: b.Title,
		Lead:  fmt.Sprintf("Incident %s, opened %s by %s%s. %s.", b.ID, moment(b.Opened), b.Operator, at(b.Host), summary(b)),
		Facts: incidentFacts(b),
		Foot:  "rotadeck incident report " + b.ID + ": no secret is in this report, nor was in what it is made from.",
	}
	d.Sections = []Section{
		{Title: "Summary", Wide: true, Blocks: []Block{{List: points(b)}}},
		{Title: "What was revoked, worst first", Lead: "The order is that of risk: what is still accepted, privileged, in production or reachable from outside comes first.", Wide: true, Blocks: []Block{{Table: memberTable(b)}}},
	}
	if chart := speed(b); chart != nil {
		d.Sections = append(d.Sections, Section{Title: "How fast", Blocks: []Block{{Chart: chart}}})
	}
	if left := remains(b); len(left) > 0 {
		d.Sections = append(d.Sections, Section{Title: "What remains", Wide: true, Blocks: []Block{{List: left}}})
	}
	if len(b.Nearby) > 0 {
		d.Sections = append(d.Sections, Section{Title: "What is near", Lead: "These share something with what leaked, and were not part of the incident.", Wide: true, Blocks: []Block{{Table: nearTable(b)}}})
	}
	for _, m := range b.Members {
		d.Sections = append(d.Sections, memberSection(b, m, r.Timeline))
	}
	d.Sections = append(d.Sections, Section{Title: "Timeline", Lead: "Everything, in order; times are UTC.", Wide: true, Blocks: []Block{{Table: timeTable(r.Timeline, true)}}})
	return d
}

func at(host string) string {
	if host == "" {
		return ""
	}
	return " on " + host
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// out is since when the secret is out.
func out(b engine.Board) time.Time {
	if b.Leaked.IsZero() {
		return b.Opened
	}
	return b.Leaked
}

// took words a span in whole seconds, as the board counts them: "48s", "12m3s", "1h".
func took(d time.Duration) string {
	text := max(0, d).Truncate(time.Second).String()
	if short, whole := strings.CutSuffix(text, "m0s"); whole {
		text = short + "m"
	}
	if short, whole := strings.CutSuffix(text, "h0m"); whole {
		text = short + "h"
	}
	return text
}

// summary is the outcome in one sentence.
func summary(b engine.Board) string {
	all, left := len(b.Members), b.Left()
	switch {
	case b.Status == engine.StatusRolledBack:
		return "It was declined: nothing was changed"
	case left == 0 && !b.Ended.IsZero():
		after := took(b.Ended.Sub(out(b))) + " after the leak"
		switch ticked := b.Count(engine.MemberTicked); {
		case all == 1 && ticked == 0:
			return "The one credential is revoked, " + after
		case all == 1:
			return "The one credential is revoked by hand, " + after
		case ticked > 0:
			return fmt.Sprintf("All %d credentials are revoked, %d of them by hand, the last one %s", all, ticked, after)
		}
		return fmt.Sprintf("All %d credentials are revoked, the last one %s", all, after)
	case b.Ended.IsZero():
		return fmt.Sprintf("It goes on: %s", ui.Revoked(b))
	}
	return fmt.Sprintf("%s; %d not", ui.Revoked(b), left)
}

func incidentFacts(b engine.Board) []Fact {
	revoked, cut := b.Count(engine.MemberRevoked), 0
	slowest := time.Duration(0)
	for _, m := range b.Members {
		cut += m.Cut
		if m.State == engine.MemberRevoked {
			slowest = max(slowest, m.Revoked.Sub(b.Opened))
		}
	}
	tone := ToneOK
	if b.Left() > 0 {
		tone = ToneDanger
	}
	facts := []Fact{{Value: fmt.Sprintf("%d of %d", revoked, len(b.Members)), Label: "revoked", Tone: tone}}
	if n := b.Count(engine.MemberTicked); n > 0 {
		facts = append(facts, Fact{Value: fmt.Sprint(n), Label: "revoked by hand, as people say"})
	}
	if revoked > 0 {
		facts = append(facts, Fact{Value: took(slowest), Label: "until the last of them was refused"})
	}
	if before := b.Opened.Sub(out(b)); before >= time.Second {
		facts = append(facts, Fact{Value: took(before), Label: "from leak to incident"})
	}
	facts = append(facts, Fact{Value: fmt.Sprint(cut), Label: "sessions cut"})
	if n := b.Count(engine.MemberProbing); n > 0 {
		facts = append(facts, Fact{Value: fmt.Sprint(n), Label: "still accepted", Tone: ToneGrave})
	}
	return facts
}

// points are what a reader in a hurry wants to know.
func points(b engine.Board) []string {
	grace := "none: what leaked was cut at once"
	if b.Grace > 0 {
		grace = took(b.Grace) + ": what leaked stayed valid that long after services were told"
	}
	list := []string{
		"Out since: " + moment(out(b)),
		"Opened: " + moment(b.Opened) + " by " + b.Operator + at(b.Host),
		"Ended: " + moment(b.Ended),
		"Outcome: " + summary(b),
		"Grace: " + grace,
	}
	if b.Problem != nil {
		list = append(list, "Problem: "+b.Problem.Error())
	}
	return list
}

func memberTable(b engine.Board) *Table {
	t := &Table{Caption: "Credentials of the incident", Columns: []Column{
		{Title: "credential"},
		{Title: "order", Right: true},
		{Title: "why it is here"},
		{Title: "risk"},
		{Title: "state"},
		{Title: "sessions cut", Right: true},
		{Title: "revoked after", Right: true},
	}}
	for i, m := range b.Members {
		after, cut := "–", "–"
		if !m.Revoked.IsZero() {
			after = took(m.Revoked.Sub(b.Opened))
		}
		if !m.Ticked.IsZero() {
			after = took(m.Ticked.Sub(b.Opened))
		}
		if m.Cut > 0 || m.State == engine.MemberRevoked {
			cut = fmt.Sprint(m.Cut)
		}
		t.Rows = append(t.Rows, []Cell{
			{Text: m.Credential},
			{Text: fmt.Sprint(i + 1)},
			{Text: m.Why},
			{Text: strings.Join(m.Risk.Reasons, ", ")},
			memberCell(b, m.State),
			{Text: cut},
			{Text: after},
		})
	}
	return t
}

// mostBars is how many credentials a chart shows: the slowest.
const mostBars = 20

// speed is a chart of the time until each was refused; nil for fewer than two.
func speed(b engine.Board) *Chart {
	var revoked []engine.Member
	for _, m := range b.Members {
		if !m.Revoked.IsZero() {
			revoked = append(revoked, m)
		}
	}
	if len(revoked) < 2 {
		return nil
	}
	slices.SortStableFunc(revoked, func(x, y engine.Member) int { return y.Revoked.Compare(x.Revoked) })
	var bars []Bar
	table := &Table{Caption: "Time until refused", Columns: []Column{{Title: "credential"}, {Title: "after", Right: true}}}
	for _, m := range revoked[:min(mostBars, len(revoked))] {
		after := max(0, m.Revoked.Sub(b.Opened))
		bars = append(bars, Bar{Label: m.Credential, Value: took(after), Parts: []Part{{Value: max(0.1, after.Seconds()), Tone: ToneOK}}})
		table.Rows = append(table.Rows, Cells(m.Credential, took(after)))
	}
	chart := Bars("Time until refused", "From the opening of the incident until what leaked was refused at every endpoint, the slowest first.", bars, BarOptions{})
	chart.Table = table
	return chart
}

// memberCell is a state as a cell: glyph, word and tone, as the console has them.
func memberCell(b engine.Board, s engine.MemberState) Cell {
	if b.Status == engine.StatusRolledBack {
		return Cell{Text: "↺ declined", Tone: ToneMuted}
	}
	switch s {
	case engine.MemberRevoked:
		return Cell{Text: "✓ revoked", Tone: ToneOK}
	case engine.MemberProbing:
		return Cell{Text: "▲ STILL ACCEPTED", Tone: ToneGrave}
	case engine.MemberFailed:
		return Cell{Text: "✗ failed", Tone: ToneDanger}
	case engine.MemberStopped:
		return Cell{Text: "■ stopped", Tone: ToneDanger}
	case engine.MemberAsks:
		return Cell{Text: "◆ asks", Tone: ToneWarn}
	case engine.MemberByHand:
		return Cell{Text: "◇ to do by hand", Tone: ToneWarn}
	case engine.MemberTicked:
		return Cell{Text: "✓ done by hand", Tone: ToneOK}
	case engine.MemberRotating:
		return Cell{Text: "▸ rotating", Tone: ToneInfo}
	case engine.MemberWaiting:
	}
	return Cell{Text: "· " + string(s), Tone: ToneMuted}
}

// remains lists what somebody still has to do.
func remains(b engine.Board) []string {
	var left []string
	for _, m := range b.Members {
		if m.State.Closed() {
			continue
		}
		text := m.Credential + ": " + memberCell(b, m.State).Text
		for _, p := range ui.Problems(m) {
			text += "; " + p.Error()
			if p.Hint != "" {
				text += " (" + p.Hint + ")"
			}
		}
		left = append(left, text)
	}
	return left
}

func nearTable(b engine.Board) *Table {
	t := &Table{Caption: "Blast radius", Columns: Columns("credential", "shares", "with")}
	for _, n := range b.Nearby {
		t.Rows = append(t.Rows, Cells(n.Credential, strings.Join(n.Shares, ", "), strings.Join(n.With, ", ")))
	}
	return t
}

// memberSection is what happened to one credential, with what proves it.
func memberSection(b engine.Board, m engine.Member, all []engine.ReportLine) Section {
	s := Section{Title: m.Credential, Lead: memberLead(b, m), Wide: true}
	var proofs []string
	for _, p := range m.Proofs {
		proofs = append(proofs, fmt.Sprintf("What leaked is %s at %s", p.Standing, p.Endpoint))
	}
	if len(m.Consumers) > 0 {
		proofs = append(proofs, "Told: "+strings.Join(m.Consumers, ", "))
	}
	if len(proofs) > 0 {
		s.Blocks = append(s.Blocks, Block{List: proofs})
	}
	var own []engine.ReportLine
	for _, moment := range all {
		if moment.Credential == m.Credential && weighty(moment.Kind) {
			own = append(own, moment)
		}
	}
	if len(own) > 0 {
		s.Blocks = append(s.Blocks, Block{Table: timeTable(own, false)})
	}
	return s
}

// weighty says that a moment is told twice: in the timeline, and with its
// credential, where it is to be seen what was done and what proves it.
func weighty(kind engine.EventType) bool {
	switch kind {
	case engine.EventMember, engine.EventProof, engine.EventChangeSettled, engine.EventAnswer, engine.EventRequest,
		engine.EventPhaseFailed, engine.EventRunStarted, engine.EventRunResumed, engine.EventRunStopped, engine.EventRunEnded:
		return true
	default:
		return false
	}
}

func memberLead(b engine.Board, m engine.Member) string {
	text := memberCell(b, m.State).Text
	if !m.Revoked.IsZero() {
		text += " " + took(m.Revoked.Sub(b.Opened)) + " after the incident was opened, " + took(m.Revoked.Sub(out(b))) + " after the leak"
	}
	if m.Lingers {
		text += "; " + ui.Lingering + ": they could be neither counted nor ended"
	}
	if !m.Ticked.IsZero() {
		text += " " + took(m.Ticked.Sub(b.Opened)) + " after the incident was opened, says " + m.By
		if m.Text != "" {
			text += ": " + m.Text
		}
	}
	if m.Run != "" {
		text += ", by run " + m.Run
	}
	return text + "."
}

func timeTable(moments []engine.ReportLine, named bool) *Table {
	t := &Table{Caption: "What happened", Columns: Columns("time", "what")}
	if named {
		t.Caption, t.Columns = "What happened to all", Columns("time", "credential", "what")
	}
	for _, m := range moments {
		cells := Cells(m.At.UTC().Format("2006-01-02 15:04:05.000"), m.Text)
		if named {
			who := m.Credential
			if who == "" {
				who = "the incident"
			}
			cells = Cells(m.At.UTC().Format("2006-01-02 15:04:05.000"), who, m.Text)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
