package ui_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// swatch is a piece of everything that a theme styles.
func swatch(theme ui.Theme) string {
	var lines []string
	for _, state := range engine.States() {
		lines = append(lines, theme.State(state).Render())
	}
	production := engine.Environment{Name: "production", Word: "PROD", Accent: "#d03030", Protected: true}
	lines = append(lines,
		theme.Select(ui.Fit(theme.Accent.Render("▌")+" "+theme.Strong.Render("orders-db")+" "+theme.OK.Render("✓ ok"), 24)),
		theme.Muted.Render("muted ")+theme.Text.Render("text ")+theme.Info.Render("info"),
		theme.Environment(production)+" "+theme.EnvironmentWord(production)+" "+theme.Environment(engine.Environment{Name: "staging"}))
	return theme.Box("theme", lines, 28, len(lines)+2, theme.Border)
}

// TestThemesInEachProfile compares what each theme sends to terminals without
// colours, with sixteen, and with all of them. Escapes stand as ESC.
func TestThemesInEachProfile(t *testing.T) {
	t.Parallel()
	profiles := map[string]colorprofile.Profile{"ascii": colorprofile.ASCII, "ansi16": colorprofile.ANSI, "truecolor": colorprofile.TrueColor}
	for _, named := range ui.Themes() {
		for profile, p := range profiles {
			var out bytes.Buffer
			look := named.Look(true)
			if p == colorprofile.ANSI {
				look = look.Sixteen()
			}
			w := &colorprofile.Writer{Forward: &out, Profile: p}
			if _, err := w.WriteString(swatch(ui.NewTheme(look))); err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(out.String(), "\x1b", "ESC") + "\n"
			uitest.File(t, filepath.Join("testdata", "themes", named.Name+"-"+profile+".golden"), text)
			if profile == "ascii" && strings.Contains(text, "38;") {
				t.Errorf("%s has colours without a profile for them", named.Name)
			}
		}
	}
}

func TestFindTheme(t *testing.T) {
	t.Parallel()
	for _, name := range append(ui.ThemeNames(), "color-blind-dark") {
		if _, found := ui.FindTheme(name); !found {
			t.Errorf("there is no %s", name)
		}
	}
	if _, found := ui.FindTheme("pink"); found {
		t.Error("pink is a theme")
	}
}

func TestBorders(t *testing.T) {
	t.Parallel()
	for kind, want := range map[ui.Borders]string{"": "╭─ t ─╮", ui.BordersSquare: "┌─ t ─┐", ui.BordersHeavy: "┏━ t ━┓", ui.BordersASCII: "+- t -+"} {
		box := uitest.Text(ui.NewTheme(ui.Look{Mono: true, Borders: kind}).Box("t", nil, 7, 3, ui.NewTheme(ui.Look{Mono: true}).Text))
		if got := strings.SplitN(box, "\n", 2)[0]; got != want {
			t.Errorf("%q begins %q, want %q", kind, got, want)
		}
		uitest.Harmless(t, box)
	}
}
