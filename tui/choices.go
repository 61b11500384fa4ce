package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/palette"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// choices are everything that the palette offers, the nearest first: what the
// screen in front does, what every screen does, other screens, runs under way,
// colours, and each credential.
func (m *Model) choices() []palette.Item {
	var items []palette.Item
	for _, b := range m.bindings() {
		if !b.Moves() && b.ID != keyPalette {
			items = append(items, palette.Action(b))
		}
	}
	for _, screen := range m.screens() { // a key that leads there is one entry with it
		if !slices.ContainsFunc(items, func(i palette.Item) bool { return i.Binding.Label == screen.Binding.Label }) {
			items = append(items, screen)
		}
	}
	for _, theme := range ui.Themes() {
		items = append(items, palette.Item{Kind: "theme", Binding: ui.Binding{
			Label: "theme: " + theme.Name, Help: theme.Help + " To keep it: theme = \"" + theme.Name + "\" in console.toml.",
		}, Wish: ui.SetTheme{Name: theme.Name}})
	}
	for _, c := range m.context.Engine.Credentials() {
		items = append(items, palette.Item{
			Kind: "credential", Binding: ui.Binding{Label: c.ID},
			Wish: ui.ShowCredential{ID: c.ID}, Other: ui.OpenPlan{ID: c.ID}, Beside: "shows its plan",
		})
	}
	return items
}

// screens are those that can be gone to from anywhere, beside those that have a
// key on the screen in front.
func (m *Model) screens() []palette.Item {
	screen := func(label, help string, wish any) palette.Item {
		return palette.Item{Kind: "screen", Binding: ui.Binding{Label: label, Help: help}, Wish: wish}
	}
	items := []palette.Item{
		screen("inventory", "Every credential, the most urgent first.", ui.ShowCredential{}),
		screen("audit", auditHelp, ui.OpenAudit{}),
		screen("loose ends", "What rotations and people have left half way, each with the one action that ends it.", ui.OpenLooseEnds{}),
		screen("all runs", "The runs of every credential.", ui.OpenHistory{}),
	}
	for _, incident := range m.launcher.incidents() {
		items = append(items, screen("board of "+incident.Board().Title, "The incident that is under way.", ui.OpenIncidentBoard{Incident: incident}))
	}
	for _, run := range m.launcher.active() {
		items = append(items, screen("run of "+run.Credential().ID, "The run that is under way.", ui.OpenRun{Run: run}))
	}
	return items
}

const auditHelp = "How old everything is against its policy, and what ends when."

// lists does what was chosen from a list, and says whether msg is such a choice.
func (m *Model) lists(msg tea.Msg) (cmd tea.Cmd, mine bool) {
	switch msg := msg.(type) {
	case ui.Perform:
		return m.perform(msg), true
	case ui.Visit:
		m.close(msg.Dialog)
		if m.leaving != staying || m.dialog() != nil {
			return nil, true
		}
		cmd, _ := m.wish(msg.Wish)
		return cmd, true
	case ui.ShowCredential:
		m.drop(1)
		return tea.Batch(m.front().screen.Update(msg), m.resume()), true
	case ui.OpenInventory:
		m.stack = m.stack[:1]
		return m.front().screen.Update(msg), true
	case ui.SetTheme:
		m.setTheme(msg.Name)
		return nil, true
	}
	return nil, false
}
