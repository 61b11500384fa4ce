package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/component/statusbar"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// ruledHeight is the height from which a line parts the header from the screen.
const ruledHeight = 20

// View is the only place that makes a tea.View: a view made elsewhere would
// leave the alternate screen.
func (m *Model) View() tea.View {
	frame := m.Frame(m.width, m.height)
	if m.options.ASCII {
		frame = ui.ASCII(frame)
	}
	view := tea.NewView(frame)
	view.AltScreen = true
	view.WindowTitle = "rotadeck"
	view.ReportFocus = true
	view.ProgressBar, view.ProgramStatus = m.progress(), m.status()
	if m.mouse {
		view.MouseMode = tea.MouseModeCellMotion
	}
	return view
}

// Frame draws the console: exactly height lines of width cells.
func (m *Model) Frame(width, height int) string {
	if width <= 0 || height <= 0 {
		return ""
	}
	if !fits(width, height) {
		return m.apology(width, height)
	}
	lines, foot := m.head(width, height), m.footer(width)
	body := height - len(lines) - len(foot)
	lines = append(append(lines, m.body(width, body)), foot...)
	return strings.Join(lines, "\n")
}

// apology is what a window too small shows. Nobody can answer a question that is
// not seen, so no key of it works.
func (m *Model) apology(width, height int) string {
	text := fmt.Sprintf("rotadeck needs %dx%d (now %dx%d)", ui.LeastWidth, ui.LeastHeight, width, height)
	if _, asks := m.dialog().(*confirm.Dialog); asks {
		text += "; a question waits, enlarge to see it"
	}
	return ui.Frame(ui.Wrap(text, width), width, height)
}

func (m *Model) head(width, height int) []string {
	theme := m.context.Theme
	title := ui.Clean(m.options.Title)
	if t := m.title(); t != "" && len(m.stack) > 1 {
		title += theme.Muted.Render(" › ") + theme.Strong.Render(ui.Clean(t))
	}
	badges, kept := m.badges()
	lines := []string{statusbar.Header(theme, title, badges, kept, width)}
	if height >= ruledHeight {
		lines = append(lines, theme.Rule(width))
	}
	return lines
}

// badges are the time, the environments, and the state of the session: in a
// narrow header the first ones go first. The last kept of them stay.
func (m *Model) badges() (badges []string, kept int) {
	theme := m.context.Theme
	format := "15:04:05 UTC"
	if !m.context.Animation {
		format = "15:04 UTC"
	}
	badges = []string{theme.Muted.Render(m.context.Now().UTC().Format(format))}
	if subject, ok := m.front().screen.(ui.Subject); ok {
		if _, is := engine.Rehearsed(subject.Credential()); is {
			badges = append(badges, theme.Rehearsal())
			kept++
		}
	}
	for _, e := range m.concerned() {
		badges = append(badges, theme.Environment(e))
		if e.Protected {
			kept++
		}
	}
	if n := len(m.launcher.active()); n > 0 {
		badges = append(badges, theme.Accent.Bold(true).Render(fmt.Sprintf("▸ %d running", n)))
		kept++
	}
	if m.context.ReadOnly {
		badges = append(badges, theme.Warn.Bold(true).Reverse(true).Render(" READ ONLY "))
		kept++
	}
	return badges, kept
}

// concerned lists the environments that the screen in front is about: that of its
// credential, or else all.
func (m *Model) concerned() []engine.Environment {
	subject, ok := m.front().screen.(ui.Subject)
	if !ok || subject.Credential() == "" {
		return m.environments
	}
	credential, found := m.context.Engine.Find(subject.Credential())
	if !found { // the journal may know of one that has left the inventory
		return nil
	}
	return environments([]engine.Credential{credential})
}

// environments lists where credentials belong to, the protected ones last: in
// a narrow header those stay longest. More than four are not read.
func environments(credentials []engine.Credential) []engine.Environment {
	var all []engine.Environment
	for _, c := range credentials {
		if c.Environment.Name != "" && !slices.Contains(all, c.Environment) {
			all = append(all, c.Environment)
		}
	}
	slices.SortStableFunc(all, func(a, b engine.Environment) int {
		switch {
		case a.Protected == b.Protected:
			return 0
		case a.Protected:
			return 1
		}
		return -1
	})
	return all[max(0, len(all)-4):]
}

func (m *Model) title() string {
	if t, ok := m.front().screen.(ui.Titled); ok {
		return t.Title()
	}
	return ""
}

// body is the screen in front; under a dialog it is dimmed.
func (m *Model) body(width, height int) string {
	frame := m.front().screen.View(width, height)
	d := m.dialog()
	if d == nil {
		return frame
	}
	lines := strings.Split(ansi.Strip(frame), "\n")
	for i, line := range lines {
		lines[i] = m.context.Theme.Border.Render(line)
	}
	return ui.Over(strings.Join(lines, "\n"), d.View(width, height), width, height)
}

// footer is one line of keys, or as many lines as news takes. News stands above the
// keys of a dialog: they are not to be looked for while it waits.
func (m *Model) footer(width int) []string {
	theme, d := m.context.Theme, m.dialog()
	keys := []string{statusbar.Keys(theme, m.footerKeys(), width)}
	switch {
	case d != nil && m.news.Text != "":
		return append(statusbar.News(theme, m.news, width), keys...)
	case d != nil:
		return keys
	case m.parting() != "":
		return statusbar.News(theme, ui.Flash{Text: m.parting(), Level: ui.LevelWarn}, width)
	case m.news.Text != "":
		return statusbar.News(theme, m.news, width)
	}
	return keys
}

// footerKeys are the bindings that the footer shows some of.
func (m *Model) footerKeys() []ui.Binding {
	if d := m.dialog(); d != nil {
		return d.Bindings()
	}
	if m.capturing() {
		return m.front().screen.Bindings()
	}
	return m.bindings()
}
