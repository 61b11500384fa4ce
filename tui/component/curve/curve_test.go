package curve_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/tui/component/curve"
)

func TestDraw(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		values []float64
		width  int
		want   string
	}{
		"nothing":        {nil, 10, ""},
		"no room":        {[]float64{1, 2}, 0, ""},
		"less than none": {[]float64{1, 2}, -3, ""},
		"zeros":          {[]float64{0, 0}, 10, "▁▁"},
		"falling":        {[]float64{12, 6, 0}, 10, "█▄▁"},
		"the last fit":   {[]float64{100, 1, 1}, 2, "██"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := curve.Draw(c.values, c.width); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
