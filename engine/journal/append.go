package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// timeLayout has a fixed width, so that times sort as text.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

// Append writes events of one run, all or none, and updates the run's summary.
// Each must be numbered one higher than the last one written. It blocks for one
// fsync(2), and before that for its turn to write: at most five seconds, or
// until ctx ends. After an error nothing of the events can be read. Only when
// the disk fails that fsync, and the machine then crashes before the next
// append, may they be there after all: readers must not take their absence for
// proof, and probe. Without events, Append only checks the fence.
//
// Errors are an *engine.Problem, or wrap ErrFenced or that of ctx.
func (j *SQLite) Append(ctx context.Context, fence engine.Fence, events ...engine.Event) error {
	if err := validate(fence, events); err != nil {
		return err
	}
	err := j.append(ctx, fence, events)
	if errors.Is(err, engine.ErrFenced) {
		return engine.NewProblem(err, "look at the newer run; this one must change nothing more",
			"this run has lost the lock of %s", fence.Credential)
	}
	return problemOf(err, j.path, "write to")
}

// validate refuses what is a mistake of the caller whatever the journal holds.
func validate(fence engine.Fence, events []engine.Event) error {
	for _, e := range events {
		switch {
		case !e.Type.Durable():
			return fmt.Errorf("append: events of type %q are not journaled", e.Type)
		case e.Credential != fence.Credential:
			return fmt.Errorf("append: an event of %q under the lock of %q", e.Credential, fence.Credential)
		case e.Run == "" || e.Run != events[0].Run:
			return fmt.Errorf("append: events of run %q and of run %q together", events[0].Run, e.Run)
		case e.Type == engine.EventRunStarted && e.Rotation == nil:
			return fmt.Errorf("append: run %q starts without its rotation", e.Run)
		}
	}
	return nil
}

func (j *SQLite) append(ctx context.Context, fence engine.Fence, events []engine.Event) error {
	if err := j.unmoved(); err != nil {
		return err
	}
	return j.write(ctx, func(tx *sql.Tx) error {
		if err := j.checkFence(ctx, tx, fence); err != nil || len(events) == 0 {
			return err
		}
		summary, err := j.summary(ctx, tx, events[0].Run)
		if err != nil {
			return err
		}
		if summary, err = fold(summary, events); err != nil {
			return err
		}
		if err := j.putRun(ctx, tx, summary); err != nil {
			return err
		}
		return j.putEvents(ctx, tx, events)
	})
}

func (j *SQLite) checkFence(ctx context.Context, tx *sql.Tx, fence engine.Fence) error {
	var newest int64
	err := tx.StmtContext(ctx, j.sql.token).QueryRowContext(ctx, fence.Credential).Scan(&newest)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err != nil || newest != fence.Token {
		return engine.ErrFenced
	}
	return nil
}

// summary returns the zero one for a run that has no events yet.
func (j *SQLite) summary(ctx context.Context, tx *sql.Tx, run string) (summary engine.Summary, err error) {
	var text []byte
	err = tx.StmtContext(ctx, j.sql.summary).QueryRowContext(ctx, run).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return summary, nil
	}
	if err != nil {
		return summary, err
	}
	return decode[engine.Summary](text, run)
}

// fold adds events to the summary of their run, and refuses those that do not
// follow: one was lost, or is being written twice.
func fold(summary engine.Summary, events []engine.Event) (engine.Summary, error) {
	for _, e := range events {
		if e.Seq != summary.Seq+1 || (summary.Seq > 0 && e.Credential != summary.Credential) {
			return summary, engine.NewProblem(nil, "stop, and resume the run from its journal",
				"run %s of %s has %d events in the journal, so event %d of %s cannot follow",
				e.Run, summary.Credential, summary.Seq, e.Seq, e.Credential)
		}
		summary = summary.Add(e)
	}
	return summary, nil
}

func (j *SQLite) putRun(ctx context.Context, tx *sql.Tx, s engine.Summary) error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode the summary of run %s: %w", s.Run, err)
	}
	_, err = tx.StmtContext(ctx, j.sql.putRun).ExecContext(ctx,
		s.Run, s.Credential, string(s.Status), stamp(s.Started), stamp(s.Updated), string(text))
	return err
}

func (j *SQLite) putEvents(ctx context.Context, tx *sql.Tx, events []engine.Event) error {
	insert := tx.StmtContext(ctx, j.sql.putNext)
	for _, e := range events {
		text, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encode event %d of run %s: %w", e.Seq, e.Run, err)
		}
		_, err = insert.ExecContext(ctx, e.Run, e.Seq, e.Credential, stamp(e.At), string(e.Type), string(text))
		if err != nil {
			return err
		}
	}
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format(timeLayout) }
