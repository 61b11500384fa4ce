package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// SaveLog makes a command that writes lines to a file of its own in folder,
// readable by its owner only, and tells where. An older file of the same run is
// replaced.
func SaveLog(c *ui.Context, folder, credential, run string, lines []Line) tea.Cmd {
	return c.Work(func(context.Context) tea.Msg {
		path := filepath.Join(folder, fmt.Sprintf("rotadeck-%s-%s.log", fileName(credential), fileName(run)))
		if err := writeLog(path, lines); err != nil {
			return ui.Flash{Text: "the log was not saved: " + err.Error(), Level: ui.LevelDanger}
		}
		return ui.Flash{Text: "log saved to " + path, Level: ui.LevelOK}
	})
}

// writeLog goes through a temporary file, which is private from its first byte
// on and does not follow a link that lies in wait under the final name.
func writeLog(path string, lines []Line) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".rotadeck-*")
	if err != nil {
		return fmt.Errorf("make the file: %w", err)
	}
	var text strings.Builder
	for _, line := range lines {
		text.WriteString(line.Plain() + "\n")
	}
	_, err = file.WriteString(text.String())
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name()) // the first error matters
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// fileName keeps what is harmless in the name of a file.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '_'
	}, name)
}
