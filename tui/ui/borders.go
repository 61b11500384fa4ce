package ui

// Borders is how boxes are drawn.
type Borders string

// The kinds of borders.
const (
	BordersRound  Borders = "round"
	BordersSquare Borders = "square"
	BordersHeavy  Borders = "heavy"
	BordersASCII  Borders = "ascii"
)

// BorderKinds lists the kinds of borders, the default first.
func BorderKinds() []string {
	return []string{string(BordersRound), string(BordersSquare), string(BordersHeavy), string(BordersASCII)}
}

// edges are the signs that a box is made of.
type edges struct{ topLeft, topRight, bottomLeft, bottomRight, across, down string }

func (b Borders) edges() edges {
	switch b {
	case BordersSquare:
		return edges{"┌", "┐", "└", "┘", "─", "│"}
	case BordersHeavy:
		return edges{"┏", "┓", "┗", "┛", "━", "┃"}
	case BordersASCII:
		return edges{"+", "+", "+", "+", "-", "|"}
	default:
		return edges{"╭", "╮", "╰", "╯", "─", "│"}
	}
}
