package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rotadeck/rotadeck/engine"
)

// SQLSTATE codes (PostgreSQL manual, appendix A).
const (
	codeInsufficientPrivilege = "42501"
	codeUndefinedTable        = "42P01"
	codeReadOnly              = "25006"
	codeIdleInTransaction     = "25P03"
	codeSerialization         = "40001"
	codeDeadlock              = "40P01"
	codeCompletionUnknown     = "40003"
	codeDiskFull              = "53100"
	codeTooManyConnections    = "53300"
	codeNoSuchDatabase        = "3D000"
	codeAdminShutdown         = "57P01"
	codeCrashShutdown         = "57P02"
	codeCannotConnectNow      = "57P03"
	codeIdleSession           = "57P05"
	classAuthorization        = "28"
	classConnection           = "08"
)

// broken says that an error does not tell what is in the database: the line or
// the server failed. A later look, on another session, may succeed.
//
// pgconn.SafeToRetry is not asked: when a line breaks between statement and
// answer, pgx 5.12 reports that it is safe to retry.
func broken(err error) bool {
	var answer *pgconn.PgError
	var problem *engine.Problem
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return false
	case errors.As(err, &answer):
		switch answer.Code {
		case codeAdminShutdown, codeCrashShutdown, codeCannotConnectNow, codeIdleSession, codeIdleInTransaction,
			codeTooManyConnections, codeSerialization, codeDeadlock, codeCompletionUnknown:
			return true
		}
		return strings.HasPrefix(answer.Code, classConnection)
	case errors.As(err, &problem), errors.As(err, new(*engine.LockedError)), errors.Is(err, engine.ErrFenced),
		errors.Is(err, pgx.ErrNoRows):
		return false
	}
	return true
}

// problem words err, met while doing something to the journal, for people.
func (j *Postgres) problem(err error, doing string) error {
	if err == nil {
		return nil
	}
	var problem *engine.Problem
	var locked *engine.LockedError
	switch {
	case errors.As(err, &problem), errors.As(err, &locked):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded) && !errors.As(err, new(errConnect)):
		return fmt.Errorf("%s the journal %s: %w", doing, j, err)
	}
	what, hint := j.diagnose(err)
	return engine.NewProblem(err, hint, "cannot %s the journal %s: %s", doing, j, what)
}

func (j *Postgres) diagnose(err error) (what, hint string) {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return "its server is not reached", "check that PostgreSQL runs there, the network, and sslmode in the address"
	}
	switch answer.Code {
	case codeInsufficientPrivilege:
		return "rights are missing", "let the owner of the tables run: " + j.grants()
	case codeReadOnly:
		return "its server is a standby, or read-only", "give the address of the primary server"
	case codeDiskFull:
		return "the server's disk is full", "free space there; what was written before is safe"
	case codeTooManyConnections:
		return "its server has no connection left", "end some, or raise max_connections there"
	case codeNoSuchDatabase:
		return "there is no such database", "let an administrator run: CREATE DATABASE " + quote(j.dialer.Database) + " OWNER " + quote(j.dialer.User)
	case codeUndefinedTable:
		return "its tables are gone", "start rotadeck anew to make them, or restore a backup"
	case codeAdminShutdown, codeCrashShutdown, codeCannotConnectNow:
		return "its server is stopping or starting", "try again in a moment"
	}
	if strings.HasPrefix(answer.Code, classAuthorization) {
		return "the server refuses the login", "check the user in the address, journal_password, and the server's pg_hba.conf"
	}
	return "something unexpected happened", "look into the server's log"
}

// grants is all that an operator needs who does not own the tables.
func (j *Postgres) grants() string {
	user := quote(j.dialer.User)
	return "GRANT USAGE ON SCHEMA rotadeck TO " + user + "; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA rotadeck TO " + user
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
