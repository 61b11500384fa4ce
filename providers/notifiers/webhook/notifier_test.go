package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/notifiers/webhook"
)

const canary = "canary-77aa"

// vault resolves every reference to itself.
type vault string

func (v vault) Resolve(context.Context, secret.Ref) (*secret.Secret, error) {
	if v == "" {
		return nil, errors.New("not set")
	}
	return secret.FromText(string(v)), nil
}

func newNotifier(t *testing.T, address string) *webhook.Notifier {
	t.Helper()
	return newNotifierWithin(t, address, time.Minute)
}

func newNotifierWithin(t *testing.T, address string, timeout time.Duration) *webhook.Notifier {
	t.Helper()
	notifier, err := webhook.New(engine.Part{Name: "ops-channel", Settings: engine.Settings{
		"url": secret.Ref{Scheme: secret.SchemeEnv, Value: "OPS_WEBHOOK"}, "timeout": timeout,
	}}, vault(address))
	if err != nil {
		t.Fatal(err)
	}
	return notifier
}

func TestConformance(t *testing.T) {
	t.Parallel()
	enginetest.NotifierSuite(t, func(t *testing.T) enginetest.NotifierKit {
		var mu sync.Mutex
		var received []string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil || r.Method != http.MethodPost || r.URL.Path != "/"+canary || r.Header.Get("Content-Type") != "application/json" {
				w.WriteHeader(http.StatusBadRequest)
			}
			mu.Lock()
			defer mu.Unlock()
			received = append(received, string(body))
		}))
		t.Cleanup(server.Close)
		return enginetest.NotifierKit{
			Name: "ops-channel", Notifier: newNotifier(t, server.URL+"/"+canary), Secret: canary, Stop: server.Close,
			Received: func() []string {
				mu.Lock()
				defer mu.Unlock()
				return received
			},
		}
	})
}

func TestTheBodyIsASummaryWithAText(t *testing.T) {
	t.Parallel()
	rotation := engine.Rotation{OldIdentity: "orders_a", NewIdentity: "orders_b", Operator: "ada", Host: "desk"}
	tests := map[string]struct {
		summary engine.Summary
		want    string
	}{
		"done": {
			engine.Summary{Run: "r1", Credential: "orders-db", Status: engine.StatusDone, Rotation: rotation},
			"orders-db: rotated, now orders_b (run r1 by ada on desk)",
		},
		"rolled back": {
			engine.Summary{Run: "r1", Credential: "orders-db", Status: engine.StatusRolledBack, Rotation: rotation},
			"orders-db: rolled back, again orders_a (run r1 by ada on desk)",
		},
		"stopped": {
			engine.Summary{
				Run: "r1", Credential: "orders-db", Status: engine.StatusStopped, Phase: engine.PhaseVerify, Rotation: rotation,
				Problem: engine.NewProblem(errors.New("cause"), "hint", "a session is left"),
			},
			"orders-db: stopped in phase verify, unfinished (run r1 by ada on desk): a session is left",
		},
		"names unknown": {engine.Summary{Run: "r1", Credential: "orders-db", Status: engine.StatusDone}, "orders-db: rotated"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got struct {
				Text string `json:"text"`
				engine.Summary
			}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
					w.WriteHeader(http.StatusBadRequest)
				}
			}))
			if err := newNotifier(t, server.URL).Notify(t.Context(), test.summary); err != nil {
				t.Fatal(err)
			}
			server.Close() // waits for the handler
			if got.Text != test.want {
				t.Errorf("text %q, want %q", got.Text, test.want)
			}
			if got.Run != test.summary.Run || got.Status != test.summary.Status || got.Rotation != test.summary.Rotation {
				t.Errorf("the peer got %+v", got.Summary)
			}
		})
	}
}

func TestErrorsHoldNothingOfTheAddress(t *testing.T) {
	t.Parallel()
	serve := func(handler http.HandlerFunc) string {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		return server.URL + "/" + canary
	}
	secured := httptest.NewUnstartedServer(http.NotFoundHandler())
	secured.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of a client that does not trust it
	secured.StartTLS()
	t.Cleanup(secured.Close)
	tests := map[string]struct{ address, want string }{
		"unset":           {"", "not set"},
		"no address":      {canary, "to an address of the form"},
		"no http":         {"file:///" + canary, "to an address of the form"},
		"malformed":       {"http://host/%zz" + canary, "to an address of the form"},
		"nobody there":    {closedAddress() + "/" + canary, "connection refused"},
		"bad certificate": {secured.URL + "/" + canary, "certificate does not verify"},
		"hangs up":        {serve(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "connection failed"},
		"silent": {serve(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then does a server notice that the client went
			<-r.Context().Done()
		}), "deadline exceeded"},
		"echo": {serve(func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, r.URL.String(), http.StatusTeapot)
		}), "it answered 418"},
		"redirect": {serve(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}), "it answered 307"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			timeout := time.Minute
			if name == "silent" {
				timeout = 300 * time.Millisecond
			}
			err := newNotifierWithin(t, test.address, timeout).Notify(t.Context(), engine.Summary{Run: "r1"})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %q", err, test.want)
			}
			text := err.Error() + engine.AsProblem(err).Hint
			if strings.Contains(text, canary) || strings.Contains(text, "127.0.0.1") {
				t.Errorf("the error shows the address: %s", text)
			}
		})
	}
}

func TestNewNeedsAnAddress(t *testing.T) {
	t.Parallel()
	if _, err := webhook.New(engine.Part{Name: "ops-channel"}, vault("x")); err == nil {
		t.Error("New accepts a notifier without url")
	}
}

// closedAddress was served a moment ago.
func closedAddress() string {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	return server.URL
}
