package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/engine"
)

// Append writes events of one run, all or none, and updates the run's summary.
// Each must be numbered one higher than the last one written. It takes two
// round trips and the server's commit.
//
// When the line or the server fails midway, nobody knows whether the server has
// committed. Append then looks on a new session, behind whatever is left of the
// former one, and writes only what is not there. It goes on trying until ctx
// ends, so that a run outlives a restart of the server; when ctx ends first, the
// events may or may not be there. Without events, Append only checks the fence.
//
// Errors are an *engine.Problem, or wrap ErrFenced or that of ctx.
func (j *Postgres) Append(ctx context.Context, fence engine.Fence, events ...engine.Event) error {
	if err := validate(fence, events); err != nil {
		return err
	}
	a := &appending{fence: fence, events: events}
	if err := a.encode(); err != nil {
		return err
	}
	err := j.settle(ctx, a)
	if errors.Is(err, engine.ErrFenced) {
		return engine.NewProblem(err, "look at the newer run; this one must change nothing more",
			"this run has lost the lock of %s", fence.Credential)
	}
	return j.problem(err, "write to")
}

// The pauses between attempts to reach a server that has gone away, and how long
// one may take.
const (
	firstPause    = 20 * time.Millisecond
	lastPause     = time.Second
	attemptWithin = 8 * time.Second
)

// settle appends until it is known to be done, or known to fail.
func (j *Postgres) settle(ctx context.Context, a *appending) error {
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		silent, err := j.try(ctx, a)
		if !silent && !broken(err) {
			return err
		}
		j.pool.Reset() // the line of one session is the line of all
		// From here on, a former attempt may have succeeded.
		a.doubtful = a.doubtful || !errors.As(err, new(errConnect))
		if !perhaps(ctx, pause) {
			return errors.Join(ctx.Err(), err)
		}
	}
}

// try appends once; silent says that the server did not answer in time.
func (j *Postgres) try(ctx context.Context, a *appending) (silent bool, err error) {
	limited, cancel := context.WithTimeout(ctx, j.attempt)
	defer cancel()
	err = j.once(limited, func(session *pgxpool.Conn) error { return a.write(limited, session.Conn()) })
	return err != nil && limited.Err() != nil && ctx.Err() == nil, err
}

// appending is one append on its way.
type appending struct {
	fence    engine.Fence
	events   []engine.Event
	bodies   []string
	doubtful bool // the events may be there already
}

func (a *appending) encode() error {
	for _, e := range a.events {
		text, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encode event %d of run %s: %w", e.Seq, e.Run, err)
		}
		a.bodies = append(a.bodies, string(text))
	}
	return nil
}

// write is one transaction: it holds the row of the lock from before the fence
// is checked until it has ended, so nobody can take the lock, nor repeat this
// append, in between. A session that fails midway is left inside the
// transaction, and must be ended.
func (a *appending) write(ctx context.Context, session *pgx.Conn) error {
	defer func() {
		if session.PgConn().TxStatus() == 'T' {
			_, _ = session.Exec(ctx, `ROLLBACK`) // else the session ends, and so does the transaction
		}
	}()
	summary, err := a.begin(ctx, session)
	if err != nil {
		return err
	}
	if a.doubtful && len(a.events) > 0 && summary.Seq >= a.events[0].Seq {
		if there, err := a.there(ctx, session); there || err != nil {
			return err
		}
	}
	if len(a.events) == 0 {
		return nil
	}
	if summary, err = fold(summary, a.events); err != nil {
		return err
	}
	return a.commit(ctx, session, summary)
}

// begin checks the fence and reads the run's summary, the zero one for a run
// that has no events yet.
func (a *appending) begin(ctx context.Context, session *pgx.Conn) (summary engine.Summary, err error) {
	batch := &pgx.Batch{}
	batch.Queue(`BEGIN`)
	var newest int64
	batch.Queue(`SELECT token FROM rotadeck.locks WHERE credential = $1 FOR NO KEY UPDATE`, a.fence.Credential).
		QueryRow(func(row pgx.Row) error { return row.Scan(&newest) })
	if len(a.events) > 0 {
		run := a.events[0].Run
		batch.Queue(`SELECT summary FROM rotadeck.runs WHERE run = $1`, run).QueryRow(func(row pgx.Row) error {
			var text []byte
			if err := row.Scan(&text); err != nil {
				return orNone(err)
			}
			summary, err = decode[engine.Summary](text, run)
			return err
		})
	}
	if err := session.SendBatch(ctx, batch).Close(); errors.Is(err, pgx.ErrNoRows) {
		return summary, engine.ErrFenced // nobody ever took this lock
	} else if err != nil {
		return summary, err
	}
	if newest != a.fence.Token {
		return summary, engine.ErrFenced
	}
	return summary, nil
}

func orNone(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	return err
}

// there says whether the events were written by a former attempt.
func (a *appending) there(ctx context.Context, session *pgx.Conn) (bool, error) {
	rows, err := session.Query(ctx, `SELECT body FROM rotadeck.events WHERE run = $1 AND seq >= $2 ORDER BY seq`,
		a.events[0].Run, a.events[0].Seq)
	if err != nil {
		return false, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return slices.Equal(found, a.bodies), err
}

func (a *appending) commit(ctx context.Context, session *pgx.Conn, s engine.Summary) error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode the summary of run %s: %w", s.Run, err)
	}
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO rotadeck.runs (run, credential, status, summary) VALUES ($1, $2, $3, $4)
		ON CONFLICT (run) DO UPDATE SET status = excluded.status, summary = excluded.summary`,
		s.Run, s.Credential, string(s.Status), string(text))
	for i, e := range a.events {
		batch.Queue(`INSERT INTO rotadeck.events (run, seq, at, type, body) VALUES ($1, $2, $3, $4, $5)`,
			e.Run, e.Seq, e.At, string(e.Type), a.bodies[i])
	}
	batch.Queue(`SELECT pg_notify($1, $2)`, newsChannel, s.Run)
	batch.Queue(`COMMIT`)
	return session.SendBatch(ctx, batch).Close()
}
