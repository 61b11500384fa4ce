package engine

import (
	"errors"
	"fmt"
)

// Problem is an error for people: what is wrong and where, what to do about
// it, and the cause for those who dig.
type Problem struct {
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty"`
	Cause string `json:"cause,omitempty"`
	err   error
}

// NewProblem words err for people. err may be nil.
func NewProblem(err error, hint, format string, args ...any) *Problem {
	p := &Problem{Text: fmt.Sprintf(format, args...), Hint: hint, err: err}
	if err != nil {
		p.Cause = err.Error()
	}
	return p
}

// Error returns text and cause.
func (p *Problem) Error() string {
	if p.Cause == "" {
		return p.Text
	}
	return p.Text + ": " + p.Cause
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.err }

// AsProblem finds the Problem in err's chain, or words err as one.
func AsProblem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	return &Problem{Text: err.Error(), err: err}
}
