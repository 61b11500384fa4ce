package run

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/savefile"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// SaveLog makes a command that writes lines to a file of the run's own in
// folder, readable by its owner only, and tells where. An older file of the same
// run is replaced.
func SaveLog(c *ui.Context, folder, credential, run string, lines []Line) tea.Cmd {
	var text strings.Builder
	for _, line := range lines {
		text.WriteString(line.Plain() + "\n")
	}
	return savefile.Write(c, savefile.Path(folder, ".log", "rotadeck", credential, run), text.String())
}
