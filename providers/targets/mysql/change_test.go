package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/rotadeck/rotadeck/engine"
)

func TestOutcome(t *testing.T) {
	t.Parallel()
	says := func(number uint16) error { return &mysql.MySQLError{Number: number} }
	for name, c := range map[string]struct {
		err  error
		want engine.Outcome
	}{
		"no error":                        {nil, engine.Applied},
		"no session":                      {errConnect{engine.NewProblem(nil, "", "no")}, engine.NotApplied},
		"the server says no":              {says(codeNeedsPrivilege), engine.NotApplied},
		"the server says no, wrapped":     {fmt.Errorf("x: %w", says(codeDatabaseDenied)), engine.NotApplied},
		"the server goes down":            {says(codeShutdown), engine.Unknown},
		"someone killed the statement":    {says(codeInterrupted), engine.Unknown},
		"someone killed the session":      {says(codeKilled), engine.Unknown},
		"the commit failed":               {says(codeErrorInCommit), engine.Unknown},
		"the line broke":                  {mysql.ErrInvalidConn, engine.Unknown},
		"the driver would try once more":  {driver.ErrBadConn, engine.Unknown},
		"time ran out":                    {context.DeadlineExceeded, engine.Unknown},
		"something that we do not know":   {errors.New("unexpected EOF"), engine.Unknown},
		"nothing, for it was not allowed": {engine.NotAppliedError(errors.New("read_only")), engine.NotApplied},
	} {
		if got := engine.OutcomeOf(outcome(c.err)); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
}
