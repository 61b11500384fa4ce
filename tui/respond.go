package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// response is an incident that is carried out here, and what ends it.
type response struct {
	incident *engine.Incident
	stop     context.CancelCauseFunc
}

// respond opens or resumes an incident under the console's context. The runs of
// its members begin through start, and so count as any other.
func (l *launcher) respond(ctx context.Context, open func(context.Context, ui.StartRun) (*engine.Incident, error)) (*engine.Incident, error) {
	if !l.enter() {
		return nil, errClosing
	}
	ctx, stop := context.WithCancelCause(ctx)
	incident, err := open(ctx, l.start)
	if err != nil {
		stop(err)
		l.underway.Done()
		return nil, err
	}
	l.mu.Lock()
	l.responses = append(l.responses, response{incident, stop})
	l.mu.Unlock()
	go func() {
		board := incident.Wait()
		stop(nil)
		l.mu.Lock()
		l.boards = slices.DeleteFunc(l.boards, func(older engine.Board) bool { return older.ID == board.ID })
		if board.Status == engine.StatusStopped {
			l.boards = append(l.boards, board)
		}
		l.mu.Unlock()
		l.underway.Done()
	}()
	return incident, nil
}

// incidents lists those that have not ended, the oldest first.
func (l *launcher) incidents() []*engine.Incident {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.responses = slices.DeleteFunc(l.responses, func(r response) bool {
		select {
		case <-r.incident.Done():
			return true
		default:
			return false
		}
	})
	open := make([]*engine.Incident, len(l.responses))
	for i, r := range l.responses {
		open[i] = r.incident
	}
	return open
}

// begun lists the incidents that have not ended, and whose question was answered:
// the others have changed nothing.
func (l *launcher) begun() []*engine.Incident {
	return slices.DeleteFunc(l.incidents(), func(i *engine.Incident) bool { return i.Board().Status == engine.StatusWaiting })
}

// decline answers the questions of incidents that were put aside before anything
// had begun: they are not to be resumed.
func (l *launcher) decline() {
	for _, incident := range l.incidents() {
		q := openIn(incident.Feed())
		if q.Kind == engine.RequestIncident && incident.Answer(engine.Answer{Request: q.ID, Choice: q.Default}) == nil {
			<-incident.Done()
		}
	}
}

// unrevoked lists the incidents begun here that are stopped.
func (l *launcher) unrevoked() []engine.Board {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.boards)
}

// stopIncidents lets no further member begin; the runs of those that have begun
// are stopped each on its own.
func (l *launcher) stopIncidents() {
	for _, incident := range l.incidents() {
		incident.Stop()
	}
}

// respond makes a command that opens or resumes an incident.
func (m *Model) respond(ctx context.Context, open func(context.Context, ui.StartRun) (*engine.Incident, error)) tea.Cmd {
	return func() tea.Msg {
		incident, err := m.launcher.respond(ctx, open)
		if err != nil {
			return ui.ShowProblem{Title: "The incident did not begin", Problem: engine.AsProblem(err)}
		}
		return ui.OpenIncidentBoard{Incident: incident}
	}
}

// incident is what the key of incident mode does: it shows the board of the one
// that is under way, or else opens the mode with what is marked, and with what the
// screen in front is about.
func (m *Model) incident() tea.Cmd {
	if open := m.launcher.incidents(); len(open) > 0 {
		return m.openBoard(ui.OpenIncidentBoard{Incident: open[len(open)-1]})
	}
	var marked []string
	for _, p := range m.stack {
		if marker, ok := p.screen.(ui.Marker); ok {
			marked = append(marked, marker.Marked()...)
		}
	}
	if subject, ok := m.front().screen.(ui.Subject); ok && subject.Credential() != "" && !slices.Contains(marked, subject.Credential()) {
		marked = append(marked, subject.Credential())
	}
	return ui.Send(ui.OpenIncident{Marked: marked})
}

// openBoard shows the board of an incident. That of one carried out here lives as
// long as the session. Opened a first time, it stands over the screen on which the
// incident was put together, for as long as nothing has begun; asked for again, it
// stands alone.
func (m *Model) openBoard(msg ui.OpenIncidentBoard) tea.Cmd {
	if msg.Incident == nil {
		return m.open(&place{screen: newBoard(m.context, msg)})
	}
	for _, p := range m.boards {
		if p.incident == msg.Incident {
			m.drop(1)
			m.stack = append(m.stack, p)
			return m.resume()
		}
	}
	p := &place{screen: newBoard(m.context, msg), incident: msg.Incident}
	m.boards = slices.DeleteFunc(m.boards, func(older *place) bool { return older.incident.ID() == msg.Incident.ID() })
	m.boards = append(m.boards, p)
	return m.open(p)
}

// standAlone takes away what stands between the first screen and this one.
func (m *Model) standAlone(screen ui.Screen) {
	at := slices.IndexFunc(m.stack, func(p *place) bool { return p.screen == screen })
	if at < 1 {
		return
	}
	above := slices.Clone(m.stack[at:])
	m.stack = m.stack[:at]
	m.drop(1)
	m.stack = append(m.stack, above...)
}

// beneath is how much of the stack stays under a run that is opened: the board of
// the incident that it belongs to, or else the inventory alone.
func (m *Model) beneath() int {
	for i, p := range m.stack {
		if p.incident != nil {
			return i + 1
		}
	}
	return 1
}

// drop takes every screen from the stack but the first n. Those that are not kept
// for later are closed.
func (m *Model) drop(n int) {
	for _, p := range m.stack[n:] {
		if c, ok := p.screen.(ui.Closer); ok {
			c.Close()
		}
	}
	m.stack = m.stack[:n]
}
