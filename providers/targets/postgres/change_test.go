package postgres

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rotadeck/rotadeck/engine"
)

// notSent is what pgx says of a line that broke, even after a statement was
// sent over it.
type notSent struct{}

func (notSent) Error() string { return "conn closed" }

func (notSent) SafeToRetry() bool { return true }

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
		"the driver saw nothing sent": {notSent{}, engine.Unknown},
		"time ran out":                {context.DeadlineExceeded, engine.Unknown},
	} {
		if got := engine.OutcomeOf(outcome(c.err)); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
}

// Sessions that ended stay ended, whatever the server says afterwards.
func TestOutcomeOfEnding(t *testing.T) {
	t.Parallel()
	refused := &pgconn.PgError{SeverityUnlocalized: "ERROR", Code: codeInsufficientPrivilege}
	canceled := &pgconn.PgError{SeverityUnlocalized: "ERROR", Code: "57014"}
	for name, c := range map[string]struct {
		rounds int
		err    error
		want   engine.Outcome
	}{
		"no error":                  {2, nil, engine.Applied},
		"no session":                {0, errConnect{engine.NewProblem(nil, "", "no")}, engine.NotApplied},
		"refused":                   {1, refused, engine.NotApplied},
		"refused after some":        {2, refused, engine.Unknown},
		"canceled, perhaps midway":  {1, canceled, engine.Unknown},
		"the line broke":            {1, errors.New("unexpected EOF"), engine.Unknown},
		"time ran out, some remain": {3, context.DeadlineExceeded, engine.Unknown},
	} {
		if got := engine.OutcomeOf(outcomeOfEnding(c.rounds, c.err)); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
}
