package picture_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"

	"github.com/rotadeck/rotadeck/tui/picture"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func sample() string {
	red := lipgloss.NewStyle().Foreground(lipgloss.Color("#ff0000")).Bold(true)
	return "╭─ " + red.Render("a<b>&") + " ─╮\n│名前x │\n▌" + lipgloss.NewStyle().Reverse(true).Render("sel") + lipgloss.NewStyle().Background(lipgloss.Color("#00ff00")).Render("  ") + "é▄"
}

func TestPicture(t *testing.T) {
	t.Parallel()
	svg := picture.SVG(sample(), picture.Options{Width: 12, Height: 3, Title: `it's "a" <frame>`})
	uitest.Golden(t, "sample.svg", svg)
	wellFormed(t, svg)
	for _, want := range []string{
		`fill="#ff0000" font-weight="bold">a&lt;b&gt;&amp;</text>`, // colour, weight, escapes
		`x="8.4 25.2 42"`,                            // each wide character takes two cells
		`fill="#d7dae0"/>`,                           // what is reversed has the text's colour behind it
		`fill="#15181e">sel</text>`,                  // and the ground's in front
		`width="16.8" height="18" fill="#00ff00"/>`,  // a background without text
		`aria-label="it&#39;s &#34;a&#34; &lt;frame`, // a title for those who do not see
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("lacks %s:\n%s", want, svg)
		}
	}
}

// TestPicturesAreHarmless wants a picture without script, reference or anything
// but shapes and text, whatever the frame says.
func TestPicturesAreHarmless(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		svg := picture.SVG(text+"\n<script>alert(1)</script>", picture.Options{Width: 40, Height: 3, Title: text})
		wellFormed(t, svg)
		if regexp.MustCompile(`(?i)<script|href|url\(|<foreignObject|<image|[\x00-\x08\x0b-\x1f]`).MatchString(svg) {
			t.Errorf("%s: the picture is more than one:\n%s", name, svg)
		}
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("no XML: %v\n%s", err, svg)
		}
	}
}
