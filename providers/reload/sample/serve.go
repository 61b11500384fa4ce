// Package sample is what the sample services beside it have in common: an HTTP
// server that ends gracefully and lets its credential be read anew.
//
//	err := sample.Serve(ctx, "127.0.0.1:8080", token, pool, func(r *http.Request) (string, error) { … })
package sample

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/rotadeck/rotadeck/providers/reload"
)

// Serve answers at address until ctx ends, and returns when the requests that
// are under way have been answered:
//
//   - GET / with what work returns
//   - GET and POST /-/credential, with the token, as reload.Handler
//
// The signal SIGHUP, too, has the credential read anew.
func Serve(ctx context.Context, address, token string, source reload.Source, work func(*http.Request) (string, error)) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	slog.Info("listening", "address", listener.Addr().String())
	server := &http.Server{Handler: routes(token, source, work), ReadHeaderTimeout: 5 * time.Second}
	var background sync.WaitGroup
	defer background.Wait()
	background.Go(func() { hangUps(ctx, source) })
	background.Go(func() {
		<-ctx.Done()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			slog.Warn("requests cut short", "cause", err)
		}
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func routes(token string, source reload.Source, work func(*http.Request) (string, error)) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/-/credential", reload.Handler(source, token))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		answer, err := work(r)
		if err != nil {
			slog.Warn("request failed", "cause", err)
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, answer)
	})
	return mux
}

// hangUps reads the credential anew at each SIGHUP, until ctx ends.
func hangUps(ctx context.Context, source reload.Source) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	defer signal.Stop(signals)
	for {
		select {
		case <-signals:
			_ = source.Reload(ctx) // its logger and its status tell
		case <-ctx.Done():
			return
		}
	}
}

// Token reads the file that holds the token of /-/credential; "" without a file.
func Token(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err == nil && len(text) == 0 {
		err = fmt.Errorf("%s is empty", path)
	}
	return string(text), err
}
