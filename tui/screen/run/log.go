package run

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/component/logpane"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Log shows the lines of a run. It follows the newest until its reader scrolls
// up. The zero value is not ready: use NewLog.
type Log struct {
	pane     *logpane.Pane
	location *time.Location
	stamps   bool
	wrap     int // cells that lines are wrapped to; 0: they are cut
	wrapping bool
	look     ui.Look // that the lines were drawn with
	muted    ui.Ink  // of that look, as the inks are
	inks     map[Tone]ui.Ink
	lines    []Line
	dropped  int // lines that came before them
	drawn    int // how many of all are in the pane
}

// NewLog returns an empty log with times of day in location.
func NewLog(location *time.Location) *Log {
	return &Log{pane: logpane.New(mostLines), location: location, stamps: true}
}

// Show sets the lines, and how many were dropped before them. Those shown before
// stay as they were: the log only grows.
func (l *Log) Show(lines []Line, dropped int) { l.lines, l.dropped = lines, dropped }

// ToggleStamps shows or hides the times.
func (l *Log) ToggleStamps() {
	l.stamps = !l.stamps
	l.redraw()
}

// ToggleWrap shows long lines in full, or cut.
func (l *Log) ToggleWrap() {
	l.wrapping = !l.wrapping
	l.redraw()
}

// Key handles the keys that scroll and says whether it was one of them.
func (l *Log) Key(press tea.KeyPressMsg) bool { return l.pane.Key(press) }

// Wheel handles the mouse wheel.
func (l *Log) Wheel(msg tea.MouseWheelMsg) { l.pane.Wheel(msg) }

// Cut says whether panning shows more.
func (l *Log) Cut() bool { return l.pane.Cut() }

// State says in words whether the log follows: "following", "paused +37".
func (l *Log) State() string {
	switch unseen := l.pane.Unseen(); {
	case l.pane.Following():
		return "following"
	case unseen > 0:
		return fmt.Sprintf("paused +%d", unseen)
	}
	return "paused"
}

// View draws exactly height lines of width cells. Its cost depends on what is
// new and what is visible, not on the length of the log.
func (l *Log) View(theme ui.Theme, width, height int) string {
	wrap := 0
	if l.wrapping {
		wrap = max(1, width)
	}
	if l.inks == nil || l.look != theme.Look || l.wrap != wrap {
		l.look, l.wrap = theme.Look, wrap
		l.muted, l.inks = ui.InkOf(theme.Muted), map[Tone]ui.Ink{}
		l.redraw()
	}
	for l.drawn = max(l.drawn, l.dropped); l.drawn < l.dropped+len(l.lines); l.drawn++ {
		l.pane.Append(l.draw(theme, l.lines[l.drawn-l.dropped])...)
	}
	return l.pane.View(theme, width, height)
}

// redraw makes View draw all lines anew.
func (l *Log) redraw() {
	l.pane.Reset()
	l.drawn = 0
}

// draw is a line as the pane shows it; wrapped, it may take several.
func (l *Log) draw(theme ui.Theme, line Line) []string {
	stamp := ""
	if l.stamps {
		stamp = strings.Repeat(" ", len(time.TimeOnly)+1)
		if line.Mark != MarkMore {
			stamp = l.muted.Render(line.At.In(l.location).Format(time.TimeOnly)) + " "
		}
	}
	style, text := l.ink(theme, line), line.glyph()+line.Text
	room := l.wrap - ansi.StringWidth(stamp)
	if l.wrap == 0 || room < leastWrap || ansi.StringWidth(text) <= room {
		return []string{stamp + style.Render(text)}
	}
	parts := ui.WrapHanging(text, room)
	for i, part := range parts {
		if i > 0 {
			stamp = strings.Repeat(" ", ansi.StringWidth(stamp))
		}
		parts[i] = stamp + style.Render(part)
	}
	return parts
}

// ink is the style of a line, made once for each look.
func (l *Log) ink(theme ui.Theme, line Line) ui.Ink {
	ink, made := l.inks[line.Tone]
	if !made {
		ink = ui.InkOf(line.style(theme))
		l.inks[line.Tone] = ink
	}
	return ink
}

// leastWrap is the room below which wrapped lines would be slivers.
const leastWrap = 20

// Plain is a line without colour, as it is saved: with its date and phase.
func (line Line) Plain() string {
	return strings.TrimRight(fmt.Sprintf("%s %-9s %s%s",
		line.At.UTC().Format(time.RFC3339), line.Phase, line.glyph(), line.Text), " ")
}

// glyph starts a line; facts are set in below the title of their phase.
func (line Line) glyph() string {
	switch line.Mark {
	case MarkBegin:
		return "▸ "
	case MarkUndo:
		return "↶ "
	case MarkDone:
		return "✓ "
	case MarkFailed:
		return "✗ "
	case MarkAsk:
		return "◆ "
	case MarkAnswer:
		return "› "
	case MarkIntent:
		return "  → "
	case MarkEvidence:
		return "  ◇ "
	case MarkMore:
		return "    "
	case MarkNote:
		return "  · "
	case MarkCheck, MarkProof, MarkChange:
	}
	switch line.Tone {
	case ToneWarn:
		return "  ▲ "
	case ToneDanger:
		return "  ✗ "
	default:
		return "  ✓ "
	}
}

func (line Line) style(theme ui.Theme) lipgloss.Style {
	switch line.Tone {
	case ToneMuted:
		return theme.Muted
	case ToneOK:
		return theme.OK
	case ToneInfo:
		return theme.Accent
	case ToneWarn:
		return theme.Warn
	case ToneDanger:
		return theme.Danger
	case ToneTitle:
		return theme.Strong
	default:
		return theme.Text
	}
}
