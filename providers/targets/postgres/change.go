package postgres

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rotadeck/rotadeck/engine"
)

// SQLSTATE codes (PostgreSQL manual, appendix A).
const (
	codeDuplicateObject       = "42710"
	codeUndefinedObject       = "42704"
	codeInsufficientPrivilege = "42501"
	codeNoSuchDatabase        = "3D000"
	codeCompletionUnknown     = "40003"
	codeSerialization         = "40001"
	codeDeadlock              = "40P01"
	codeProtocolViolation     = "08P01"
	codeInternal              = "XX000" // also of "tuple concurrently updated"
	classAuthorization        = "28"
	classConnection           = "08"
)

// apply runs statements as one: the server takes several statements of one
// simple query message as a single transaction. One round trip, and all or
// nothing; nothing on a standby, or another server than the preflight saw.
func (t *Target) apply(ctx context.Context, statements string) error {
	if err := ctx.Err(); err != nil {
		return engine.NotAppliedError(err)
	}
	for pause := firstRetry; ; pause *= 2 {
		err := t.session(ctx, func(s session) error {
			if err := ctx.Err(); err != nil {
				return engine.NotAppliedError(err)
			}
			_, err := s.PgConn().Exec(ctx, t.primary.guard()+";\n"+statements).ReadAll()
			return err
		})
		if answered(err, codeDivisionByZero) {
			return engine.NotAppliedError(t.moved(ctx, err))
		}
		if !raced(err) || pause > lastRetry {
			return outcome(err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return outcome(err)
		}
	}
}

// The pauses after a lost race; together they last about a second.
const (
	firstRetry = 5 * time.Millisecond
	lastRetry  = 500 * time.Millisecond
)

// raced says that another session changed the same catalogue rows at the same
// moment, as two rotations do that grant rights on one table. The server rolled
// back, so trying again is safe.
func raced(err error) bool {
	var answer *pgconn.PgError
	if answered(err, codeSerialization, codeDeadlock) {
		return true
	}
	return errors.As(err, &answer) && answer.Code == codeInternal && strings.Contains(answer.Message, "tuple concurrently")
}

// outcome marks errors after which surely nothing has changed: there was no
// session, or the server said that it failed and so rolled back. A server that
// goes down (FATAL) may have committed before.
//
// pgconn.SafeToRetry is not asked: when a line breaks between statement and
// answer, pgx 5.12 reports "conn closed", and that it is safe to retry.
func outcome(err error) error {
	var connect errConnect
	var answer *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &connect):
		return engine.NotAppliedError(err)
	case errors.As(err, &answer) && answer.SeverityUnlocalized == "ERROR" &&
		answer.Code != codeCompletionUnknown && !strings.HasPrefix(answer.Code, classConnection):
		return engine.NotAppliedError(err)
	default:
		return err
	}
}

// answered says that the server answered with one of the codes.
func answered(err error, codes ...string) bool {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return false
	}
	for _, code := range codes {
		if answer.Code == code {
			return true
		}
	}
	return false
}
