// Package notice tells the operator about a problem: what, what to do, and the
// cause. It asks nothing; any of its keys closes it.
//
//	return ui.Send(ui.ShowDialog{Dialog: notice.New(c, "orders-db was not rotated", problem)})
package notice

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Dialog is a problem on the screen. Make one with New.
type Dialog struct {
	context *ui.Context
	title   string
	problem engine.Problem
}

var _ ui.Dialog = (*Dialog)(nil)

// New returns a notice of a problem.
func New(c *ui.Context, title string, problem *engine.Problem) *Dialog {
	return &Dialog{context: c, title: title, problem: *problem}
}

// Bindings lists the keys that close the notice.
func (d *Dialog) Bindings() []ui.Binding {
	return []ui.Binding{{ID: "close", Keys: []string{"esc", "enter", "q"}, Label: "close", Help: "Close the notice.", Footer: true}}
}

// Update closes the notice on its keys.
func (d *Dialog) Update(msg tea.Msg) tea.Cmd {
	if press, ok := msg.(tea.KeyPressMsg); ok && ui.Pressed(d.Bindings(), press) == "close" {
		return ui.Send(ui.CloseDialog{Dialog: d})
	}
	return nil
}

// View draws the notice as a box.
func (d *Dialog) View(width, height int) string {
	theme := d.context.Theme
	width = min(width, 76)
	lines := append([]string{""}, Lines(theme, d.problem, width-4)...)
	lines = append(lines, "", theme.Muted.Render("esc closes"))
	return theme.Box(ui.Clean(d.title), lines, width, min(height, len(lines)+2), theme.Danger)
}

// Lines words a problem: its text, its hint, and its cause.
func Lines(theme ui.Theme, p engine.Problem, width int) []string {
	var lines []string
	for _, line := range ui.Wrap(ui.Clean(p.Text), width) {
		lines = append(lines, theme.Danger.Render(line))
	}
	if p.Hint != "" {
		for _, line := range ui.Wrap("→ "+ui.Clean(p.Hint), width) {
			lines = append(lines, theme.Text.Render(line))
		}
	}
	if p.Cause != "" && !strings.Contains(p.Text, p.Cause) {
		for _, line := range ui.Wrap("cause: "+ui.Clean(p.Cause), width) {
			lines = append(lines, theme.Muted.Render(line))
		}
	}
	return lines
}
