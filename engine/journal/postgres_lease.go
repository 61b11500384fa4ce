package journal

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rotadeck/rotadeck/engine"
)

const (
	beatEvery   = 3 * time.Second // several to be missed before engine.GoneAfter
	beatWithin  = 3 * time.Second
	regainEvery = 250 * time.Millisecond
)

// lease is a held lock. Its goroutine gives signs of life, and takes the
// advisory lock again when the session that had it is gone.
type lease struct {
	journal *Postgres
	fence   engine.Fence
	session *pgx.Conn // has the advisory lock; nil while none does
	guarded bool
	again   bool // an attempt before may have taken the lock
	done    chan struct{}
	lost    chan struct{}
	failed  error // what giving the lock back came to; read after done
}

// errLost says that somebody else has the lock now.
var errLost = errors.New("the lock is someone else's")

func (l *lease) begin() engine.Lease {
	ctx, stop := context.WithCancel(context.Background())
	go l.keep(ctx)
	release := sync.OnceValue(func() error {
		stop()
		<-l.done
		return l.journal.problem(l.failed, "give back the lock of "+l.fence.Credential+" in")
	})
	return engine.Lease{Fence: l.fence, Release: release, Lost: l.lost}
}

// keep lasts until the lock is given back, which ends ctx, or lost.
func (l *lease) keep(ctx context.Context) {
	defer close(l.done)
	defer l.hangUp()
	again := time.Duration(0) // the pause before the next attempt to regain the lock
	for l.rest(ctx, again) {
		err := l.beat()
		switch {
		case errors.Is(err, errLost):
			close(l.lost)
			return
		case err != nil:
			l.hangUp()
			again = min(again+regainEvery, beatEvery)
		default:
			again = 0
		}
	}
	l.failed = l.end()
}

// rest waits until the next beat, or the end of the session; without one, until
// it is tried again to regain the lock. It is false when the lock is to be given
// back.
func (l *lease) rest(ctx context.Context, again time.Duration) bool {
	if l.session == nil {
		return perhaps(ctx, again)
	}
	limited, cancel := context.WithTimeout(ctx, beatEvery)
	defer cancel()
	_, _ = l.session.WaitForNotification(limited) // there is none: it ends with the time or the session
	if l.session.IsClosed() {
		l.session = nil
	}
	return ctx.Err() == nil
}

func (l *lease) hangUp() {
	if l.session != nil {
		hangUp(l.session)
		l.session = nil
	}
}

// beat tells the journal that the holder lives.
func (l *lease) beat() error {
	ctx, cancel := context.WithTimeout(context.Background(), beatWithin)
	defer cancel()
	if l.session == nil {
		return l.regain(ctx)
	}
	return touch(l.session.Exec(ctx, `UPDATE rotadeck.locks SET seen = clock_timestamp()
		WHERE credential = $1 AND token = $2`, l.fence.Credential, l.fence.Token))
}

// touch is errLost when an update of the lock's row did not find the own token.
func touch(tag pgconn.CommandTag, err error) error {
	if err == nil && tag.RowsAffected() == 0 {
		return errLost
	}
	return err
}

// regain opens a session and takes the advisory lock with it, if nobody else
// has got the lock meanwhile. A session of before that still has it is ended.
func (l *lease) regain(ctx context.Context) error {
	session, err := l.journal.dialer.dial(ctx)
	if err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, session, func(tx pgx.Tx) error { return l.retake(ctx, tx) })
	if err == nil && !l.guarded {
		err = errGuarded
	}
	if err != nil {
		hangUp(session)
		return err
	}
	l.session = session
	return nil
}

// errGuarded says that a session of before still has the advisory lock.
var errGuarded = errors.New("the former session has not ended yet")

// retake holds the row of the lock, and the token there is the own one: so
// nobody but a session of before can have the advisory lock now.
func (l *lease) retake(ctx context.Context, tx pgx.Tx) error {
	credential := l.fence.Credential
	if err := touch(tx.Exec(ctx, `UPDATE rotadeck.locks SET seen = clock_timestamp() WHERE credential = $1 AND token = $2`,
		credential, l.fence.Token)); err != nil {
		return err
	}
	key := lockKey(credential)
	if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, key).Scan(&l.guarded); err != nil {
		return err
	}
	if !l.guarded {
		high, low := halves(key)
		// It is fenced off anyway, should the right to end it be missing.
		_ = pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM (`+guards+`) AS g WHERE $1 <> ''`, credential, high, low)
			return err
		})
	}
	_, err := tx.Exec(ctx, `UPDATE rotadeck.locks SET guarded = $2 WHERE credential = $1`, credential, l.guarded)
	return err
}

// end gives the lock back. When its session turns out to be gone, as after a
// restart of the server that no beat has noticed yet, another one does it.
func (l *lease) end() error {
	ctx, cancel := context.WithTimeout(context.Background(), beatWithin)
	defer cancel()
	if l.session != nil {
		err := l.giveBack(ctx)
		if !broken(err) {
			return err
		}
		l.hangUp()
	}
	session, err := l.journal.dialer.dial(ctx)
	if err != nil {
		return err
	}
	l.session = session
	return l.giveBack(ctx)
}

func (l *lease) giveBack(ctx context.Context) error {
	_, err := l.session.Exec(ctx, `WITH back AS (UPDATE rotadeck.locks SET held = false WHERE credential = $1 AND token = $2)
		SELECT pg_advisory_unlock($3)`, l.fence.Credential, l.fence.Token, lockKey(l.fence.Credential))
	return err
}
