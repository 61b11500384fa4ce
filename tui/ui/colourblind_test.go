package ui

import (
	"math"
	"testing"

	"charm.land/lipgloss/v2"
)

// eye is how a reader sees linear red, green and blue: the matrices of Machado,
// Oliveira and Fernandes (2009) for readers who lack one kind of cone.
type eye [3][3]float64

func eyes() map[string]eye {
	return map[string]eye{
		"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
		"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
		"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
	}
}

// sees returns a colour in CIELAB, where distance is as it is perceived.
func (e eye) sees(hex string) [3]float64 {
	r, g, b, _ := lipgloss.Color(hex).RGBA()
	plain := [3]float64{linear(r), linear(g), linear(b)}
	var seen [3]float64
	for i := range seen {
		for j := range plain {
			seen[i] += e[i][j] * plain[j]
		}
		seen[i] = min(1, max(0, seen[i]))
	}
	curve := func(v float64) float64 {
		if v > 216.0/24389 {
			return math.Cbrt(v)
		}
		return (24389.0/27*v + 16) / 116
	}
	x := curve((0.4124564*seen[0] + 0.3575761*seen[1] + 0.1804375*seen[2]) / 0.95047)
	y := curve(0.2126729*seen[0] + 0.7151522*seen[1] + 0.0721750*seen[2])
	z := curve((0.0193339*seen[0] + 0.1191920*seen[1] + 0.9503041*seen[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// TestColourBlindReadersTellStatesApart looks at ok, warn and danger through the
// eyes of those whom the scheme is made for. A distance of 20 is one that nobody
// overlooks; 2 is the least that is noticed at all.
func TestColourBlindReadersTellStatesApart(t *testing.T) {
	t.Parallel()
	const distinct = 20
	for _, dark := range []bool{true, false} {
		p := paletteOf(SchemeColourBlind, dark)
		for name, e := range eyes() {
			for _, pair := range [][3]string{{p.ok, p.warn, "ok, warn"}, {p.ok, p.danger, "ok, danger"}, {p.warn, p.danger, "warn, danger"}} {
				a, b := e.sees(pair[0]), e.sees(pair[1])
				if got := math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2]); got < distinct {
					t.Errorf("dark %t, %s: %s are %.0f apart", dark, name, pair[2], got)
				}
			}
		}
	}
}
