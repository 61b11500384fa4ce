package report

import "github.com/rotadeck/rotadeck/engine"

// Tone is how something is meant. It is never all that says so: a word or a
// pattern stands beside each colour.
type Tone string

// The tones.
const (
	ToneNone    Tone = ""
	ToneMuted   Tone = "muted"
	ToneOK      Tone = "ok"
	ToneInfo    Tone = "info"
	ToneWarn    Tone = "warn"
	ToneDanger  Tone = "danger"
	ToneGrave   Tone = "grave" // beyond danger: it has ended
	ToneUnknown Tone = "unknown"
)

// StateTone is the tone of a verdict.
func StateTone(s engine.State) Tone {
	switch s {
	case engine.StateOK:
		return ToneOK
	case engine.StateSoon:
		return ToneInfo
	case engine.StateDue:
		return ToneWarn
	case engine.StateOverdue:
		return ToneDanger
	case engine.StateExpired:
		return ToneGrave
	default:
		return ToneUnknown
	}
}

// StateGlyph is the glyph of a verdict, as the console has it.
func StateGlyph(s engine.State) string {
	switch s {
	case engine.StateOK:
		return "✓"
	case engine.StateSoon:
		return "◇"
	case engine.StateDue:
		return "◆"
	case engine.StateOverdue:
		return "▲"
	case engine.StateExpired:
		return "✗"
	default:
		return "?"
	}
}

// StateCell is a verdict as a cell: glyph, word and tone.
func StateCell(s engine.State) Cell {
	return Cell{Text: StateGlyph(s) + " " + string(s), Tone: StateTone(s)}
}
