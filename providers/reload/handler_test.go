package reload_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/providers/reload"
)

// source is a credential in use that only says what it is told to.
type source struct {
	status reload.Status
	err    error
}

func (s source) Status() reload.Status        { return s.status }
func (s source) Reload(context.Context) error { return s.err }

func TestHandler(t *testing.T) {
	t.Parallel()
	sound := source{status: reload.Status{Version: "7", Identity: "orders_a", Since: time.Unix(1e9, 0).UTC(), Requests: 5, Failed: 1}}
	failing := source{err: errors.New("no login")}
	const bearer = "Bearer the-token"
	for name, c := range map[string]struct {
		source        reload.Source
		token, method string
		authorization string
		status        int
		body          string
	}{
		"status":               {sound, "", "GET", "", 200, `{"version":"7","fingerprint":"","identity":"orders_a","since":"2001-09-09T01:46:40Z","requests":5,"failed":1}` + "\n"},
		"reload":               {sound, "", "POST", "", 204, ""},
		"reload fails":         {failing, "", "POST", "", 500, "no login\n"},
		"other methods":        {sound, "", "DELETE", "", 405, "Method Not Allowed\n"},
		"with the token":       {sound, "the-token", "POST", bearer, 204, ""},
		"in small letters":     {sound, "the-token", "POST", "bearer the-token", 204, ""},
		"without the token":    {sound, "the-token", "GET", "", 401, "the bearer token is missing or wrong\n"},
		"with a part of it":    {sound, "the-token", "POST", "Bearer the-toke", 401, "the bearer token is missing or wrong\n"},
		"with another scheme":  {sound, "the-token", "POST", "Basic the-token", 401, "the bearer token is missing or wrong\n"},
		"with one for nothing": {sound, "", "POST", bearer, 204, ""},
	} {
		request := httptest.NewRequest(c.method, "/-/credential", nil)
		if c.authorization != "" {
			request.Header.Set("Authorization", c.authorization)
		}
		answer := httptest.NewRecorder()
		reload.Handler(c.source, c.token).ServeHTTP(answer, request)
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.Code != c.status || string(body) != c.body {
			t.Errorf("%s: %d %q, want %d %q", name, answer.Code, body, c.status, c.body)
		}
		if c.status == http.StatusUnauthorized && answer.Header().Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: no challenge", name)
		}
		if answer.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: may be cached", name)
		}
	}
}

func TestStatusTellsOfAProblem(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(reload.Status{Problem: "refused"})
	if err != nil || !strings.Contains(string(text), `"problem":"refused"`) {
		t.Errorf("%s, %v", text, err)
	}
}

func TestCounter(t *testing.T) {
	t.Parallel()
	var none *reload.Counter
	none.Add(nil)
	if requests, failed := none.Count(); requests+failed != 0 {
		t.Error("no counter counts")
	}
	var c reload.Counter
	c.Add(nil)
	c.Add(errors.New("x"))
	if requests, failed := c.Count(); requests != 2 || failed != 1 {
		t.Errorf("counted %d, %d failed", requests, failed)
	}
}
