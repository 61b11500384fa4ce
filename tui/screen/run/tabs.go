package run

import (
	"strings"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// tabs names the panes that share one column.
func (s *Screen) tabs(width int) string {
	theme := s.ctx.Theme
	var tabs strings.Builder
	for _, tab := range []struct {
		pane pane
		name string
	}{{paneLog, "log"}, {paneEvidence, "evidence"}, {panePhases, "phases"}} {
		switch {
		case tab.pane != s.focus.shown:
			tabs.WriteString(theme.Muted.Render("  " + tab.name + "  "))
		case s.focus.at == paneButtons:
			tabs.WriteString(theme.Strong.Render("[ " + tab.name + " ]"))
		default:
			tabs.WriteString(theme.Accent.Bold(true).Render("[ " + tab.name + " ]"))
		}
	}
	return ui.Spread(tabs.String(), theme.Muted.Render(s.summary()), width)
}

// summary is the evidence in a few words, for where its pane is not in view.
func (s *Screen) summary() string {
	e := s.model.Evidence
	switch {
	case s.model.Traffic.Known && (e == nil || !e.Counted):
		return Number(uint64(s.model.Traffic.Rate)) + "/s, " + Number(s.model.Traffic.Failed) + " failed"
	case e != nil && e.Counted && s.model.Traffic.Known:
		return plural(len(e.OldSessions), "session") + " on old, " + Number(s.model.Traffic.Failed) + " failed"
	case e != nil && e.Counted:
		return plural(len(e.OldSessions), "session") + " on old"
	}
	return ""
}
