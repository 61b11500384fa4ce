package ui

import (
	"fmt"
	"image/color"
	"math"

	"charm.land/lipgloss/v2"
)

// Contrast is the contrast ratio of two colours given as "#rrggbb", from 1 to
// 21, as WCAG 2.2 defines it.
func Contrast(a, b string) float64 {
	first, second := luminance(lipgloss.Color(a)), luminance(lipgloss.Color(b))
	return (max(first, second) + 0.05) / (min(first, second) + 0.05)
}

// leastContrast is what text needs to be read: WCAG 2.2, success criterion 1.4.3.
const leastContrast = 4.5

// highContrast is what text of high contrast has: success criterion 1.4.6.
const highContrast = 7

// contrast is what the texts of a scheme reach at least.
func (s Scheme) contrast() float64 {
	if s == SchemeHighContrast {
		return highContrast
	}
	return leastContrast
}

// mix blends two colours; share is that of b.
func mix(a, b string, share float64) string {
	r1, g1, b1, _ := lipgloss.Color(a).RGBA()
	r2, g2, b2, _ := lipgloss.Color(b).RGBA()
	blend := func(x, y uint32) uint8 { return uint8((float64(x)*(1-share) + float64(y)*share) / 257) }
	return fmt.Sprintf("#%02x%02x%02x", blend(r1, r2), blend(g1, g2), blend(b1, b2))
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func linear(channel uint32) float64 {
	v := float64(channel) / math.MaxUint16
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}
