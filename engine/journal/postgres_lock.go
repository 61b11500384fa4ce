package journal

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/engine"
)

// Lock takes the lock of a credential, or returns a *engine.LockedError that
// names the holder. It waits only for its turn to ask, until ctx ends.
//
// The lock is an advisory lock of a session of its own, which ends with the
// process and its connection (PostgreSQL manual, "Advisory Locks"), taken in a
// transaction that also raises the fencing token and writes the holder down.
// All who want a lock first lock its row, so whoever finds it held can read by
// whom.
//
// A holder who lost that session, as when the server restarts, keeps its token
// and comes back within seconds, unless somebody else takes the lock before.
func (j *Postgres) Lock(ctx context.Context, credential string, holder engine.Holder) (engine.Lease, error) {
	return j.grant(ctx, credential, holder, nil)
}

// TakeOver takes the lock from a holder that was silent for at least patience,
// by the server's clock: it raises the token, which fences the former holder
// off, and ends its session. Where the rights for that are missing, the session
// lives on until the server finds it dead, without any power. While the holder
// lives, TakeOver returns a *engine.LockedError.
func (j *Postgres) TakeOver(ctx context.Context, credential string, holder engine.Holder, patience time.Duration) (engine.Lease, error) {
	return j.grant(ctx, credential, holder, &patience)
}

func (j *Postgres) grant(ctx context.Context, credential string, holder engine.Holder, patience *time.Duration) (engine.Lease, error) {
	if credential == "" {
		return engine.Lease{}, errors.New("lock: no credential is named")
	}
	text, err := json.Marshal(holder)
	if err != nil {
		return engine.Lease{}, fmt.Errorf("encode the holder: %w", err)
	}
	l := &lease{journal: j, fence: engine.Fence{Credential: credential}, done: make(chan struct{}), lost: make(chan struct{})}
	again := false
	err = j.use(ctx, func(session *pgxpool.Conn) error {
		l.again, again = again, true
		err := pgx.BeginFunc(ctx, session.Conn(), func(tx pgx.Tx) error { return l.take(ctx, tx, string(text), patience) })
		if err == nil && l.guarded {
			l.session = session.Hijack()
		} else if l.guarded {
			hangUp(session.Hijack()) // and with it the advisory lock
		}
		return err
	})
	if err != nil {
		return engine.Lease{}, j.problem(err, "lock "+credential+" in")
	}
	return l.begin(), nil
}

// lockRow is what the row of a lock says.
type lockRow struct {
	holder []byte
	held   bool
	silent time.Duration
	// The server has restarted a moment ago, and ended all sessions: the holder
	// may be about to take the advisory lock again.
	restarted bool
	// The lock was taken over a moment ago, from a session that had not ended by
	// then: the new holder will take the advisory lock once that has.
	unguarded bool
}

// awaitRestart is for how long after a restart of the server the holders of
// before are waited for.
const awaitRestart = 5 * time.Second

// lockColumns are those of a lockRow.
func lockColumns() string {
	return fmt.Sprintf(`holder, held, extract(epoch FROM clock_timestamp() - seen)::float8,
	held AND seen < pg_postmaster_start_time() AND pg_postmaster_start_time() > clock_timestamp() - interval '%d seconds',
	held AND NOT guarded AND seen > clock_timestamp() - interval '%d seconds'`,
		int(awaitRestart.Seconds()), int(engine.GoneAfter.Seconds()))
}

func (r *lockRow) scan(row pgx.Row, more ...any) error {
	var seconds float64
	err := row.Scan(append([]any{&r.holder, &r.held, &seconds, &r.restarted, &r.unguarded}, more...)...)
	r.silent = max(0, time.Duration(seconds*float64(time.Second)))
	return err
}

func (r *lockRow) read() (holder engine.Holder, err error) {
	if err := json.Unmarshal(r.holder, &holder); err != nil {
		return holder, fmt.Errorf("decode the holder of a lock: %w", err)
	}
	return holder, nil
}

// take makes holder the one of the lock, with the advisory lock if that is free.
// It is not free when the lock is taken over from a session that still lives.
func (l *lease) take(ctx context.Context, tx pgx.Tx, holder string, patience *time.Duration) error {
	credential := l.fence.Credential
	_, err := tx.Exec(ctx, `INSERT INTO rotadeck.locks (credential, token, holder, held, guarded, seen)
		VALUES ($1, 0, '{}', false, false, clock_timestamp()) ON CONFLICT DO NOTHING`, credential)
	if err != nil {
		return err
	}
	var row lockRow
	if err := row.scan(tx.QueryRow(ctx, `SELECT `+lockColumns()+` FROM rotadeck.locks
		WHERE credential = $1 FOR NO KEY UPDATE`, credential)); err != nil {
		return err
	}
	if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, lockKey(credential)).Scan(&l.guarded); err != nil {
		return err
	}
	alive := patience == nil || row.silent < *patience
	if l.again && string(row.holder) == holder {
		alive = false // the attempt before succeeded, and its session is about to end
	}
	if row.restarted || alive && (!l.guarded || row.unguarded) {
		return row.lockedError(credential)
	}
	return tx.QueryRow(ctx, `UPDATE rotadeck.locks
		SET token = token + 1, holder = $2, held = true, guarded = $3, seen = clock_timestamp()
		WHERE credential = $1 RETURNING token`, credential, holder, l.guarded).Scan(&l.fence.Token)
}

func (r *lockRow) lockedError(credential string) error {
	holder, err := r.read()
	if err != nil {
		return err
	}
	return &engine.LockedError{Credential: credential, Holder: holder}
}

// Held says whether someone holds the lock of a credential. It takes no lock
// and waits for none.
func (j *Postgres) Held(ctx context.Context, credential string) (bool, error) {
	_, held, err := j.Sign(ctx, credential)
	return held, err
}

// Sign tells who holds the lock of a credential, and how long ago it was last
// heard of, by the server's clock. It takes no lock and waits for none.
func (j *Postgres) Sign(ctx context.Context, credential string) (sign engine.Sign, held bool, err error) {
	var row lockRow
	var guarded bool
	high, low := halves(lockKey(credential))
	err = j.use(ctx, func(session *pgxpool.Conn) error {
		return orNone(row.scan(session.QueryRow(ctx, `SELECT `+lockColumns()+`, EXISTS (`+guards+`)
			FROM rotadeck.locks WHERE credential = $1`, credential, high, low), &guarded))
	})
	if err != nil {
		return engine.Sign{}, false, j.problem(err, "look at the lock of "+credential+" in")
	}
	if !row.held || !guarded && !row.restarted && !row.unguarded {
		return engine.Sign{}, false, nil
	}
	sign.Silent = row.silent
	sign.Holder, err = row.read()
	return sign, err == nil, err
}

// lockKey is the number of an advisory lock. The prefix keeps clear of those
// that other programs take in the same database.
func lockKey(name string) int64 {
	sum := sha256.Sum256([]byte("rotadeck journal: " + name))
	return int64(binary.BigEndian.Uint64(sum[:]))
}

// guards selects the sessions that have an advisory lock, given by the halves of
// its number as $2 and $3 (PostgreSQL manual, "pg_locks").
const guards = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
	AND classid::bigint = $2 AND objid::bigint = $3
	AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

func halves(key int64) (high, low int64) {
	return int64(uint64(key) >> 32), int64(uint64(key) & 0xffffffff)
}
