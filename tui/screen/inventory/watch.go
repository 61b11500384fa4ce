package inventory

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Observations come one by one, by the thousand in a large inventory. Those
// that come within a moment are delivered together: sorting and drawing is
// done once for all of them.
const (
	batchFor  = 60 * time.Millisecond
	batchMost = 512
)

// observed delivers observations. More is where the next ones come from; nil
// after the last.
type observed struct {
	list []engine.Observation
	more <-chan engine.Observation
}

// probe observes the credentials named, all when none is.
func (s *Screen) probe(ids ...string) tea.Cmd { return s.observeWith(s.context.Engine.Observe, ids) }

// ask observes a credential because somebody wants to know: also one that was
// refused before.
func (s *Screen) ask(id string) tea.Cmd {
	return s.observeWith(s.context.Engine.Probe, []string{id})
}

func (s *Screen) observeWith(observe func(context.Context, ...string) <-chan engine.Observation, ids []string) tea.Cmd {
	marked := ids
	if len(ids) == 0 {
		marked = s.rows.ids
	}
	for _, id := range marked {
		if found := s.rows.byID[id]; found != nil {
			found.probing = true
		}
	}
	return s.context.Work(func(ctx context.Context) tea.Msg {
		return nextObserved(observe(ctx, ids...))
	})
}

func nextObserved(source <-chan engine.Observation) tea.Msg {
	o, open := <-source
	if !open {
		return observed{}
	}
	batch := observed{list: []engine.Observation{o}, more: source}
	timer := time.NewTimer(batchFor)
	defer timer.Stop()
	for len(batch.list) < batchMost {
		select {
		case o, open := <-source:
			if !open {
				batch.more = nil
				return batch
			}
			batch.list = append(batch.list, o)
		case <-timer.C:
			return batch
		}
	}
	return batch
}

func (s *Screen) observe(msg observed) tea.Cmd {
	now := s.context.Now()
	moved := len(s.query) > 0 // of which any fact may be a part
	for _, o := range msg.list {
		moved = s.rows.see(o, now) || moved
	}
	if moved {
		s.arrange()
	}
	if msg.more == nil {
		return nil
	}
	return s.context.Work(func(context.Context) tea.Msg { return nextObserved(msg.more) })
}

// elsewhere says who carries out the last run of a credential, if another
// process does.
func (s *Screen) elsewhere(id string) string { return s.context.Elsewhere(s.rows.of(id).last) }

// away lists the runs that other processes carry out.
func (s *Screen) away() []engine.Summary {
	var away []engine.Summary
	for _, summary := range s.rows.open {
		if s.context.Elsewhere(summary) != "" {
			away = append(away, summary)
		}
	}
	return away
}

// readEvery is how often the journal is read for runs that began elsewhere;
// while one goes on there, it is read at every tick.
const readEvery = 15 * time.Second

// followRuns looks again at credentials whose run has ended here, and reads the
// journal for what goes on elsewhere.
func (s *Screen) followRuns() tea.Cmd {
	if s.reading { // what it brings may be older than what has ended
		return nil
	}
	active := s.context.Active()
	var ended []string
	for _, run := range s.watched {
		if !slices.Contains(active, run) {
			ended = append(ended, run.Credential().ID)
		}
	}
	s.watched = active
	switch {
	case len(ended) > 0:
	case len(s.away()) > 0, s.context.Now().Sub(s.readAt) >= readEvery:
		return s.readRuns()
	default:
		return nil
	}
	return tea.Batch(s.probe(ended...), s.readRuns())
}

// journalRead delivers the runs on record.
type journalRead struct {
	runs   []engine.Summary
	undone map[string]engine.Phase // by run, where a stopped rollback stands
	boards []engine.Board          // of incidents
	err    error

	rehearsals []engine.Summary
}

func (s *Screen) readRuns() tea.Cmd {
	if s.reading {
		return nil
	}
	s.reading, s.readAt = true, s.context.Now()
	return readJournal(s.context)
}

func readJournal(c *ui.Context) tea.Cmd {
	return c.Work(func(ctx context.Context) tea.Msg {
		runs, err := c.Engine.Runs(ctx, engine.RunQuery{})
		rehearsals, failed := c.Engine.Rehearsals(ctx, "")
		read := journalRead{runs: runs, rehearsals: rehearsals, undone: map[string]engine.Phase{}, err: errors.Join(err, failed)}
		for _, summary := range runs {
			if summary.Status == engine.StatusStopped && summary.Undoing {
				events, err := c.Engine.Events(ctx, summary.Run)
				read.err = errors.Join(read.err, err)
				read.undone[summary.Run] = ui.Undone(events)
			}
		}
		boards, err := c.Engine.Incidents(ctx)
		read.boards, read.err = boards, errors.Join(read.err, err)
		return read
	})
}

func (s *Screen) takeRuns(msg journalRead) tea.Cmd {
	s.reading = false
	if msg.err != nil {
		return ui.Send(ui.Flash{Text: "the journal cannot be read: " + engine.AsProblem(msg.err).Text, Level: ui.LevelDanger})
	}
	var look tea.Cmd
	if again := s.rows.remember(msg.runs); s.known && len(again) > 0 {
		look = s.probe(again...)
	}
	s.rows.undone, s.rows.boards = msg.undone, msg.boards
	s.rows.rehearse(msg.rehearsals)
	s.arrange()
	first := !s.known
	s.known = true
	if first && s.options.Unfinished && len(s.unfinished()) > 0 {
		return s.prompt()
	}
	return look
}

func (s *Screen) prompt() tea.Cmd {
	dialog := newUnfinished(s.context, s.unfinished(), s.rows.boards)
	dialog.left = s.show
	return ui.Send(ui.ShowDialog{Dialog: dialog, Owner: s})
}

// usageRead delivers what consumers report.
type usageRead struct {
	at     time.Time
	usages []engine.Usage
}

// readUsage asks consumers, unless the last question is still open. When none of
// them said anything, they are asked again only now and then: to find that out
// each of them has to be opened.
func (s *Screen) readUsage() tea.Cmd {
	now := s.context.Now()
	if s.asking || !s.rows.consumed || s.mute && now.Sub(s.askedAt) < readEvery {
		return nil
	}
	s.asking, s.askedAt = true, now
	return s.context.Work(func(ctx context.Context) tea.Msg {
		usages := s.context.Engine.Usage(ctx)
		return usageRead{at: s.context.Engine.Now(), usages: usages}
	})
}
