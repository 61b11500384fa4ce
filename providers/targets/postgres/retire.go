package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// Withdraw lists the changes that take LOGIN from the user of slot and end its
// sessions. Role, password and rights stay.
func (t *Target) Withdraw(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.disable(slot, m)
}

// Retire lists the changes that take LOGIN from the user of slot and end its
// sessions. Role, password and rights stay, so that Reinstate is enough to
// bring it back.
func (t *Target) Retire(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.disable(slot, m)
}

// Reinstate lists the change that gives LOGIN back to the user of slot.
func (t *Target) Reinstate(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	user, err := t.userOf(slot, m)
	if err != nil {
		return nil, err
	}
	return []engine.Change{{
		Name:      "allow-login",
		What:      fmt.Sprintf("let %s log in again, with the password it has", user),
		Where:     t.Where(),
		Statement: allowing(user) + ";",
		Undo:      disabling(user) + ";",
		Apply:     func(ctx context.Context) error { return t.apply(ctx, allowing(user)) },
	}}, nil
}

func (t *Target) disable(slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	user, err := t.userOf(slot, m)
	if err != nil {
		return nil, err
	}
	return []engine.Change{
		{
			Name:      "forbid-login",
			What:      fmt.Sprintf("forbid %s to log in; its password and rights stay", user),
			Where:     t.Where(),
			Statement: disabling(user) + ";",
			Undo:      allowing(user) + ";",
			Apply:     func(ctx context.Context) error { return t.forbid(ctx, user) },
		},
		{
			Name:      "end-sessions",
			What:      fmt.Sprintf("end the sessions of %s%s", user, t.atPrimary()),
			Where:     t.Where(),
			Statement: terminating(user) + ";",
			Apply:     func(ctx context.Context) error { return t.endSessions(ctx, user) },
		},
	}, nil
}

// forbid takes LOGIN. A role that is not there cannot log in as it is.
func (t *Target) forbid(ctx context.Context, user string) error {
	err := t.apply(ctx, disabling(user))
	if answered(err, codeUndefinedObject) {
		return nil
	}
	return err
}

// endSessions terminates until none is left: a login that was under way when
// LOGIN went may appear after the first round.
func (t *Target) endSessions(ctx context.Context, user string) error {
	if err := ctx.Err(); err != nil {
		return engine.NotAppliedError(err)
	}
	rounds := 0
	err := t.session(ctx, func(s session) error {
		for pause := shortestPause; ; pause = min(2*pause, longestPause) {
			rounds++
			answer, err := s.Exec(ctx, terminating(user))
			if err != nil || answer.RowsAffected() == 0 {
				return err
			}
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return fmt.Errorf("%d sessions of %s do not end: %w", answer.RowsAffected(), user, ctx.Err())
			}
		}
	})
	return outcomeOfEnding(rounds, err)
}

// outcomeOfEnding is stricter than outcome: no rollback brings a session back.
// Only when there was no session to work with, or the server refused right
// away, has surely nothing ended.
func outcomeOfEnding(rounds int, err error) error {
	if err != nil && (rounds == 0 || rounds == 1 && answered(err, codeInsufficientPrivilege)) {
		return engine.NotAppliedError(err)
	}
	return err
}

// Pauses between two looks at sessions that were told to end. Most go in less
// than a millisecond.
const (
	shortestPause = 500 * time.Microsecond
	longestPause  = 20 * time.Millisecond
)

func disabling(user string) string { return "ALTER ROLE " + quote(user) + " NOLOGIN" }

func allowing(user string) string { return "ALTER ROLE " + quote(user) + " LOGIN" }

func terminating(user string) string {
	return "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = " + literal(user)
}
