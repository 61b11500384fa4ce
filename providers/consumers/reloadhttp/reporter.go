package reloadhttp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/excerpt"
)

// Reporter is a Consumer that says what it uses. It is safe for concurrent use.
type Reporter struct {
	*Consumer
	url string
}

var _ engine.Reporter = (*Reporter)(nil)

// status is the answer to GET status_url.
type status struct {
	Version     string    `json:"version"`
	Fingerprint string    `json:"fingerprint"`
	Identity    string    `json:"identity"`
	Since       time.Time `json:"since"`
	Requests    uint64    `json:"requests"`
	Failed      uint64    `json:"failed"`
	Problem     string    `json:"problem"`
}

// Usage asks the consumer. Its error is an *engine.Problem.
func (r *Reporter) Usage(ctx context.Context) (engine.Usage, error) {
	var s status
	got, err := r.ask(ctx, http.MethodGet, r.url, func(body io.Reader) error {
		var err error
		s, err = decode(body)
		return err
	})
	if err != nil {
		return engine.Usage{}, engine.NewProblem(err, got.hint(), "%s does not say at %s what it uses", r.name, r.url)
	}
	return engine.Usage{
		Consumer: r.name, Version: s.Version, Fingerprint: s.Fingerprint, Identity: s.Identity,
		Since: s.Since, Requests: s.Requests, Failed: s.Failed,
		Problem: excerpt.Of([]byte(s.Problem)),
	}, nil
}

// statusLimit is far above what a status needs.
const statusLimit = 16 << 10

// decode is strict: what is misread here would count as evidence.
func decode(body io.Reader) (status, error) {
	limited := &io.LimitedReader{R: body, N: statusLimit}
	decoder := json.NewDecoder(limited)
	decoder.DisallowUnknownFields()
	var s status
	err := decoder.Decode(&s)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows the status")
		}
	}
	if limited.N == 0 {
		return status{}, fmt.Errorf("the answer is longer than %d bytes", statusLimit)
	}
	if err != nil {
		return status{}, fmt.Errorf("the answer is no status: %w", err)
	}
	return s, nil
}
