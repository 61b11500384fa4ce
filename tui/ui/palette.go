package ui

// palette names a colour for each meaning, as "#rrggbb". Text colours reach a
// contrast of 4.5:1 on the backgrounds of their kind and on selection; border
// reaches 3:1, which is what lines need. A test holds them to it.
type palette struct {
	text, strong, muted, accent, info, ok, warn, danger string
	border, selection                                   string
	backgrounds                                         []string // that terminals of this kind have
}

// ok and danger differ in blue against red, not green against red, so that
// most colour-blind readers can tell them apart; each has its glyph and word
// beside it anyhow.
func darkPalette() palette {
	return palette{
		text: "#d5dae3", strong: "#ffffff", muted: "#97a1b0", accent: "#8ab4ff", info: "#a9bdd6",
		ok: "#6fd0c3", warn: "#edc06a", danger: "#ff8f98",
		border: "#6f7a8a", selection: "#2b3648",
		backgrounds: []string{"#000000", "#1e1e1e", "#1a1b26", "#282c34"},
	}
}

func lightPalette() palette {
	return palette{
		text: "#24292f", strong: "#000000", muted: "#59626d", accent: "#0a53be", info: "#3b5b85",
		ok: "#0b6a63", warn: "#7f5000", danger: "#b31d28",
		border: "#808a96", selection: "#dbe7f9",
		backgrounds: []string{"#ffffff", "#fafafa", "#f6f8fa"},
	}
}
