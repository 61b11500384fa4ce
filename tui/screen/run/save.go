package run

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/savefile"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// SaveLog makes a command that writes the lines of a run to a file of its own in
// folder, readable by its owner only, and tells where. An older file of the same
// run is replaced.
func SaveLog(c *ui.Context, folder, credential, run string, m *Model) tea.Cmd {
	var text strings.Builder
	if m.Dropped > 0 {
		fmt.Fprintf(&text, "(%d lines before these are in the journal alone: rotadeck history %s --json)\n", m.Dropped, run)
	}
	for _, line := range m.Lines {
		text.WriteString(line.Plain() + "\n")
	}
	return savefile.Write(c, savefile.Path(folder, ".log", "rotadeck", credential, run), text.String())
}
