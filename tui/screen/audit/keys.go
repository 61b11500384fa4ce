package audit

import "github.com/rotadeck/rotadeck/tui/ui"

// Bindings lists the keys for the pane that has the focus.
func (s *Screen) Bindings() []ui.Binding {
	p := s.panes[s.focus]
	why, one := "there is nothing in it", ""
	if id := p.table.Selected(); id != "" {
		_, why = p.query(id)
	}
	if len(p.views) < 2 {
		one = "this pane has one view"
	}
	return []ui.Binding{
		{ID: "open", Keys: []string{"enter"}, Label: "list them", Help: "Show the list narrowed down to the credentials of the selected row; esc there comes back.", Footer: true, Reason: why},
		{ID: "next", Keys: []string{"tab"}, Label: "next pane", Help: "To the next pane.", Footer: true},
		{ID: "view", Keys: []string{"right", "v"}, Label: "by …", Help: "Another view of the pane: ages by share of life or by time, ends by month or by day, totals by kind, environment, owner or tag.", Footer: one == "", Reason: one},
		{ID: "save", Keys: []string{"w"}, Label: "save report", Help: "Write the audit as a page of HTML that needs nothing else, to a file that only you can read.", Footer: true, Reason: s.saveReason()},
		{ID: "back", Keys: []string{"esc"}, Label: "back", Help: "Back to the months, or to the screen before.", Footer: true},
		{ID: "before", Keys: []string{"shift+tab"}, Label: "pane before", Help: "To the pane before."},
		{ID: "view before", Keys: []string{"left", "V"}, Label: "view before", Help: "The view of the pane before this one.", Reason: one},
		{ID: "probe", Keys: []string{"r"}, Label: "add up again", Help: "Add everything up again from what the inventory has seen. Nothing is probed by it."},
		{ID: "up", Keys: []string{"up", "k"}, Label: "up", Help: "One row up."},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "One row down."},
		{ID: "page", Keys: []string{"pgup", "pgdown"}, Label: "page", Help: "One page up or down."},
		{ID: "ends", Keys: []string{"home", "g", "end", "G"}, Label: "ends", Help: "To the first or the last row."},
	}
}

func (s *Screen) saveReason() string {
	if s.digest.audit.At.IsZero() {
		return "nothing is added up yet"
	}
	return ""
}
