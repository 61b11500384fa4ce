package tui

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Set is a console that nobody sees, with someone at its keys: it is the real
// one, on a screen of its own. See Film.
type Set struct {
	program *tea.Program
	camera  *camera
}

// Film runs the console in a window of that size, with no terminal, while
// direct presses its keys. It ends, as Run does, once direct returns.
func Film(ctx context.Context, o Options, width, height int, direct func(ctx context.Context, s *Set) error) error {
	work, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(errLeft)
	c := &camera{Model: New(work, func() { stop(errLeft) }, o)}
	program := tea.NewProgram(c, tea.WithoutSignalHandler(), tea.WithInput(nil), tea.WithOutput(io.Discard),
		tea.WithWindowSize(width, height), tea.WithColorProfile(colorprofile.TrueColor))
	directed := make(chan error, 1)
	go func() {
		err := direct(ctx, &Set{program, c})
		program.Send(leave{})
		directed <- err
	}()
	_, err := program.Run()
	stop(errLeft)
	c.launcher.close()
	c.launcher.wait()
	if err != nil {
		return fmt.Errorf("run the console: %w", err)
	}
	return <-directed
}

// camera keeps the last frame.
type camera struct {
	*Model
	mu    sync.Mutex
	frame string
}

// Update is the model's own.
func (c *camera) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := c.Model.Update(msg)
	return c, cmd
}

// View is the model's own, and is kept.
func (c *camera) View() tea.View {
	view := c.Model.View()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frame = view.Content
	return view
}

// Frame is what the console shows, with its styles.
func (s *Set) Frame() string {
	s.camera.mu.Lock()
	defer s.camera.mu.Unlock()
	return s.camera.frame
}

// Press presses keys by name, one after another.
func (s *Set) Press(keys ...string) error {
	for _, key := range keys {
		press, known := ui.Press(key)
		if !known {
			return fmt.Errorf("there is no key %q", key)
		}
		s.program.Send(press)
	}
	return nil
}

// Shows says whether the console shows a text now.
func (s *Set) Shows(text string) bool { return strings.Contains(ansi.Strip(s.Frame()), text) }

// Until waits for a condition.
func (s *Set) Until(ctx context.Context, what string, within time.Duration, holds func() bool) error {
	deadline := time.After(within)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-deadline:
			return fmt.Errorf("waited in vain until %s; the console shows\n%s", what, ansi.Strip(s.Frame()))
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
