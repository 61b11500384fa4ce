package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

// headlessResult is one credential of a headless demo.
type headlessResult struct {
	Credential string        `json:"credential"`
	Status     engine.Status `json:"status"`
	Took       time.Duration `json:"took"`
	Proofs     int           `json:"proofs"`
	Problem    string        `json:"problem,omitempty"`
}

// headlessSummary is what a headless demo prints.
type headlessSummary struct {
	Results  []headlessResult `json:"results"`
	Watched  int              `json:"watched"` // credentials that cannot be rotated from here
	Requests uint64           `json:"requests"`
	Failed   uint64           `json:"failed"`
}

// rotateEverything rotates each credential that can be, one after another, and
// fails unless all got through without a failed request.
func rotateEverything(cmd *cobra.Command, g *globals) error {
	g.interrupts.runs.Store(true)
	return withDeckOn(cmd.Context(), g, madeJournal, func(d *deck) error {
		var sum headlessSummary
		for _, c := range d.engine.Credentials() {
			if d.engine.CanRotate(c.ID) != nil {
				sum.Watched++
				continue
			}
			result := rotateOnce(cmd, d, c)
			sum.Results = append(sum.Results, result)
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s in %s\n", c.ID, result.Status, result.Took.Round(time.Millisecond))
		}
		for _, u := range d.engine.Usage(cmd.Context()) {
			sum.Requests += u.Requests
			sum.Failed += u.Failed
		}
		if err := sum.write(cmd.OutOrStdout(), g.json); err != nil {
			return err
		}
		return sum.verdict()
	})
}

func rotateOnce(cmd *cobra.Command, d *deck, c engine.Credential) headlessResult {
	result := headlessResult{Credential: c.ID, Status: engine.StatusStopped}
	started := time.Now()
	run, err := d.engine.Rotate(cmd.Context(), c.ID, engine.Options{Grace: new(time.Second)})
	if err != nil {
		result.Problem = engine.AsProblem(err).Error()
		return result
	}
	follower := plain.Follower{Out: io.Discard, Answerer: plain.Yes{Confirm: []string{c.ID}}, Location: time.Local}
	if err := follower.Follow(cmd.Context(), run); err != nil {
		result.Problem = err.Error()
	}
	summary := run.Wait()
	result.Status, result.Took = summary.Status, time.Since(started)
	if summary.Problem != nil {
		result.Problem = summary.Problem.Error()
	}
	events, _, _, _ := run.Feed().Since(0)
	for _, e := range events {
		if e.Proof != nil {
			result.Proofs++
		}
	}
	return result
}

func (s headlessSummary) write(out io.Writer, asJSON bool) error {
	if asJSON {
		return plain.WriteJSON(out, s)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CREDENTIAL\tRESULT\tTOOK\tPROOFS\tPROBLEM")
	for _, r := range s.Results {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", r.Credential, r.Status, r.Took.Round(time.Millisecond), r.Proofs, r.Problem)
	}
	fmt.Fprintf(w, "\n%d rotated, %d only watched; services made %d requests, %d failed\n", len(s.Results), s.Watched, s.Requests, s.Failed)
	return w.Flush()
}

func (s headlessSummary) verdict() error {
	for _, r := range s.Results {
		if r.Status != engine.StatusDone {
			return engine.NewProblem(nil, "", "%s is %s: %s", r.Credential, r.Status, r.Problem)
		}
	}
	if s.Failed > 0 {
		return engine.NewProblem(nil, "", "%d of %d requests of the services failed", s.Failed, s.Requests)
	}
	return nil
}
