package history

import (
	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/screen/run"
)

// journal is what a run's events tell.
type journal struct {
	model   *run.Model
	log     *run.Log
	problem *engine.Problem // why it cannot be read
	seq     int64           // of the last event read
	loading bool
}

func (s *Screen) journal(id string) *journal {
	j, found := s.journals[id]
	if !found {
		location := s.ctx.Now().Location()
		j = &journal{model: run.NewModel(location), log: run.NewLog(location)}
		s.journals[id] = j
	}
	return j
}

// stale says that the run has events that were not read.
func (j *journal) stale(summary engine.Summary) bool {
	return !j.loading && j.seq < summary.Seq
}

// fill adds the events that were not seen before.
func (j *journal) fill(msg read) {
	j.loading, j.problem = false, nil
	if msg.err != nil {
		j.problem = engine.AsProblem(msg.err)
		return
	}
	for _, e := range msg.events {
		if e.Seq > j.seq {
			j.seq = e.Seq
			j.model.Add(e)
		}
	}
	j.log.Show(j.model.Lines, j.model.Dropped)
}
