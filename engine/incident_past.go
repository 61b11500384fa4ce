package engine

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Incidents tells of all incidents in the journal, newest first. One whose process
// is gone is stopped.
func (e *Engine) Incidents(ctx context.Context) ([]Board, error) {
	boards := []Board{}
	if e.config.Journal == nil {
		return boards, nil
	}
	runs, err := e.config.Journal.Runs(ctx, RunQuery{})
	if err != nil {
		return nil, err
	}
	for _, s := range runs {
		if s.Rotation.Purpose != PurposeIncident {
			continue
		}
		events, err := e.Events(ctx, s.Run)
		if err != nil {
			return nil, err
		}
		boards = append(boards, e.boardFrom(ctx, s, events, runs))
	}
	return boards, nil
}

// boardFrom is the board of an incident by what the journal has of it.
func (e *Engine) boardFrom(ctx context.Context, s Summary, events []Event, runs []Summary) Board {
	board := boardOf(events)
	if now := e.present(ctx, s); now.Status != s.Status {
		board.Status, board.Problem, board.Ended = now.Status, now.Problem, now.Updated
		board.halt()
	}
	phases := map[string]Phase{}
	for _, run := range runs {
		phases[run.Run] = run.At()
	}
	for at, m := range board.Members {
		board.Members[at].Phase = phases[m.Run]
	}
	return board
}

// IncidentReport is what is written after an incident: its board, and all that
// happened in it and in the runs of its members, in order.
type IncidentReport struct {
	Board    Board        `json:"board"`
	Timeline []ReportLine `json:"timeline"`
}

// ReportLine is one line of a report.
type ReportLine struct {
	At         time.Time `json:"at"`
	Credential string    `json:"credential,omitempty"` // "" for the incident itself
	Run        string    `json:"run"`
	Kind       EventType `json:"kind"`
	Text       string    `json:"text"`
}

// IncidentReport reads an incident and its runs from the journal; id may be "" or
// "last" for the newest. What the stores hold by now is masked once more, should
// any text hold it.
func (e *Engine) IncidentReport(ctx context.Context, id string) (IncidentReport, error) {
	id, err := e.incidentID(ctx, id)
	if err != nil {
		return IncidentReport{}, err
	}
	runs, err := e.config.Journal.Runs(ctx, RunQuery{})
	if err != nil {
		return IncidentReport{}, err
	}
	var report IncidentReport
	for _, s := range runs {
		if s.Rotation.Incident != id {
			continue
		}
		events, err := e.Events(ctx, s.Run)
		if err != nil {
			return IncidentReport{}, err
		}
		if s.Run == id {
			report.Board = e.boardFrom(ctx, s, events, runs)
		}
		report.Timeline = append(report.Timeline, reportLines(events)...)
	}
	slices.SortStableFunc(report.Timeline, func(a, b ReportLine) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Run, b.Run))
	})
	e.mask(ctx, &report)
	return report, nil
}

// mask hides what the stores of the members hold.
func (e *Engine) mask(ctx context.Context, report *IncidentReport) {
	redactors := map[string]*redactor{}
	for _, m := range report.Board.Members {
		redactors[m.Credential] = &redactor{}
	}
	inParallel(e.config.Probes, report.Board.Members, func(m Member) {
		_ = caught(func() { // what cannot be read was masked when it was recorded
			if side, err := e.look(ctx, m.Credential); err == nil {
				redactors[m.Credential].learnAll(side.holding)
				_ = side.holding.Close() // never fails
			}
		})
	})
	for at, moment := range report.Timeline {
		if r, known := redactors[moment.Credential]; known {
			report.Timeline[at].Text = r.text(moment.Text)
		}
	}
}
