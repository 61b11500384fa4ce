package journal

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// newsChannel is what appends notify, with the run as payload.
const newsChannel = "rotadeck_journal"

// Watch tells of appends to a run, by LISTEN on a session of its own. When that
// breaks it is opened again, and then there may be news as well.
func (j *Postgres) Watch(ctx context.Context, run string) (<-chan struct{}, error) {
	session, err := j.listen(ctx)
	if err != nil {
		return nil, j.problem(err, "watch")
	}
	news := make(chan struct{}, 1)
	go j.relay(ctx, session, run, news)
	return news, nil
}

func (j *Postgres) listen(ctx context.Context) (*pgx.Conn, error) {
	session, err := j.dialer.dial(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := session.Exec(ctx, `LISTEN `+newsChannel); err != nil {
		hangUp(session)
		return nil, err
	}
	return session, nil
}

// relay passes news of run on until ctx ends.
func (j *Postgres) relay(ctx context.Context, session *pgx.Conn, run string, news chan<- struct{}) {
	defer close(news)
	for {
		notification, err := session.WaitForNotification(ctx)
		if err != nil {
			hangUp(session)
			if session = j.listenAgain(ctx); session == nil {
				return
			}
		}
		if err != nil || notification.Payload == run {
			tell(news)
		}
	}
}

// listenAgain is nil when ctx has ended.
func (j *Postgres) listenAgain(ctx context.Context) *pgx.Conn {
	for pause := firstPause; perhaps(ctx, pause); pause = min(2*pause, lastPause) {
		if session, err := j.listen(ctx); err == nil {
			return session
		}
	}
	return nil
}

// tell leaves news that wait to be read: they stand for these as well.
func tell(news chan<- struct{}) {
	select {
	case news <- struct{}{}:
	default:
	}
}
