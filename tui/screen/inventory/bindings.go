package inventory

import (
	"fmt"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Bindings lists the keys for the selected credential.
func (s *Screen) Bindings() []ui.Binding {
	if s.filter.Editing() {
		return []ui.Binding{
			{ID: "keep", Keys: []string{"enter"}, Label: "keep", Help: "Keep the filter and go back to the list.", Footer: true},
			{ID: "leave", Keys: []string{"esc"}, Label: "leave", Help: "Leave the line; esc again clears the filter.", Footer: true},
		}
	}
	id := s.table.Selected()
	none := ""
	if id == "" {
		none = "no credential is selected"
	}
	history := none
	bindings := append(s.enter(id, none), []ui.Binding{
		{ID: "rotate", Keys: []string{"o"}, Label: "plan, then rotate", Help: "Replace the credential by a new one. The plan comes first, and " + s.context.Key("plan.rotate", "o") + " there begins; nothing is changed before you confirm.", Danger: true, Footer: true, Reason: s.rotateReason(id)},
		{ID: "filter", Keys: []string{"/"}, Label: "filter", Help: filterHelp, Footer: true},
		{ID: "sort", Keys: []string{"s"}, Label: "sort", Help: "Sort by the next key: urgency, name, age, expiry, environment.", Footer: true},
		{ID: "details", Keys: []string{"tab"}, Label: "details", Help: "Everything known of the credential; with the focus there, arrows scroll it.", Footer: s.wide, Reason: none},
		{ID: "resume", Keys: []string{"u"}, Label: "resume", Help: "Take up the unfinished run, beginning with probes of what is true.", Danger: true, Footer: s.rows.of(id).isUnfinished(), Reason: s.resumeReason(id)},
		{ID: "roll back", Keys: []string{"b"}, Label: "roll back", Help: "Undo the last run: an unfinished one, or one whose rollback window is open.", Danger: true, Footer: s.rows.of(id).isUnfinished(), Reason: s.rollBackReason(id)},
		{ID: "rehearse", Keys: []string{"e"}, Label: "rehearse", Help: "Rotate on a scratch target, with faults if you like. What is made and removed is shown first, and how the last rehearsal went.", Reason: s.rehearseReason(id, none)},
		{ID: "mark", Keys: []string{"space"}, Label: s.markLabel(id), Help: "Mark the credential, or take its mark away, and go on to the next. ! opens incident mode with what is marked.", Footer: len(s.marks) > 0, Reason: none},
		{ID: "users", Keys: []string{"l"}, Label: "live users", Help: "Who uses the credential now: sessions of both slots, counted each second, and the version that each consumer has.", Footer: s.wide, Reason: none},
		{ID: "rights", Keys: []string{"="}, Label: "rights", Help: "Compare the rights of both slots: what only one has, and the statement that evens it out.", Footer: s.wide, Reason: none},
		{ID: "truth", Keys: []string{"t"}, Label: "truth", Help: "What is true of its last run now: does the old credential work, does the new one, what does the store hold, who uses what, and the one safe next step.", Reason: s.truthReason(id, none)},
		{ID: "command", Keys: []string{"C", "$"}, Label: "by hand", Help: "Show the commands by which a person does it by hand, step by step, forward and back, with what is true now. Changes nothing.", Reason: none},
		{ID: "history", Keys: []string{"h"}, Label: "history", Help: "The runs of this credential.", Reason: history},
		{ID: "audit", Keys: []string{"A"}, Label: "audit", Help: "How old everything is against its policy, what ends when, by kind, environment and owner.", Footer: s.wide},
		{ID: "loose ends", Keys: []string{"L"}, Label: "loose ends", Help: "Look for what rotations and people have left half way: stopped runs, pending versions, what is retired yet still accepted, consumers that have not taken up what is published. Each with the one action that ends it.", Footer: s.wide},
		{ID: "all history", Keys: []string{"H"}, Label: "all runs", Help: "The runs of every credential."},
		{ID: "unfinished", Keys: []string{"U"}, Label: "unfinished runs", Help: "List unfinished runs, with what is true of each now and one safe next step.", Reason: s.unfinishedReason()},
		{ID: "probe", Keys: []string{"r"}, Label: "probe", Help: "Probe this credential again, also when it was refused before: nothing else repeats that, lest the account be locked.", Reason: none},
		{ID: "probe all", Keys: []string{"R"}, Label: "probe all", Help: "Probe every credential again."},
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "One row up."},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "One row down."},
		{ID: "page", Keys: []string{"pgup", "pgdown"}, Label: "page", Help: "One page up or down."},
		{ID: "ends", Keys: []string{"home", "g", "end", "G"}, Label: "ends", Help: "To the first or the last row."},
	}...)
	if s.detailed || s.filter.Active() || len(s.marks) > 0 {
		bindings = append(bindings, ui.Binding{ID: "back", Keys: []string{"esc"}, Label: "back", Help: "Leave the details, or clear the filter, or take all marks away. A filter that another screen set leads back there.", Footer: s.detailed || s.origin != nil})
	}
	return bindings
}

