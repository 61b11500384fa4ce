package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"
)

// service starts an application that mounts a credential, reloads it when told
// and says which version it uses, and adds it to an inventory as the consumer
// "service": service mounts/api-client rotadeck.toml.
func service(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: service mount inventory")
	}
	mount := ts.MkAbs(args[0])
	var inUse atomic.Value
	inUse.Store("")
	mux := http.NewServeMux()
	mux.HandleFunc("POST /reload", func(w http.ResponseWriter, _ *http.Request) {
		version, err := os.ReadFile(filepath.Join(mount, "version"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		inUse.Store(string(version))
	})
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"version": inUse.Load(), "requests": 7}) // the client sees a broken answer
	})
	server := httptest.NewServer(mux)
	ts.Defer(server.Close)
	inventory, err := os.OpenFile(ts.MkAbs(args[1]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	_, err = fmt.Fprintf(inventory, "[[consumers]]\nname = \"service\"\nprovider = \"http\"\nurl = \"%s/reload\"\nstatus_url = \"%[1]s/status\"\n", server.URL)
	ts.Check(errors.Join(err, inventory.Close()))
}
