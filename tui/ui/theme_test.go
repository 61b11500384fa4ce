package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
)

// palettes are all there are, by name.
func palettes() map[string]Look {
	all := map[string]Look{}
	for _, scheme := range []Scheme{SchemeStandard, SchemeHighContrast, SchemeColourBlind} {
		all[string(scheme)+" dark"] = Look{Scheme: scheme, Dark: true}
		all[string(scheme)+" light"] = Look{Scheme: scheme}
	}
	return all
}

func TestPaletteContrast(t *testing.T) {
	t.Parallel()
	for name, look := range palettes() {
		p, least := paletteOf(look.Scheme, look.Dark), look.Scheme.contrast()
		texts := map[string]string{
			"text": p.text, "strong": p.strong, "muted": p.muted, "accent": p.accent, "info": p.info,
			"ok": p.ok, "warn": p.warn, "danger": p.danger,
		}
		for _, background := range append(p.backgrounds, p.selection) {
			for token, colour := range texts {
				if got := Contrast(colour, background); got < least {
					t.Errorf("%s: %s on %s has contrast %.2f, want %.1f", name, token, background, got, least)
				}
			}
		}
		for _, background := range p.backgrounds {
			if got, want := Contrast(p.border, background), least*2/3; got < want {
				t.Errorf("%s: border on %s has contrast %.2f, want %.1f", name, background, got, want)
			}
		}
	}
}

func TestContrast(t *testing.T) {
	t.Parallel()
	if got := Contrast("#000000", "#ffffff"); got < 20.99 || got > 21.01 {
		t.Errorf("black on white: %.3f, want 21", got)
	}
	if got := Contrast("#767676", "#ffffff"); got < 4.54 || got > 4.55 {
		t.Errorf("#767676 on white: %.3f, want 4.54", got)
	}
}

func TestEnvironmentAccentCanBeRead(t *testing.T) {
	t.Parallel()
	for name, look := range palettes() {
		theme, p := NewTheme(look), paletteOf(look.Scheme, look.Dark)
		for _, accent := range []string{"#d13438", "#ffff00", "#0000ff", "#000000", "#ffffff", "#808080"} {
			for _, background := range append(p.backgrounds, p.selection) {
				if got := Contrast(theme.readable(accent), background); got < look.Scheme.contrast() {
					t.Errorf("%s: accent %s on %s has contrast %.2f", name, accent, background, got)
				}
			}
		}
	}
}

func TestMarksTellStatesApart(t *testing.T) {
	t.Parallel()
	theme := NewTheme(Look{Dark: true})
	families := map[string][]Mark{}
	for _, s := range engine.States() {
		families["state"] = append(families["state"], theme.State(s))
	}
	for _, s := range []engine.Status{
		engine.StatusRunning, engine.StatusWaiting, engine.StatusRollingBack,
		engine.StatusStopped, engine.StatusDone, engine.StatusRolledBack, "new",
	} {
		families["status"] = append(families["status"], theme.Status(s))
	}
	for _, s := range PhaseStates() {
		families["phase"] = append(families["phase"], theme.Phase(s))
	}
	for _, s := range []engine.Standing{engine.Accepted, engine.Refused, engine.Unreachable, ""} {
		families["standing"] = append(families["standing"], theme.Standing(s))
		families["leaked"] = append(families["leaked"], theme.Leaked(s))
	}
	for _, o := range []engine.Outcome{engine.Applied, engine.NotApplied, engine.Unknown} {
		families["outcome"] = append(families["outcome"], theme.Outcome(o))
	}
	for family, marks := range families {
		seen := map[string]bool{}
		for _, m := range marks {
			if m.Word == "" || ansi.StringWidth(m.Glyph) != 1 {
				t.Errorf("%s %q: glyph %q must take one cell, with a word", family, m.Word, m.Glyph)
			}
			if seen[m.Glyph] || seen[m.Word] {
				t.Errorf("%s: %s is there twice", family, m)
			}
			seen[m.Glyph], seen[m.Word] = true, true
		}
	}
}

func TestMonoHasNoColour(t *testing.T) {
	t.Parallel()
	theme := NewTheme(Look{Mono: true})
	production := engine.Environment{Name: "production", Word: "PROD", Accent: "#ff0000", Protected: true}
	text := theme.Danger.Render("a") + theme.OK.Render("b") + theme.Select("c") + theme.Environment(production) + theme.EnvironmentWord(production)
	for _, colour := range []string{"[3", ";3", "[4", ";4", "[9", ";9"} {
		if strings.Contains(text, colour) {
			t.Errorf("mono text has a colour: %q", text)
		}
	}
}

func TestSelectSpansStyledPieces(t *testing.T) {
	t.Parallel()
	theme := NewTheme(Look{Dark: true})
	line := theme.Select("a" + theme.OK.Render("b") + "c")
	if got := ansi.Strip(line); got != "abc" {
		t.Errorf("text %q", got)
	}
	if strings.Count(line, theme.selection) != 2 || !strings.Contains(line, theme.selection+"c") {
		t.Errorf("the highlight ends with the inner piece: %q", line)
	}
}
