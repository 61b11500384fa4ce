package run

import (
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Mark says what a line of the log reports; the theme has a glyph for each.
type Mark string

// The marks of lines.
const (
	MarkBegin    Mark = "begin"
	MarkDone     Mark = "done"
	MarkFailed   Mark = "failed"
	MarkCheck    Mark = "check"
	MarkProof    Mark = "proof"
	MarkIntent   Mark = "intent"
	MarkChange   Mark = "change"
	MarkEvidence Mark = "evidence"
	MarkAsk      Mark = "ask"
	MarkAnswer   Mark = "answer"
	MarkNote     Mark = "note"
	MarkUndo     Mark = "undo"
	MarkMore     Mark = "more" // goes on from the line above
)

// Tone is how much a line matters.
type Tone string

// The tones of lines.
const (
	TonePlain  Tone = "plain"
	ToneMuted  Tone = "muted"
	ToneOK     Tone = "ok"
	ToneInfo   Tone = "info"
	ToneWarn   Tone = "warn"
	ToneDanger Tone = "danger"
	ToneTitle  Tone = "title" // a phase begins
)

// Line is one line of the log. Its text is clean: safe for a terminal, and
// without line breaks.
type Line struct {
	At    time.Time
	Phase engine.Phase
	Mark  Mark
	Tone  Tone
	Text  string
}

// telling collects the lines of one event.
type telling struct {
	event   engine.Event
	waiting string // for whom, in words
	lines   []Line
}

// say adds a line. Texts that have several lines go on below it.
func (t *telling) say(mark Mark, tone Tone, text string) {
	for i, part := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if i > 0 {
			if strings.TrimSpace(part) == "" {
				continue
			}
			mark = MarkMore
		}
		t.lines = append(t.lines, Line{
			At: t.event.At, Phase: t.event.Phase, Mark: mark, Tone: tone, Text: ui.Clean(part),
		})
	}
}

// more adds a detail below the last line; nothing when text is empty.
func (t *telling) more(tone Tone, label, text string) {
	if text != "" {
		t.say(MarkMore, tone, label+text)
	}
}

func (t *telling) problem(p *engine.Problem) {
	if p == nil {
		return
	}
	if !strings.Contains(p.Text, p.Cause) {
		t.more(ToneMuted, "cause: ", p.Cause)
	}
	t.more(ToneWarn, "what to do: ", p.Hint)
}
