// Package filter is the line in which a list is narrowed down, and the chip
// that says that it is.
//
//	f := filter.New()
//	f.Open()                    // on "/"
//	changed := f.Update(msg)    // while f.Editing()
//	chip := f.Chip(theme, 3, 42)
package filter

import (
	"fmt"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Filter is the state of the line. Make one with New.
type Filter struct {
	input   textinput.Model
	editing bool
}

// New returns an empty filter.
func New() *Filter {
	input := textinput.New()
	input.Prompt = ""
	input.CharLimit = 200
	return &Filter{input: input}
}

// Open puts the cursor into the line.
func (f *Filter) Open() {
	f.editing = true
	_ = f.input.Focus() // its command only makes the cursor blink
}

// Editing says whether the cursor is in the line: keys are text.
func (f *Filter) Editing() bool { return f.editing }

// Active says whether the filter narrows anything down.
func (f *Filter) Active() bool { return f.Text() != "" }

// Text is what was typed.
func (f *Filter) Text() string { return f.input.Value() }

// Set puts a text into the line, as if it had been typed and kept.
func (f *Filter) Set(text string) {
	f.leave()
	f.input.SetValue(text)
}

// Clear takes the filter away.
func (f *Filter) Clear() {
	f.input.Reset()
	f.leave()
}

// Update handles a key or a paste while editing, and says whether the text
// changed. Enter and esc leave the line; the text stays.
func (f *Filter) Update(msg tea.Msg) (changed bool) {
	before := f.Text()
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch press.String() {
		case "esc", "enter":
			f.leave()
			return false
		}
	}
	f.input, _ = f.input.Update(msg)
	return f.Text() != before
}

func (f *Filter) leave() {
	f.editing = false
	f.input.Blur()
}

// Chip draws the filter with how many of how many it lets through; problem
// says what is wrong with the text, or is empty.
func (f *Filter) Chip(theme ui.Theme, shown, all int, problem string) string {
	count := theme.Muted.Render(fmt.Sprintf(" (%d/%d)", shown, all))
	if problem != "" {
		count += theme.Warn.Render("  " + ui.Clean(problem))
	}
	if f.editing {
		return f.Line(theme, "/ ") + count
	}
	return theme.Muted.Render("filter: ") + theme.Strong.Render(ui.Clean(f.Text())) + count
}

// Line draws what is typed behind a prompt, with the cursor where it stands.
func (f *Filter) Line(theme ui.Theme, prompt string) string {
	runes := []rune(f.Text())
	before, after := string(runes[:f.input.Position()]), string(runes[f.input.Position():])
	return theme.Accent.Render(prompt) + theme.Strong.Render(ui.Clean(before)) + theme.Accent.Render("▌") +
		theme.Strong.Render(ui.Clean(after))
}
