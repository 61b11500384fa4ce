package ui

import (
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
