package run

import (
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// What panes measure.
const (
	railWidth     = 33
	evidenceWidth = 42
	airyHeight    = 18 // from here on there is room for thin lines between parts
)

// View draws the screen. When there is not enough room, the buttons and the
// banner stay and the rest goes.
func (s *Screen) View(width, height int) string {
	s.width, s.height = width, height
	s.focus.fit(width >= ui.SplitWidth)
	foot := s.foot(width, height)
	head := s.head(width, height)
	s.evidenceTop = len(head)
	body := max(0, height-len(head)-len(foot))
	lines := head
	if body > 0 {
		lines = append(lines, strings.Split(s.body(width, body), "\n")...)
	}
	lines = append(lines, foot...)
	return ui.Frame(lines[max(0, len(lines)-height):], width, height)
}

// head says which credential goes from what to what, and how the run stands.
func (s *Screen) head(width, height int) []string {
	theme, m := s.ctx.Theme, s.model
	left := s.subject()
	status := m.Status()
	right := ""
	if status != "" {
		mark := theme.Status(status)
		if _, is := s.rehearses(); is && status.Finished() {
			mark = theme.RehearsedMark(m.Summary)
		}
		if status == engine.StatusWaiting {
			mark.Word = m.waiting()
		}
		right = mark.Render() + theme.Muted.Render(" "+Duration(s.age()))
	}
	if m.New.Slot != "" {
		room := width - ansi.StringWidth(left) - ansi.StringWidth(right) - 1
		between := "  " + ui.Clean(m.Old.name()) + " → " + ui.Clean(m.New.name())
		if ansi.StringWidth(between) > room && m.New.Identity != "" {
			between = "  " + ui.Clean(m.Old.Identity) + " → " + ui.Clean(m.New.Identity)
		}
		left += theme.Muted.Render(ansi.Truncate(between, max(0, room), "…"))
	}
	lines := []string{ui.Spread(left, right, width)}
	if width < ui.SplitWidth {
		lines = append(lines, Strip(theme, m, s.ctx.Now(), width), s.tabs(width))
		if height >= airyHeight {
			lines = append(lines, theme.Rule(width))
		}
	}
	return lines
}

// age is how long the run has been going on, or was; while it waits, how long
// the question has.
func (s *Screen) age() time.Duration {
	end := s.ctx.Now()
	if r := s.model.Request; r != nil && !r.Asked.IsZero() {
		return end.Sub(r.Asked)
	}
	if s.model.Over() {
		end = s.model.Summary.Updated
		if ended := s.model.Summary.Ended; !ended.IsZero() {
			end = ended
		}
	}
	return end.Sub(s.model.Summary.Started)
}

func (s *Screen) body(width, height int) string {
	theme := s.ctx.Theme
	if width < ui.SplitWidth {
		return s.column(width, height)
	}
	phases := theme.Box("phases", s.railWindow(railWidth-4, height-2), railWidth, height, theme.Border)
	rest := width - railWidth - 1
	if width >= ui.WideWidth {
		log, proof := s.logBox(rest-evidenceWidth-1, height), s.evidenceBox(evidenceWidth, height)
		return ui.Beside(" ", phases, log, proof)
	}
	below := max(6, height*2/5)
	if height < 14 {
		below = height / 2
	}
	s.evidenceTop += height - below
	return ui.Beside(" ", phases, s.logBox(rest, height-below)+"\n"+s.evidenceBox(rest, below))
}

// column is the one pane of a narrow console.
func (s *Screen) column(width, height int) string {
	switch s.focus.shown {
	case paneEvidence:
		return ui.Frame(s.scroll.Window(s.evidence(width), height), width, height)
	case panePhases:
		return ui.Frame(s.scroll.Window(rail(s.ctx.Theme, s.model, s.ctx.Now(), min(width, 60)), height), width, height)
	default:
		return s.log.View(s.ctx.Theme, width, height)
	}
}

func (s *Screen) logBox(width, height int) string {
	lines := strings.Split(s.log.View(s.ctx.Theme, max(1, width-4), max(1, height-2)), "\n")
	return s.ctx.Theme.Box("log · "+s.log.State(), lines, width, height, s.border(paneLog))
}

func (s *Screen) evidenceBox(width, height int) string {
	lines := s.evidence(width - 4)
	window := s.scroll
	if s.focus.shown != paneEvidence {
		window = scroll.Scroll{}
	}
	shown := window.Window(lines, height-2)
	if s.focus.shown == paneEvidence {
		s.scroll = window
	}
	return s.ctx.Theme.Box("evidence"+more(window.Below(len(lines))), shown, width, height, s.border(paneEvidence))
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return " · " + ui.Plural(n, "more line")
}

// border shows which pane is in focus.
func (s *Screen) border(p pane) lipgloss.Style {
	if s.focus.at == p {
		return s.ctx.Theme.Accent
	}
	return s.ctx.Theme.Border
}
