package engine

import "errors"

// Outcome is what is known of a change after it was tried.
type Outcome string

// The outcomes.
const (
	NotApplied Outcome = "not applied" // surely nothing happened: it may be tried again
	Applied    Outcome = "applied"
	Unknown    Outcome = "unknown" // it may have happened: probe before anything else
)

// ChangeError is an error of a change that knows whether the change happened.
type ChangeError struct {
	Outcome Outcome
	Err     error
}

// Error returns the cause's text.
func (e *ChangeError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *ChangeError) Unwrap() error { return e.Err }

// NotAppliedError marks err as one that left the outside world unchanged.
func NotAppliedError(err error) error { return &ChangeError{Outcome: NotApplied, Err: err} }

// OutcomeOf reads the outcome from the error of a change. An error that says
// nothing is Unknown: the safe reading.
func OutcomeOf(err error) Outcome {
	if err == nil {
		return Applied
	}
	var change *ChangeError
	if errors.As(err, &change) {
		return change.Outcome
	}
	return Unknown
}
