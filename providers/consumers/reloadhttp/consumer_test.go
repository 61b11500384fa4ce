package reloadhttp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/consumers/reloadhttp"
)

const token = "canary-token"

// vault resolves every reference to token.
type vault struct{}

func (vault) Resolve(_ context.Context, ref secret.Ref) (*secret.Secret, error) {
	if ref.Value == "MISSING" {
		return nil, errors.New("not set")
	}
	return secret.FromText(token), nil
}

func settings(address string) engine.Settings {
	return engine.Settings{
		"url": address + "/reload", "status_url": address + "/status",
		"token": secret.Ref{Scheme: secret.SchemeEnv, Value: "TOKEN"},
	}
}

func newConsumer(t *testing.T, s engine.Settings) engine.Consumer {
	t.Helper()
	consumer, err := reloadhttp.New(engine.Part{Name: "orders-api", Settings: s}, vault{})
	if err != nil {
		t.Fatal(err)
	}
	return consumer
}

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

const fullStatus = `{"version": "v1", "fingerprint": "f1", "identity": "orders_a",
	"since": "2026-03-01T09:30:00Z", "requests": 123, "failed": 4}`

func TestConformance(t *testing.T) {
	t.Parallel()
	enginetest.ConsumerSuite(t, func(t *testing.T) enginetest.ConsumerKit {
		var reloads atomic.Int64
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer "+token {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			switch r.Method + " " + r.URL.Path {
			case "POST /reload":
				reloads.Add(1)
				w.WriteHeader(http.StatusNoContent)
			case "GET /status":
				fmt.Fprintln(w, fullStatus)
			default:
				w.WriteHeader(http.StatusNotFound)
			}
		})
		return enginetest.ConsumerKit{
			Name: "orders-api", Consumer: newConsumer(t, settings(server.URL)),
			Reloads: func() int { return int(reloads.Load()) }, Stop: server.Close,
			Usage: engine.Usage{
				Version: "v1", Fingerprint: "f1", Identity: "orders_a",
				Since: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC), Requests: 123, Failed: 4,
			},
		}
	})
}

func TestReloadSaysHowItFailed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		handler http.HandlerFunc
		want    string
		outcome engine.Outcome
	}{
		"unauthorized": {answer(401, "who are you"), "it answered 401 Unauthorized: who are you", engine.NotApplied},
		"not found":    {answer(404, ""), "it answered 404 Not Found", engine.NotApplied},
		"failed":       {answer(500, "no\n\x1b[31mdatabase\x00"), "500 Internal Server Error: no [31mdatabase", engine.Unknown},
		"long":         {answer(502, strings.Repeat("x ", 1<<20)), strings.Repeat("x ", 98) + "x…", engine.Unknown},
		"echo": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprint(w, r.Header)
		}, secret.Mask, engine.Unknown},
		"hangs up": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF", engine.Unknown},
		"silent": {func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		}, "no answer within 200ms", engine.Unknown},
		"turns the post into a get": {func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				http.Redirect(w, r, "/elsewhere", http.StatusFound)
			}
		}, "it answered 302 Found", engine.Unknown},
		"circle": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/reload", http.StatusTemporaryRedirect)
		}, "it answered 307 Temporary Redirect", engine.Unknown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := settings(serve(t, test.handler).URL)
			s["timeout"] = 10 * time.Second
			if name == "silent" {
				s["timeout"] = 200 * time.Millisecond
			}
			err := newConsumer(t, s).Reload("orders-db").Apply(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) || engine.AsProblem(err).Hint == "" {
				t.Fatalf("got %v, want %q and a hint", err, test.want)
			}
			if got := engine.OutcomeOf(err); got != test.outcome {
				t.Errorf("outcome %q, want %q", got, test.outcome)
			}
			if strings.Contains(err.Error(), token) || len(err.Error()) > 1000 {
				t.Errorf("the error shows the token, or is long: %v", err)
			}
		})
	}
}

func TestNothingIsSentWithoutATokenOrAPeer(t *testing.T) {
	t.Parallel()
	tests := map[string]func(s engine.Settings){
		"no token": func(s engine.Settings) { s["token"] = secret.Ref{Scheme: secret.SchemeEnv, Value: "MISSING"} },
		"no peer":  func(s engine.Settings) { s["url"] = closedAddress() + "/reload" },
		"no TLS":   func(s engine.Settings) { s["url"] = strings.Replace(s.Text("url"), "http:", "https:", 1) },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := settings(serve(t, answer(200, "")).URL)
			spoil(s)
			err := newConsumer(t, s).Reload("orders-db").Apply(t.Context())
			if err == nil || engine.OutcomeOf(err) != engine.NotApplied || strings.Contains(err.Error(), token) {
				t.Errorf("got %v (%s), want not applied", err, engine.OutcomeOf(err))
			}
		})
	}
}

