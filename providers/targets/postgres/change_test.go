package postgres

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rotadeck/rotadeck/engine"
)

func TestOutcome(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want engine.Outcome
	}{
		"no error":                    {nil, engine.Applied},
		"no session":                  {errConnect{engine.NewProblem(nil, "", "no")}, engine.NotApplied},
		"the server says no":          {&pgconn.PgError{SeverityUnlocalized: "ERROR", Code: codeInsufficientPrivilege}, engine.NotApplied},
		"the server says no, wrapped": {fmt.Errorf("x: %w", &pgconn.PgError{SeverityUnlocalized: "ERROR", Code: codeDuplicateObject}), engine.NotApplied},
		"the server goes down":        {&pgconn.PgError{SeverityUnlocalized: "FATAL", Code: "57P01"}, engine.Unknown},
		"the server cannot tell":      {&pgconn.PgError{SeverityUnlocalized: "ERROR", Code: codeCompletionUnknown}, engine.Unknown},
		"a pooler lost the server":    {&pgconn.PgError{SeverityUnlocalized: "ERROR", Code: "08006"}, engine.Unknown},
		"the line broke":              {errors.New("unexpected EOF"), engine.Unknown},
		"time ran out":                {context.DeadlineExceeded, engine.Unknown},
	} {
		if got := engine.OutcomeOf(outcome(c.err)); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
}
