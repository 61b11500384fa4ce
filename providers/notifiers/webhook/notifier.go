// Package webhook tells people how a run went by POSTing JSON to an address,
// which is a secret: whoever knows it can post.
//
//	[[notifiers]]
//	name     = "ops-channel"
//	provider = "webhook"
//	url      = "env:OPS_WEBHOOK"
//
// The body is an engine.Summary with one more member, text, a line for humans.
// Chat systems that take {"text": "…"} show it as a message. In Go:
//
//	notifier, err := webhook.New(part, secrets)
//	err = notifier.Notify(ctx, run.Wait())
package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Notifier posts to one address. Its methods are safe for concurrent use.
type Notifier struct {
	name    string
	url     secret.Ref
	timeout time.Duration
	secrets secret.Resolver
	client  *http.Client
}

var _ engine.Notifier = (*Notifier)(nil)

const defaultTimeout = 10 * time.Second

// Describe is the schema of the provider.
func Describe() engine.Provider {
	return engine.Provider{
		Role: engine.RoleNotifier,
		Name: "webhook",
		Doc:  "posts a summary of each run, as JSON, to an address",
		Settings: []engine.Setting{
			{Name: "url", Type: engine.TypeSecret, Required: true, Doc: "the address, which is a secret"},
			{Name: "timeout", Type: engine.TypeDuration, Default: defaultTimeout, Doc: "for each post"},
		},
	}
}

// New returns the notifier that part describes. It does not dial and does not
// resolve the address.
func New(part engine.Part, secrets secret.Resolver) (*Notifier, error) {
	n := &Notifier{
		name: part.Name, url: part.Settings.Secret("url"), timeout: part.Settings.Duration("timeout"), secrets: secrets,
		// Wherever it redirects to is not the address that was given.
		client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	if n.url.IsZero() {
		return nil, engine.NewProblem(nil, `set url = "env:OPS_WEBHOOK" or another reference`, "the notifier %q has no url", n.name)
	}
	if n.timeout <= 0 {
		n.timeout = defaultTimeout
	}
	return n, nil
}

// Where names the notifier, not its address.
func (n *Notifier) Where() string { return n.name + " by the webhook of " + n.url.String() }

// message is a summary with a line for humans.
type message struct {
	Text string `json:"text"`
	engine.Summary
}

// Notify posts and expects a 2xx status. Its error is an *engine.Problem in
// which nothing of the address stands.
func (n *Notifier) Notify(ctx context.Context, summary engine.Summary) error {
	ctx, cancel := context.WithTimeout(ctx, n.timeout)
	defer cancel()
	body, err := json.Marshal(message{Text: line(summary), Summary: summary})
	if err != nil {
		return engine.NewProblem(err, "", "%s cannot be told", n.Where())
	}
	address, err := n.secrets.Resolve(ctx, n.url)
	if err != nil {
		return engine.NewProblem(err, "look whether the reference is right", "%s cannot be told", n.Where())
	}
	defer address.Close()
	if err := n.post(ctx, address.Text(), body); err != nil {
		return engine.NewProblem(err, "look whether the address behind the reference is right and can be reached", "%s was not told", n.Where())
	}
	return nil
}

func (n *Notifier) post(ctx context.Context, address string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil || request.URL.Host == "" || request.URL.Scheme != "http" && request.URL.Scheme != "https" {
		return errors.New("the reference does not lead to an address of the form https://host/path")
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := n.client.Do(request)
	if err != nil {
		return reason(ctx, err)
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Errorf("it answered %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	}
	return nil
}

// reason tells what kind of error it is, because the error's own text repeats
// the address or its host.
func reason(ctx context.Context, err error) error {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &dns):
		return errors.New("its host is not known")
	case errors.Is(err, syscall.ECONNREFUSED):
		return syscall.ECONNREFUSED
	case errors.As(err, &certificate):
		return errors.New("its certificate does not verify")
	}
	return errors.New("the connection failed")
}
