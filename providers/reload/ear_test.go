package reload

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/rotadeck/rotadeck/providers/reload/reloadtest"
)

// TestDeafEarLeavesItToPolling has no notifications, as where the limit of
// inotify instances is reached.
func TestDeafEarLeavesItToPolling(t *testing.T) {
	t.Parallel()
	mount := reloadtest.NewMount(t, map[string]string{"version": "1"})
	taken := make(chan string, 10)
	take := func(_ context.Context, c Credential) error { taken <- c.Version(); return nil }
	var log strings.Builder
	options := Options{Poll: time.Millisecond, Logger: slog.New(slog.NewTextHandler(&log, nil))}.withDefaults()
	w := &Watcher{options: options, asked: make(chan chan<- error), done: make(chan struct{})}
	k := &keeper{watcher: w, dir: mount.Dir, take: take, options: options}
	k.ear = newEar(mount.Dir, options.Logger, func() (*fsnotify.Watcher, error) { return nil, errLimit })
	if !strings.Contains(log.String(), "changes are found by polling") || !strings.Contains(log.String(), errLimit.Error()) {
		t.Errorf("logged %q", log.String())
	}
	ctx, stop := context.WithCancel(t.Context())
	w.stop = stop
	go func() { defer close(w.done); k.run(ctx) }()
	defer w.Close()
	if got := <-taken; got != "1" {
		t.Errorf("took up %s", got)
	}
	mount.Turn(map[string]string{"version": "2"})
	if got := <-taken; got != "2" {
		t.Errorf("took up %s", got)
	}
}

type limitError struct{}

func (limitError) Error() string { return "too many open files" }

var errLimit limitError

// TestEarHearsOnlyOfItsMount has neighbours.
func TestEarHearsOnlyOfItsMount(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mount")
	reloadtest.WriteFiles(t, dir, map[string]string{"version": "1"})
	e := newEar(dir, slog.New(slog.DiscardHandler), fsnotify.NewWatcher)
	defer e.close()
	for name, want := range map[string]bool{
		dir: true, filepath.Join(dir, "version"): true, filepath.Join(filepath.Dir(dir), "neighbour"): false, dir + "2": false,
	} {
		if got := e.heard(fsnotify.Event{Name: name, Op: fsnotify.Create}, true); got != want {
			t.Errorf("an event at %s is heard: %t", name, got)
		}
	}
	if e.heard(fsnotify.Event{}, false) || e.events() != nil || e.errors() != nil {
		t.Error("it listens to what is closed")
	}
}
