package ui

// palette names a colour for each meaning, as "#rrggbb". Text colours reach the
// contrast that their scheme promises on the backgrounds of their kind and on
// selection; border reaches 3:1, which is what lines need. A test holds them to it.
type palette struct {
	text, strong, muted, accent, info, ok, warn, danger string
	border, selection                                   string
	backgrounds                                         []string // that terminals of this kind have
}

// paletteOf is the palette of a scheme on a dark or light background.
func paletteOf(scheme Scheme, dark bool) palette {
	switch {
	case scheme == SchemeHighContrast && dark:
		return highContrastDark()
	case scheme == SchemeHighContrast:
		return highContrastLight()
	case scheme == SchemeColourBlind && dark:
		return colourBlindDark()
	case scheme == SchemeColourBlind:
		return colourBlindLight()
	case dark:
		return darkPalette()
	}
	return lightPalette()
}

// Backgrounds that terminals have.
func darkBackgrounds() []string  { return []string{"#000000", "#1e1e1e", "#1a1b26", "#282c34"} }
func lightBackgrounds() []string { return []string{"#ffffff", "#fafafa", "#f6f8fa"} }

// ok and danger differ in blue against red, not green against red, so that
// most colour-blind readers can tell them apart; each has its glyph and word
// beside it anyhow.
func darkPalette() palette {
	return palette{
		text: "#d5dae3", strong: "#ffffff", muted: "#97a1b0", accent: "#8ab4ff", info: "#a9bdd6",
		ok: "#6fd0c3", warn: "#edc06a", danger: "#ff8f98",
		border: "#6f7a8a", selection: "#2b3648",
		backgrounds: darkBackgrounds(),
	}
}

func lightPalette() palette {
	return palette{
		text: "#24292f", strong: "#000000", muted: "#59626d", accent: "#0a53be", info: "#3b5b85",
		ok: "#0b6a63", warn: "#7f5000", danger: "#b31d28",
		border: "#808a96", selection: "#dbe7f9",
		backgrounds: lightBackgrounds(),
	}
}

func highContrastDark() palette {
	return palette{
		text: "#ffffff", strong: "#ffffff", muted: "#d4dae3", accent: "#b0d0ff", info: "#cfe0f5",
		ok: "#8ff0df", warn: "#ffd98a", danger: "#ffc2c6",
		border: "#b4bdca", selection: "#1f3a5f",
		backgrounds: darkBackgrounds(),
	}
}

func highContrastLight() palette {
	return palette{
		text: "#000000", strong: "#000000", muted: "#3c434b", accent: "#003a92", info: "#233f66",
		ok: "#00453f", warn: "#553300", danger: "#85000d",
		border: "#4d5661", selection: "#e4eefc",
		backgrounds: lightBackgrounds(),
	}
}

// Colours that a reader without red, green or blue cones tells apart: they differ
// in what such an eye still sees. A test looks at them through its eyes.
func colourBlindDark() palette {
	return palette{
		text: "#d5dae3", strong: "#ffffff", muted: "#97a1b0", accent: "#c9b3ff", info: "#a9bdd6",
		ok: "#6cb4ff", warn: "#ffe9a6", danger: "#ff8a45",
		border: "#6f7a8a", selection: "#2b3648",
		backgrounds: darkBackgrounds(),
	}
}

func colourBlindLight() palette {
	return palette{
		text: "#24292f", strong: "#000000", muted: "#59626d", accent: "#6a35b5", info: "#46586e",
		ok: "#0050c8", warn: "#7a6200", danger: "#a51d61",
		border: "#808a96", selection: "#dbe7f9",
		backgrounds: lightBackgrounds(),
	}
}
