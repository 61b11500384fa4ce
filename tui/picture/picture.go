// Package picture draws a frame of the console as SVG: the very cells that the
// terminal shows, in its colours. The picture needs nothing else, has no script,
// and its text can be selected and searched.
//
//	svg := picture.SVG(frame, picture.Options{Width: 120, Height: 36, Title: "the inventory"})
package picture

import (
	"fmt"
	"html"
	"image/color"
	"strings"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Options say what a picture is of.
type Options struct {
	Width, Height int    // in cells
	Title         string // for those who do not see it
	Light         bool   // drawn on white, for frames in colours for that
}

// A cell in the picture, in its units. Monospace fonts are 0.6 em wide, the
// widest 0.62: each character is put into its cell, so that none adds up.
const (
	fontSize   = 14.0
	cellWidth  = 8.4
	cellHeight = 18.0
	baseline   = 13.4
	padding    = 12.0
)

const fonts = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono','Noto Sans Mono CJK SC',monospace"

// ground are the colours of a terminal that says nothing of its own.
type ground struct{ back, text string }

func groundOf(o Options) ground {
	if o.Light {
		return ground{back: "#ffffff", text: "#1f2328"}
	}
	return ground{back: "#15181e", text: "#d7dae0"}
}

// SVG draws a frame.
func SVG(frame string, o Options) string {
	g, title := groundOf(o), html.EscapeString(ui.Clean(o.Title))
	buffer := uv.NewScreenBuffer(o.Width, o.Height)
	buffer.Method = ansi.GraphemeWidth
	uv.NewStyledString(frame).Draw(buffer, buffer.Bounds())
	width, height := float64(o.Width)*cellWidth+2*padding, float64(o.Height)*cellHeight+2*padding
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="%s" viewBox="0 0 %s %s" width="%s" height="%s">`+"\n",
		title, number(width), number(height), number(width), number(height))
	fmt.Fprintf(&b, "<title>%s</title>\n", title)
	fmt.Fprintf(&b, `<rect width="%s" height="%s" rx="8" fill="%s"/>`+"\n", number(width), number(height), g.back)
	fmt.Fprintf(&b, `<g transform="translate(%s %s)" font-family="%s" font-size="%s" xml:space="preserve">`+"\n", number(padding), number(padding), fonts, number(fontSize))
	for y := range o.Height {
		for _, r := range runsOf(buffer, y, o.Width) {
			r.draw(&b, y, g)
		}
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// run is neighbouring cells of one style.
type run struct {
	x, width int
	style    uv.Style
	cells    []cell
}

type cell struct {
	x, width int
	text     string
}

func runsOf(buffer uv.ScreenBuffer, y, width int) []run {
	var runs []run
	for x := 0; x < width; {
		at := buffer.CellAt(x, y)
		if at == nil || at.Width == 0 {
			x++
			continue
		}
		style := at.Style
		if n := len(runs); n == 0 || !runs[n-1].style.Equal(&style) {
			runs = append(runs, run{x: x, style: style})
		}
		r := &runs[len(runs)-1]
		r.cells = append(r.cells, cell{x, at.Width, at.Content})
		r.width = x + at.Width - r.x
		x += at.Width
	}
	return runs
}

// colours are what a run is drawn in. Back is "" where the ground shows.
func (r run) colours(g ground) (text, back string) {
	text, back = hex(r.style.Fg, g.text), hex(r.style.Bg, "")
	if r.style.Attrs&uv.AttrReverse != 0 {
		if back == "" {
			back = g.back
		}
		text, back = back, text
	}
	return text, back
}

func (r run) draw(b *strings.Builder, y int, g ground) {
	text, back := r.colours(g)
	top := float64(y) * cellHeight
	if back != "" {
		fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`+"\n", number(float64(r.x)*cellWidth), number(top), number(float64(r.width)*cellWidth), number(cellHeight), back)
	}
	var places []string
	var letters strings.Builder
	for i, c := range r.cells {
		if rule := r.rule(i); rule > 0 {
			c.width = rule
		} else if c.text == "─" {
			continue // part of a rule that is drawn
		}
		if shape := shapeOf(c, top, text); shape != "" {
			b.WriteString(shape)
			continue
		}
		if strings.TrimSpace(c.text) == "" {
			continue
		}
		places = append(places, number(float64(c.x)*cellWidth))
		for range utf8.RuneCountInString(c.text) - 1 { // what is combined stays where it is
			places = append(places, number(float64(c.x)*cellWidth))
		}
		letters.WriteString(ui.Clean(c.text))
	}
	if letters.Len() == 0 {
		return
	}
	fmt.Fprintf(b, `<text y="%s" x="%s" fill="%s"%s>%s</text>`+"\n", number(top+baseline), strings.Join(places, " "), text, r.manner(), html.EscapeString(letters.String()))
}

// rule is how many cells a horizontal line takes that begins with a cell; 0 for
// one that is in the middle of it, or none.
func (r run) rule(i int) int {
	if r.cells[i].text != "─" {
		return r.cells[i].width
	}
	if i > 0 && r.cells[i-1].text == "─" {
		return 0
	}
	n := i
	for n < len(r.cells) && r.cells[n].text == "─" {
		n++
	}
	return n - i
}

// manner is the attributes of a run's text.
func (r run) manner() string {
	manner := ""
	for _, m := range []struct {
		attribute uint8
		words     string
	}{
		{uv.AttrBold, ` font-weight="bold"`},
		{uv.AttrItalic, ` font-style="italic"`},
		{uv.AttrFaint, ` opacity="0.6"`},
		{uv.AttrStrikethrough, ` text-decoration="line-through"`},
	} {
		if r.style.Attrs&m.attribute != 0 {
			manner += m.words
		}
	}
	if r.style.Underline != 0 {
		manner += ` text-decoration="underline"`
	}
	return manner
}

func hex(c color.Color, none string) string {
	if c == nil {
		return none
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// number is short.
func number(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", f), "0"), ".")
}
