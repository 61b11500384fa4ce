package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// TestFilm presses keys at a console that nobody sees, and keeps what it shows.
func TestFilm(t *testing.T) {
	t.Parallel()
	world := enginetest.NewWorld(t)
	o := Options{Engine: world.Engine(), Title: "payments", Theme: "dark", Quiet: true}
	err := Film(t.Context(), o, 90, 24, func(ctx context.Context, s *Set) error {
		shows := func(text string) error {
			return s.Until(ctx, "it shows "+text, 20*time.Second, func() bool { return s.Shows(text) })
		}
		if err := errors.Join(shows(enginetest.ID), s.Press("C"), shows("how to rotate orders-db by hand"), s.Press("esc"), shows("verdict")); err != nil {
			return err
		}
		if lines := strings.Count(s.Frame(), "\n") + 1; lines != 24 || !strings.Contains(s.Frame(), "\x1b[") {
			t.Errorf("the frame has %d lines, or no styles", lines)
		}
		if err := s.Press("no such key"); err == nil {
			t.Error("a key that there is not was pressed")
		}
		return s.Until(ctx, "never", time.Millisecond, func() bool { return false })
	})
	if err == nil || !strings.Contains(err.Error(), "waited in vain until never") {
		t.Errorf("got %v", err)
	}
}
