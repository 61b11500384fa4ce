package picture

import "fmt"

// shapeOf draws the characters that boxes and bars are made of, which fonts draw
// with gaps between lines. It is "" for any other.
func shapeOf(c cell, top float64, colour string) string {
	left := float64(c.x) * cellWidth
	if path := line(c.text, left, top, c.width); path != "" {
		return fmt.Sprintf(`<path d="%s" fill="none" stroke="%s" stroke-width="1.2"/>`+"\n", path, colour)
	}
	if x, y, width, height, is := block(c.text); is {
		return fmt.Sprintf(`<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`+"\n",
			number(left+x*cellWidth), number(top+y*cellHeight), number(width*cellWidth), number(height*cellHeight), colour)
	}
	return ""
}

// line is the path of a light line through the middle of a cell.
// A horizontal one may go through several.
func line(text string, left, top float64, cells int) string {
	midX, midY, right, bottom := number(left+cellWidth/2), number(top+cellHeight/2), number(left+cellWidth), number(top+cellHeight)
	l, t := number(left), number(top)
	switch text {
	case "─":
		return "M" + l + " " + midY + "H" + number(left+float64(cells)*cellWidth)
	case "│":
		return "M" + midX + " " + t + "V" + bottom
	case "╭":
		return "M" + midX + " " + bottom + "Q" + midX + " " + midY + " " + right + " " + midY
	case "╮":
		return "M" + l + " " + midY + "Q" + midX + " " + midY + " " + midX + " " + bottom
	case "╰":
		return "M" + midX + " " + t + "Q" + midX + " " + midY + " " + right + " " + midY
	case "╯":
		return "M" + l + " " + midY + "Q" + midX + " " + midY + " " + midX + " " + t
	case "├":
		return "M" + midX + " " + t + "V" + bottom + "M" + midX + " " + midY + "H" + right
	case "┤":
		return "M" + midX + " " + t + "V" + bottom + "M" + l + " " + midY + "H" + midX
	}
	return ""
}

// block is the part of a cell that a block element fills, from its upper left.
func block(text string) (x, y, width, height float64, is bool) {
	const eighth = 1.0 / 8
	switch text {
	case "█":
		return 0, 0, 1, 1, true
	case "▌":
		return 0, 0, 0.5, 1, true
	case "▐":
		return 0.5, 0, 0.5, 1, true
	case "▀":
		return 0, 0, 1, 0.5, true
	case "▁", "▂", "▃", "▄", "▅", "▆", "▇":
		n := float64([]rune(text)[0]-'▁'+1) * eighth
		return 0, 1 - n, 1, n, true
	}
	return 0, 0, 0, 0, false
}
