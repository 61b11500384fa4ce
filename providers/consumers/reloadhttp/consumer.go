// Package reloadhttp makes a consumer read its credentials anew by an HTTP
// request, and asks it which one it uses:
//
//	[[consumers]]
//	name       = "orders-api"
//	provider   = "http"
//	url        = "http://127.0.0.1:8080/-/reload"
//	status_url = "http://127.0.0.1:8080/-/credential"
//	token      = "env:ORDERS_TOKEN"
//
// A POST to url is answered with any 2xx status once the consumer uses what it
// mounts now. A GET of status_url is answered with this and nothing more; every
// member may be left out:
//
//	{"version": "…", "fingerprint": "…", "identity": "orders_a",
//	 "since": "2026-03-01T09:30:00Z", "requests": 123, "failed": 0,
//	 "problem": ""}
//
// A problem is why the consumer does not use what it mounts; it does not count
// as one that does. Package reload serves both for services in Go.
//
// In Go:
//
//	consumer, err := reloadhttp.New(part, secrets)
//	err = consumer.Reload("orders-db").Apply(ctx)
//	usage, err := consumer.(engine.Reporter).Usage(ctx)
package reloadhttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Consumer is an application with an address to POST to. Its methods are safe
// for concurrent use.
type Consumer struct {
	name    string
	url     string
	token   secret.Ref // zero: none is sent
	timeout time.Duration
	secrets secret.Resolver
	client  *http.Client
}

var _ engine.Consumer = (*Consumer)(nil)

const defaultTimeout = 10 * time.Second

// Describe is the schema of the provider.
func Describe() engine.Provider {
	return engine.Provider{
		Role: engine.RoleConsumer,
		Name: "http",
		Doc:  "an application that reads its credentials anew when it is asked to over HTTP",
		Settings: []engine.Setting{
			{Name: "url", Type: engine.TypeText, Required: true, Check: checkAddress, Doc: "address that a POST makes reload"},
			{Name: "status_url", Type: engine.TypeText, Check: checkAddress, Doc: "address that tells which credential is in use"},
			{Name: "token", Type: engine.TypeSecret, Doc: "bearer token for both"},
			{Name: "timeout", Type: engine.TypeDuration, Default: defaultTimeout, Doc: "for each request"},
		},
	}
}

// checkAddress accepts absolute addresses without a password: addresses are
// shown.
func checkAddress(value any) error {
	text, _ := value.(string)
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return errors.New("is no address of the form http://host:port/path")
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return errors.New("must begin with http://host or https://host")
	case u.User != nil:
		return errors.New("must hold no user or password: use token")
	}
	return nil
}

// New returns the consumer that part describes; with a status_url, it is an
// engine.Reporter too. It does not dial.
func New(part engine.Part, secrets secret.Resolver) (engine.Consumer, error) {
	s := part.Settings
	c := &Consumer{
		name: part.Name, url: s.Text("url"), token: s.Secret("token"), timeout: s.Duration("timeout"),
		secrets: secrets, client: &http.Client{CheckRedirect: stayAtHost},
	}
	if c.timeout <= 0 {
		c.timeout = defaultTimeout
	}
	if err := checkAddress(c.url); err != nil {
		return nil, engine.NewProblem(err, `set url = "http://127.0.0.1:8080/-/reload"`, "the url of the consumer %q cannot be used", c.name)
	}
	status := s.Text("status_url")
	if status == "" {
		return c, nil
	}
	if err := checkAddress(status); err != nil {
		return nil, engine.NewProblem(err, `set status_url = "http://127.0.0.1:8080/-/credential"`,
			"the status_url of the consumer %q cannot be used", c.name)
	}
	return &Reporter{Consumer: c, url: status}, nil
}

// stayAtHost follows redirects only where the token may go, and only if they
// do not make a GET of a POST, which would reload nothing.
func stayAtHost(next *http.Request, via []*http.Request) error {
	first := via[0]
	if next.URL.Host != first.URL.Host || next.URL.Scheme != first.URL.Scheme || next.Method != first.Method || len(via) > 3 {
		return http.ErrUseLastResponse
	}
	return nil
}

// Where names the consumer and its address.
func (c *Consumer) Where() string { return c.name + " at " + c.url }

// Reload sends the POST. Its error is engine.NotApplied when no request went
// out or the consumer refused it (4xx), and else leaves open what happened.
func (c *Consumer) Reload(credential string) engine.Change {
	return engine.Change{
		Name:      "reload-" + c.name,
		What:      fmt.Sprintf("make %s read %s anew", c.name, credential),
		Where:     c.Where(),
		Statement: "POST " + c.url,
		Command:   c.curl("-X POST", c.url),
		Undo:      "reload again",
		Apply:     c.reload,
	}
}

func (c *Consumer) reload(ctx context.Context) error {
	reply, err := c.ask(ctx, http.MethodPost, c.url, nil)
	if err == nil {
		return nil
	}
	err = engine.NewProblem(err, reply.hint(), "%s did not reload", c.Where())
	if reply.refused() {
		return engine.NotAppliedError(err)
	}
	return err
}
