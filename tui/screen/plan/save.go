package plan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// saveWidth is the width of a plan on paper.
const saveWidth = 100

// save writes the plan into a new file that only its owner can read. The plan
// holds no secret, but it tells where secrets are.
func (s *Screen) save() tea.Cmd {
	lines := append(s.head(saveWidth), s.steps(saveWidth)...)
	text := ansi.Strip(strings.Join(lines, "\n")) + "\n"
	stamp := s.context.Now().UTC().Format("20060102T150405Z")
	path := filepath.Join(s.folder, fmt.Sprintf("rotadeck-plan-%s-%s.txt", fileName(s.credential.ID), stamp))
	return s.context.Work(func(context.Context) tea.Msg {
		if err := writeNew(path, text); err != nil {
			return ui.Flash{Text: "the plan was not saved: " + err.Error(), Level: ui.LevelDanger}
		}
		return ui.Flash{Text: "the plan is in " + path, Level: ui.LevelOK}
	})
}

func writeNew(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := file.WriteString(text); err != nil {
		_ = file.Close() // the write's error tells more
		return err
	}
	return file.Close()
}

// fileName keeps letters, digits, dots and dashes.
func fileName(id string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '_'
	}, id)
}
