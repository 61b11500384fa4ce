package reload

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"
)

// Source is a credential in use: a Watcher, or what is built on one.
type Source interface {
	// Status may be called at any time and does not block.
	Status() Status
	// Reload takes up what is mounted now, and returns once that is in use.
	Reload(ctx context.Context) error
}

// Handler tells over HTTP which credential is in use, and takes up a new one
// when it is told to. It is what the http consumer of rotadeck talks to:
//
//   - GET is answered with the Status as JSON.
//   - POST is answered once what is mounted is in use, with 204, or with 500 and
//     the reason in plain text; the old credential then stays in use. When the
//     mount holds what is in use, there is nothing to do and the answer is 204.
//
// With a token, requests must bear it (RFC 6750) and are answered with 401 if
// they do not.
func Handler(source Source, token string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(source.Status()) // it fails only if the client is gone
	})
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		if err := source.Reload(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return guarded(mux, token)
}

func guarded(next http.Handler, token string) http.Handler {
	want := sha256.Sum256([]byte(token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		// Digests have one length, so that the comparison tells nothing of the
		// token's.
		scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(given))
		if token != "" && (!strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(got[:], want[:]) != 1) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "the bearer token is missing or wrong", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}
