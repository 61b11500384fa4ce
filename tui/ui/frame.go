package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Fit makes a styled line exactly width cells wide: cut with an ellipsis, or
// padded with spaces.
func Fit(line string, width int) string {
	if width <= 0 {
		return ""
	}
	cells := ansi.StringWidth(line)
	if cells > width {
		line = ansi.Truncate(line, width, "…")
		cells = ansi.StringWidth(line)
	}
	return line + strings.Repeat(" ", max(0, width-cells))
}

// Shorten cuts a plain text that is too wide in its middle, "orders-…-0042": of many
// names that begin alike, the ends tell which is which.
func Shorten(text string, width int) string {
	cells := ansi.StringWidth(text)
	if cells <= width || width < 3 {
		return text
	}
	tail := width / 3
	end := ansi.TruncateLeft(text, cells-tail, "")
	for cut := cells - tail; ansi.StringWidth(end) > tail; cut++ { // the cut went through a wide letter
		end = ansi.TruncateLeft(text, cut, "")
	}
	return ansi.Truncate(text, width-1-tail, "") + "…" + end
}

// FitRight is Fit with the text at the right edge.
func FitRight(line string, width int) string {
	if pad := width - ansi.StringWidth(line); pad > 0 {
		return strings.Repeat(" ", pad) + line
	}
	return Fit(line, width)
}

// Spread puts left and right at the two ends of a line of width cells. When
// both do not fit, right goes.
func Spread(left, right string, width int) string {
	room := width - ansi.StringWidth(right)
	if right == "" || room < ansi.StringWidth(left)+1 {
		return Fit(left, width)
	}
	return Fit(left, room) + right
}

// Frame makes exactly height lines of exactly width cells.
func Frame(lines []string, width, height int) string {
	framed := make([]string, max(0, height))
	for i := range framed {
		if i < len(lines) {
			framed[i] = Fit(lines[i], width)
		} else {
			framed[i] = strings.Repeat(" ", max(0, width))
		}
	}
	return strings.Join(framed, "\n")
}

// Window is the part of lines that a pane of height lines shows when scrolled
// by offset, and the offset clamped to what there is.
func Window(lines []string, offset, height int) ([]string, int) {
	offset = max(0, min(offset, len(lines)-height))
	return lines[offset:min(len(lines), offset+max(0, height))], offset
}

// Beside sets blocks of equal height side by side, with gap between.
func Beside(gap string, blocks ...string) string {
	var lines []string
	for i, block := range blocks {
		for j, line := range strings.Split(block, "\n") {
			switch {
			case i == 0:
				lines = append(lines, line)
			case j < len(lines):
				lines[j] += gap + line
			}
		}
	}
	return strings.Join(lines, "\n")
}

// Wrap breaks a styled text into lines of at most width cells, at spaces where
// it can.
func Wrap(text string, width int) []string {
	if width <= 0 {
		return nil
	}
	return strings.Split(ansi.Wrap(text, width, ""), "\n")
}

// sliver is how much of a frame must be left beside a box to be shown: less of
// it cannot be read.
const sliver = 6

// margin is how many cells stay blank between a frame and the box over it.
const margin = 2

// WrapWords is Wrap for statements, whose hyphens belong to their words.
func WrapWords(text string, width int) []string {
	const unbreakable = "\u2011"
	lines := Wrap(strings.ReplaceAll(text, "-", unbreakable), width)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], unbreakable, "-")
	}
	return lines
}

// WrapHanging is WrapWords for a plain text that may be set in: what goes on below
// is set in two cells further.
func WrapHanging(text string, width int) []string {
	indent := len(text) - len(strings.TrimLeft(text, " "))
	lines := WrapWords(text, width)
	if indent+2 >= width || len(lines) < 2 {
		return lines
	}
	margin := strings.Repeat(" ", indent+2)
	rest := WrapWords(text[indent:], width-indent-2)
	for i := range rest {
		if i == 0 {
			rest[i] = margin[2:] + rest[i]
		} else {
			rest[i] = margin + rest[i]
		}
	}
	return rest
}

// Place is where Over puts a box in a frame of width by height cells, and how wide
// the box is.
func Place(box []string, width, height int) (left, top, cells int) {
	for _, line := range box {
		cells = max(cells, min(ansi.StringWidth(line), width))
	}
	return (width - cells) / 2, max(0, (height-len(box))/2), cells
}

// Over centres a box over a frame of width by height cells.
func Over(frame, box string, width, height int) string {
	lines, over := strings.Split(frame, "\n"), strings.Split(box, "\n")
	_, top, _ := Place(over, width, height)
	for i, line := range over {
		if top+i >= len(lines) {
			break
		}
		cells := min(ansi.StringWidth(line), width)
		left := (width - cells) / 2
		base := lines[top+i]
		if left < sliver {
			base = ""
		}
		lines[top+i] = Fit(ansi.Truncate(base, left-margin, ""), left) + Fit(line, cells) +
			FitRight(ansi.TruncateLeft(base, left+cells+margin, ""), width-left-cells)
	}
	return strings.Join(lines, "\n")
}
