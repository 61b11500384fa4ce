package run

import (
	"strings"

	"github.com/rotadeck/rotadeck/tui/component/traffic"
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
	sessions, served := "", ""
	if e := s.model.Evidence; e != nil && e.Counted {
		leave, _ := e.Sides()
		sessions = ui.Plural(len(e.OldSessions), "session") + " on " + leave
	}
	if t := &s.model.Traffic; t.Counting() && !s.model.Over() {
		served = t.Rate() + "/s, " + traffic.Number(t.Failed()) + " failed"
	}
	return list(sessions, served)
}
