package run

import (
	"cmp"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

func (v evidencePane) consumers() []string {
	e := v.model.Evidence
	if e == nil || len(e.Consumers) == 0 {
		return nil
	}
	_, use := e.Sides()
	style := v.theme.Warn
	if e.OnNew == e.Reports {
		style = v.theme.OK
	}
	lines := []string{v.row("consumers", style.Render(fmt.Sprintf("%d of %d on the %s", e.OnNew, e.Reports, use)))}
	for _, u := range e.Consumers {
		lines = append(lines, v.more(v.consumer(u)))
	}
	return lines
}

// consumer is one consumer with what it uses.
func (v evidencePane) consumer(u engine.Usage) string {
	name := v.theme.Text.Render(" " + ui.Clean(u.Consumer))
	if u.Problem != "" {
		return v.theme.Warn.Render("? silent") + name + v.theme.Muted.Render(": "+ui.Clean(u.Problem))
	}
	leave, use := v.model.Evidence.Sides()
	on := v.model.on(u)
	mark, style := "▲ another", v.theme.Warn
	switch on {
	case use:
		mark, style = "✓ "+on, v.theme.OK
	case leave:
		mark, style = "◇ "+on, v.theme.Warn
	case "":
		mark, style = "· unknown", v.theme.Muted
	}
	return style.Render(mark) + v.theme.Muted.Render(" "+ui.Clean(short(u))) + name
}

// on is the side that a consumer uses: "old", "new", "other", or "" when it
// does not say. Who reports a fingerprint in place of a version is known by
// the count alone.
func (m *Model) on(u engine.Usage) string {
	leave, use := m.Evidence.Sides()
	switch {
	case u.Version == "" && m.Evidence.OnNew == m.Evidence.Reports:
		return use
	case u.Version == "" && m.Evidence.OnNew == 0:
		return leave
	case u.Version == "":
		return ""
	case u.Version == m.New.Version:
		return "new"
	case u.Version == m.Old.Version:
		return "old"
	}
	return "other"
}

// short is enough of what a consumer reports to tell it from others.
func short(u engine.Usage) string {
	const enough = 8
	version := cmp.Or(u.Version, u.Fingerprint)
	return version[:min(len(version), enough)]
}
