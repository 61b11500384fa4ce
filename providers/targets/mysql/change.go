package mysql

import (
	"context"
	"errors"
	"slices"

	"github.com/go-sql-driver/mysql"

	"github.com/rotadeck/rotadeck/engine"
)

// Numbers of server errors (MySQL manual, "Server Error Message Reference";
// MariaDB manual, "MariaDB Error Codes").
const (
	codeDatabaseDenied  = 1044
	codeAccessDenied    = 1045
	codeNoSuchDatabase  = 1049
	codeShutdown        = 1053
	codeNoSuchThread    = 1094
	codeHostBlocked     = 1129
	codeTableDenied     = 1142
	codeNoSuchTable     = 1146
	codeErrorInCommit   = 1180
	codeNeedsPrivilege  = 1227
	codeInterrupted     = 1317
	codeNoPassword      = 1698
	codeMustChange      = 1820
	codeMustChangeLogin = 1862
	codeKilled          = 1927 // MariaDB
	codeNoSuchGrant     = 1141
	codeNoSuchTableRow  = 1147
	codeNoSuchRoutine   = 1403
	codeLocked          = 3118
	codeLockedMariaDB   = 4151
	codeTriedTooOften   = 3955
)

// apply runs one statement. Statements about users commit by themselves.
func (s *site) apply(ctx context.Context, statement string) error {
	if err := ctx.Err(); err != nil {
		return engine.NotAppliedError(err)
	}
	return outcome(s.admin.change(ctx, func(conn session) error {
		_, err := conn.ExecContext(ctx, statement)
		return err
	}))
}

// outcome marks errors after which surely nothing has changed: there was no
// session, or the server said that the statement failed. A server that goes
// down or was told to stop may have done some of it before. That a line broke
// before anything was sent is not believed of the driver: rather probe once more.
func outcome(err error) error {
	var connect errConnect
	var answer *mysql.MySQLError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &connect):
		return engine.NotAppliedError(err)
	case errors.As(err, &answer) && !answered(err, codeShutdown, codeInterrupted, codeKilled, codeErrorInCommit):
		return engine.NotAppliedError(err)
	default:
		return err
	}
}

// answered says that the server answered with one of the codes.
func answered(err error, codes ...uint16) bool {
	var answer *mysql.MySQLError
	return errors.As(err, &answer) && slices.Contains(codes, answer.Number)
}
