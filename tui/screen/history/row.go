package history

import (
	"fmt"
	"slices"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/screen/run"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The columns of the list.
const (
	columnWhen       = "when"
	columnCredential = "credential"
	columnStatus     = "status"
	columnReached    = "reached"
	columnTook       = "took"
	columnWindow     = "window"
	columnOperator   = "operator"
)

func columns(all bool) []table.Column {
	list := []table.Column{
		{ID: columnWhen, Title: "when", Width: 16},
		{ID: columnCredential, Title: "credential", Width: 12, Max: 24},
		{ID: columnStatus, Title: "status", Width: 19},
		{ID: columnReached, Title: "reached", Width: 14, Drop: 2},
		{ID: columnTook, Title: "took", Width: 7, Drop: 3, Right: true},
		{ID: columnWindow, Title: "way back", Width: 8, Drop: 1},
		{ID: columnOperator, Title: "operator", Width: 8, Max: 20, Drop: 4},
	}
	if !all {
		list = slices.DeleteFunc(list, func(c table.Column) bool { return c.ID == columnCredential })
	}
	return list
}

// cell draws one cell of a run's row.
func (s *Screen) cell(id string, column table.Column) string {
	theme, r := s.ctx.Theme, s.runs[id]
	switch column.ID {
	case columnWhen:
		return theme.Text.Render(when(r.Started, s.ctx.Now()))
	case columnCredential:
		return theme.Strong.Render(ui.Clean(r.Credential))
	case columnStatus:
		return s.status(r).Render()
	case columnReached:
		return theme.Text.Render(reached(r))
	case columnTook:
		return theme.Muted.Render(run.Duration(s.took(r)))
	case columnWindow:
		return s.wayBack(r)
	default:
		return theme.Muted.Render(ui.Clean(r.Rotation.Operator))
	}
}

// when is to the second, which tells runs of one minute apart, or has the year of
// one long ago.
func when(at, now time.Time) string {
	at = at.In(now.Location())
	if at.Year() == now.Year() {
		return at.Format("01-02 15:04:05")
	}
	return at.Format("2006-01-02 15:04")
}

// status is the mark of a run; one that another process carries out shows as
// that, whatever it does there.
func (s *Screen) status(r engine.Summary) ui.Mark {
	mark := s.ctx.Theme.Status(r.Status)
	switch purpose := r.Rotation.Purpose; {
	case purpose == engine.PurposeRotation:
	case r.Status == engine.StatusDone:
		mark.Word = purpose.Participle()
	case r.Status == engine.StatusRolledBack:
		mark.Word = purpose.String() + " given up"
	default:
		mark.Word = purpose.String() + " " + mark.Word
	}
	if s.ctx.Elsewhere(r) != "" {
		mark = s.ctx.Theme.Status(engine.StatusRunning)
		mark.Word = "running elsewhere"
	}
	return mark
}

// reached is how far the run came going forward: "8/11 grace". On the way back
// that says nothing.
func reached(r engine.Summary) string {
	if r.Undoing && !r.Status.Finished() {
		return "going back"
	}
	p := r.At()
	phases := r.Rotation.Purpose.Phases()
	at := slices.IndexFunc(phases, func(row engine.Transition) bool { return row.Phase == p })
	if at < 0 {
		return "–"
	}
	return fmt.Sprintf("%d/%d %s", at+1, len(phases), p)
}

// took is how long the run went on; a run that did not stop still does.
func (s *Screen) took(r engine.Summary) time.Duration {
	switch {
	case !r.Ended.IsZero():
		return r.Ended.Sub(r.Started)
	case r.Status.Finished() || r.Status == engine.StatusStopped:
		return r.Updated.Sub(r.Started)
	}
	return s.ctx.Now().Sub(r.Started)
}

// wayBack says whether the run can still be undone.
func (s *Screen) wayBack(r engine.Summary) string {
	theme, now := s.ctx.Theme, s.ctx.Now()
	switch {
	case r.Status == engine.StatusRolledBack:
		return theme.Muted.Render("–")
	case r.Status != engine.StatusDone:
		return theme.Warn.Render("open")
	case r.CanReturn(now) == nil:
		return theme.Text.Render(engine.Span(r.Window.Sub(now)) + " left")
	}
	return theme.Muted.Render("closed")
}
