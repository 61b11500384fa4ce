package reloadhttp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/excerpt"
)

// reply is what became of a request.
type reply struct {
	sent   bool // the request, or a part of it, went out
	status int  // 0: no answer came
}

// ask sends a request and hands the body of a 2xx answer to take, if there is
// one. Any other status is an error that quotes the beginning of the body.
func (c *Consumer) ask(ctx context.Context, method, address string, take func(io.Reader) error) (reply, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.timeout, fmt.Errorf("no answer within %s: %w", c.timeout, context.DeadlineExceeded))
	defer cancel()
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaderField: func(string, []string) { sent.Store(true) }})
	request, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return reply{}, err
	}
	token, err := c.authorize(request)
	if err != nil {
		return reply{}, err
	}
	defer token.Close()
	response, err := c.client.Do(request)
	if err != nil {
		return reply{sent: sent.Load()}, reason(ctx, err)
	}
	defer response.Body.Close()
	got := reply{sent: true, status: response.StatusCode}
	if got.status < 200 || got.status > 299 {
		return got, failure(response, token)
	}
	if take == nil {
		return got, nil
	}
	return got, reason(ctx, take(response.Body))
}

// authorize adds the bearer token (RFC 6750) and returns it.
func (c *Consumer) authorize(request *http.Request) (*secret.Secret, error) {
	if c.token.IsZero() {
		return nil, nil
	}
	token, err := c.secrets.Resolve(request.Context(), c.token)
	if err != nil {
		return nil, fmt.Errorf("its token: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token.Text())
	return token, nil
}

// reason leaves out what net/http repeats: the method and the address.
func reason(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// failure words a status that is not 2xx. The body may repeat the request, so
// the token is taken out of it.
func failure(response *http.Response, token *secret.Secret) error {
	const beginning = 2 << 10
	body, err := io.ReadAll(io.LimitReader(response.Body, beginning))
	if value := token.Reveal(); len(value) > 0 {
		body = bytes.ReplaceAll(body, value, []byte(secret.Mask))
	}
	if len(body) == beginning { // its last word may be cut: see package excerpt
		body = body[:bytes.LastIndexAny(body, " \t\r\n")+1]
	}
	said := excerpt.Of(body)
	if said == "" || err != nil {
		return fmt.Errorf("it answered %s", excerpt.Of([]byte(response.Status)))
	}
	return fmt.Errorf("it answered %s: %s", excerpt.Of([]byte(response.Status)), said)
}

// refused says that surely nothing happened.
func (r reply) refused() bool { return !r.sent || r.status >= 400 && r.status < 500 }

func (r reply) hint() string {
	switch {
	case !r.sent:
		return "look whether it runs and can be reached from here"
	case r.status == http.StatusUnauthorized, r.status == http.StatusForbidden:
		return "look whether token is the one that it expects"
	case r.status == http.StatusNotFound, r.status == http.StatusMethodNotAllowed:
		return "look whether the address is right"
	case r.status >= 300 && r.status < 400:
		return "give the address that it redirects to"
	}
	return "look into its log"
}
