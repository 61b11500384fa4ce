package run

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// sign is what was last heard of who carries a watched run out.
type sign struct {
	engine.Sign
	held   bool // somebody carries it out, and the journal can tell who
	err    error
	at     time.Time // when it was heard; zero: not yet
	asking bool
}

// heard brings a sign of life.
type heard struct {
	to   *Screen
	sign engine.Sign
	held bool
	err  error
	at   time.Time
}

// watching says that another process carries the run out: nothing can be told it
// from here.
func (s *Screen) watching() bool { return s.watched && !s.model.Over() }

// listen asks for a sign of life; the next question waits for this one's answer.
func (s *Screen) listen() tea.Cmd {
	if !s.watching() || s.sign.asking || s.ctx.Engine == nil {
		return nil
	}
	s.sign.asking = true
	summary := engine.Summary{Run: s.id, Credential: s.credential.ID}
	ask, now := s.ctx.Engine.Sign, s.ctx.Now
	return s.ctx.Work(func(ctx context.Context) tea.Msg {
		given, held, err := ask(ctx, summary)
		return heard{s, given, held, err, now()}
	})
}

// hear takes a sign of life, or the lack of one.
func (s *Screen) hear(msg heard) tea.Cmd {
	before := s.gone()
	s.sign = sign{Sign: msg.sign, held: msg.held, err: msg.err, at: msg.at}
	if msg.err != nil {
		s.sign.Sign, s.sign.held = engine.Sign{}, false
	}
	return tea.Batch(s.probe(), s.followHolder(before))
}

// silent is for how long nothing was heard of who carries the run out.
func (s *Screen) silent() time.Duration {
	return s.sign.Silent + max(0, s.ctx.Now().Sub(s.sign.at))
}

// gone says that the run may be taken over: its lock is held by someone who was
// silent for too long when last asked for.
func (s *Screen) gone() bool {
	return s.watching() && s.sign.held && s.sign.Silent >= engine.GoneAfter
}

// holder is who carries the run out, by the lock or else by the record.
func (s *Screen) holder() engine.Holder {
	if s.sign.held && s.sign.Holder.Operator != "" {
		return s.sign.Holder
	}
	r := s.model.Summary.Rotation
	return engine.Holder{Run: s.id, Operator: r.Operator, Host: r.Host, PID: r.PID}
}

// takeOverReason says why the run cannot be taken over now.
func (s *Screen) takeOverReason() string {
	who := ui.Clean(s.holder().Operator)
	switch {
	case s.gone():
		return ""
	case s.sign.at.IsZero():
		return "it is not known yet whether " + who + " is there"
	case s.sign.err != nil:
		return "the journal cannot tell whether " + who + " is there: " + ui.Clean(engine.AsProblem(s.sign.err).Text)
	case !s.sign.held:
		return "its process on " + ui.Clean(s.holder().Host) + " holds the lock: once that ends, the run can be resumed"
	}
	return fmt.Sprintf("%s gave a sign of life %s ago", who, engine.Span(s.silent()))
}

// watchBanner says who carries the run out, and what they are asked.
func (s *Screen) watchBanner(width int) []string {
	theme, h := s.ctx.Theme, s.holder()
	who := s.ctx.Who(h)
	var lines []string
	if s.gone() {
		text := theme.Danger.Render("▲ "+who) + theme.Warn.Render(" gave no sign of life for "+engine.Span(s.silent()))
		lines = append(lines, theme.Select(ui.Spread(text, theme.Accent.Render(s.ctx.Key("run.take-over", "c")+" takes over "), width)))
	} else {
		life := ""
		if s.sign.held {
			life = theme.Muted.Render("sign of life " + engine.Span(s.silent()) + " ago")
		}
		lines = append(lines, ui.Spread(theme.Accent.Render("◉ "+who)+theme.Text.Render(" carries it out; you watch, read-only"), life, width))
	}
	if r := s.model.Request; r != nil {
		lines = append(lines, ui.Fit(theme.Warn.Render("◆ "+ui.Clean(h.Operator)+" is asked: ")+theme.Strong.Render(ui.Clean(r.Title)), width))
	}
	return lines
}
