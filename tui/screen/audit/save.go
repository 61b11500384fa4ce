package audit

import (
	"bytes"
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/savefile"
	"github.com/rotadeck/rotadeck/tui/report"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// save writes the report beside the program's own goroutine: of a large inventory
// it is a large page.
func (s *Screen) save() tea.Cmd {
	a := s.digest.audit
	path := savefile.Path(s.folder, ".html", "rotadeck-audit", a.At.Format("20060102T150405Z"))
	return s.context.Work(func(context.Context) tea.Msg {
		var page bytes.Buffer
		if err := report.Audit(a, "All credentials").WriteHTML(&page); err != nil {
			return ui.Flash{Text: "not saved: " + err.Error(), Level: ui.LevelDanger}
		}
		return savefile.Write(s.context, path, page.String())()
	})
}