func (s *Screen) markLabel(id string) string {
	if s.marks[id] {
		return "unmark"
	}
	return "mark"
}

const filterHelp = "Narrow the list down: plain text, and terms such as expires<14d age>30d env:prod owner:jane " +
	"kind:tls tag:web store:apps verdict:overdue, each with ! before it for the opposite. Esc leaves the line, esc again clears it."

// unfinishedReason says why there is no list of unfinished runs.
func (s *Screen) unfinishedReason() string {
	under := len(s.context.Active()) + len(s.away())
	switch {
	case len(s.unfinished()) > 0:
		return ""
	case under == 1:
		return "no run is stopped; one is under way"
	case under > 1:
		return fmt.Sprintf("no run is stopped; %d are under way", under)
	}
	return "every run has ended"
}

// enter is what the enter key does: it looks closer, one step at a time. Where the
// details are a step of their own, p goes to the plan all the same.
func (s *Screen) enter(id, none string) []ui.Binding {
	keys := []string{"enter", "p"}
	plan := ui.Binding{ID: "plan", Keys: keys, Label: "plan", Help: "Show what a rotation would do, to what, and how it could be undone. Changes nothing.", Footer: true, Reason: none}
	switch {
	case id != "" && s.active(id) != nil:
		return []ui.Binding{{ID: "watch", Keys: keys, Label: "watch", Help: "Show the run that is under way.", Footer: true}}
	case s.elsewhere(id) != "":
		return []ui.Binding{{ID: "watch elsewhere", Keys: keys, Label: "watch", Help: "Show the run that another process carries out, as it goes. It can be taken over once whoever carries it out is gone.", Footer: true}}
	case !s.wide && !s.detailed:
		plan.Keys, plan.Footer = []string{"p"}, false
		look := ui.Binding{ID: "look", Keys: []string{"enter"}, Label: "details", Help: "Everything known of the credential; " + s.context.Key("inventory.plan", "enter") + " again shows the plan.", Footer: true, Reason: none}
		return []ui.Binding{look, plan}
	}
	return []ui.Binding{plan}
}

func (s *Screen) rotateReason(id string) string {
	switch {
	case id == "":
		return "no credential is selected"
	case s.context.ReadOnly:
		return readOnly
	case s.active(id) != nil:
		return "a run is under way; " + s.context.Key("inventory.watch", "enter") + " shows it"
	case s.elsewhere(id) != "":
		return s.elsewhere(id)
	case s.rows.of(id).isUnfinished():
		return "it has an unfinished run: resume it or roll it back first"
	}
	return s.barred(id)
}

// barred says why the engine cannot rotate a credential, for good. It is asked
// once for each: the answer means opening the credential's parts, and the keys
// are drawn with every frame.
func (s *Screen) barred(id string) string {
	reason, asked := s.bars[id]
	if !asked {
		if p := s.context.Engine.CanRotate(id); p != nil {
			reason = p.Text
		}
		s.bars[id] = reason
	}
	return reason
}

func (s *Screen) resumeReason(id string) string {
	switch {
	case s.context.ReadOnly:
		return readOnly
	case id != "" && s.active(id) != nil:
		return "a run is under way; " + s.context.Key("inventory.watch", "enter") + " shows it"
	case s.elsewhere(id) != "":
		return s.elsewhere(id)
	case s.rows.of(id).isUnfinished():
		return ""
	}
	if open := s.unfinished(); len(open) > 0 {
		return "it has no unfinished run, but " + ui.Clean(open[0].Credential) + " has"
	}
	return "it has no unfinished run"
}

func (s *Screen) rollBackReason(id string) string {
	last := s.rows.of(id).last
	switch {
	case s.context.ReadOnly:
		return readOnly
	case id != "" && s.active(id) != nil:
		return "a run is under way; roll it back there"
	case s.elsewhere(id) != "":
		return s.elsewhere(id)
	case last.Run == "":
		return "no run of it is on record"
	}
	if p := s.context.Engine.CanRollBack(last); p != nil {
		return p.Text
	}
	return ""
}

// truthReason says why there is nothing to be true or not.
func (s *Screen) truthReason(id, none string) string {
	if none == "" && s.rows.of(id).last.Run == "" {
		return "no run of it is on record"
	}
	return none
}

const readOnly = "the console is read-only"

// rehearseReason says why there is nothing to rehearse on. Like barred, it is
// asked once for each credential.
func (s *Screen) rehearseReason(id, none string) string {
	if none != "" {
		return none
	}
	reason, asked := s.unstaged[id]
	if !asked {
		if p := s.context.Engine.CanRehearse(id); p != nil {
			reason = p.Text
		}
		s.unstaged[id] = reason
	}
	return reason
}
