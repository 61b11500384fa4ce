// Package savefile writes what a screen shows to a file that only its owner can
// read: it holds no secret, but tells where secrets are.
//
//	return savefile.Write(c, savefile.Path(folder, ".log", "rotadeck", id, run), text)
package savefile

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Path is a file in folder, named after words. What is not harmless in the name
// of a file becomes "_", so the file stays in the folder.
func Path(folder, extension string, words ...string) string {
	return filepath.Join(folder, strings.Map(harmless, strings.Join(words, "-"))+extension)
}

func harmless(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
		return r
	}
	return '_'
}

// Write makes a command that writes text to path, in place of an older file,
// and tells where it is, or why it is not.
func Write(c *ui.Context, path, text string) tea.Cmd {
	return c.Work(func(context.Context) tea.Msg {
		if err := Put(path, text); err != nil {
			return ui.Flash{Text: "not saved: " + err.Error(), Level: ui.LevelDanger}
		}
		return ui.Flash{Text: "saved to " + shown(path), Level: ui.LevelOK}
	})
}

// WriteAll writes texts to files by their paths, as Write does. It blocks, so it is
// for work that already has a command of its own.
func WriteAll(texts map[string]string) tea.Msg {
	paths := slices.Sorted(maps.Keys(texts))
	for _, path := range paths {
		if err := Put(path, texts[path]); err != nil {
			return ui.Flash{Text: "not saved: " + err.Error(), Level: ui.LevelDanger}
		}
	}
	stem := ""
	if len(paths) > 0 {
		stem = strings.TrimSuffix(paths[0], filepath.Ext(paths[0]))
	}
	for i, path := range paths {
		if more, alike := strings.CutPrefix(path, stem); i > 0 && alike {
			paths[i] = more // of files that differ in this alone, the folder is named once
			continue
		}
		paths[i] = shown(path)
	}
	return ui.Flash{Text: "saved to " + strings.Join(paths, " and "), Level: ui.LevelOK}
}

// shown is a path as it can be opened from anywhere.
func shown(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// Put writes text to path, in place of an older file. It goes through a temporary
// file, which is private from its first byte on and does not follow a link that
// lies in wait under the final name.
func Put(path, text string) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".rotadeck-*")
	if err != nil {
		return fmt.Errorf("make the file: %w", err)
	}
	_, err = file.WriteString(text)
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