// closedAddress was served a moment ago.
func closedAddress() string {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	return server.URL
}

func TestRedirectsStayAtTheHost(t *testing.T) {
	t.Parallel()
	var strayed atomic.Int64
	other := serve(t, func(http.ResponseWriter, *http.Request) { strayed.Add(1) })
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/reload":
			http.Redirect(w, r, "/v2/reload", http.StatusPermanentRedirect)
		case "/v2/reload":
			if r.Method != http.MethodPost || r.Header.Get("Authorization") != "Bearer "+token {
				w.WriteHeader(http.StatusForbidden)
			}
		default:
			http.Redirect(w, r, other.URL+"/status", http.StatusTemporaryRedirect)
		}
	})
	consumer := newConsumer(t, settings(server.URL))
	if err := consumer.Reload("orders-db").Apply(t.Context()); err != nil {
		t.Errorf("a redirect at the same host: %v", err)
	}
	if _, err := consumer.(engine.Reporter).Usage(t.Context()); err == nil || strayed.Load() != 0 {
		t.Errorf("a redirect to another host was followed %d times: %v", strayed.Load(), err)
	}
}

func TestUsageIsStrict(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body string
		want string // "" for accepted
	}{
		"all":        {fullStatus, ""},
		"a part":     {`{"version": "v1"}` + "\n", ""},
		"unknown":    {`{"version": "v1", "more": 1}`, "unknown field"},
		"two":        {`{"version": "v1"} {"version": "v2"}`, "something follows"},
		"broken":     {`{"version": "v1"`, "no status"},
		"wrong type": {`{"version": 1}`, "no status"},
		"negative":   {`{"requests": -1}`, "no status"},
		"no time":    {`{"since": "yesterday"}`, "no status"},
		"page":       {`<html>welcome`, "no status"},
		"empty":      {``, "no status"},
		"endless":    {`{"version": "` + strings.Repeat("x", 1<<20), "longer than"},
		"padded":     {`{"version": "v1"}` + strings.Repeat(" ", 1<<20), "longer than"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, test.body) }) // cut off
			usage, err := newConsumer(t, settings(server.URL)).(engine.Reporter).Usage(t.Context())
			switch {
			case test.want == "" && (err != nil || usage.Version != "v1"):
				t.Errorf("got %+v, %v", usage, err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || usage.Version != ""):
				t.Errorf("got %+v, %v, want %q", usage, err, test.want)
			}
		})
	}
}

func TestUsageTellsOfAProblem(t *testing.T) {
	t.Parallel()
	server := serve(t, answer(200, `{"version": "v1", "problem": "the new one is\u001b[31m refused"}`))
	usage, err := newConsumer(t, settings(server.URL)).(engine.Reporter).Usage(t.Context())
	if err != nil || usage.Problem != "the new one is [31m refused" {
		t.Errorf("got %+v, %v", usage, err)
	}
}

func TestNewChecksAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "orders:8080", "/reload", "ftp://host/x", "http://", "http://ada:canary@host/x", "http://%zz"} {
		for _, s := range []engine.Settings{{"url": address}, {"url": "http://host/x", "status_url": address}} {
			_, err := reloadhttp.New(engine.Part{Name: "orders-api", Settings: s}, vault{})
			if err == nil && s.Text("status_url") == "" && s.Text("url") == "http://host/x" {
				continue // no status_url is fine
			}
			if err == nil || strings.Contains(err.Error(), "canary") {
				t.Errorf("New with %v: %v", s, err)
			}
		}
	}
}

func TestWithoutStatusItReportsNothing(t *testing.T) {
	t.Parallel()
	consumer := newConsumer(t, engine.Settings{"url": "http://127.0.0.1:1/reload"})
	if _, able := consumer.(engine.Reporter); able {
		t.Error("a consumer without status_url claims to report: verify would wait for it in vain")
	}
	if got := consumer.Reload("orders-db").Statement; got != "POST http://127.0.0.1:1/reload" {
		t.Errorf("statement %q", got)
	}
}
