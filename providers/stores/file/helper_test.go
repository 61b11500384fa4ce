package file_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/stores/file"
)

// TestMain lets a test start this binary again as another process, for what is
// per process: umask, user, limits and death.
func TestMain(m *testing.M) {
	if task := os.Getenv("HELPER"); task != "" {
		if err := help(task); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v", engine.OutcomeOf(err), err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func help(task string) error {
	if umask, err := strconv.ParseInt(os.Getenv("UMASK"), 8, 0); err == nil {
		syscall.Umask(int(umask))
	}
	if limit, err := strconv.ParseUint(os.Getenv("FILE_SIZE"), 10, 64); err == nil {
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			return err
		}
	}
	if os.Getenv("NOBODY") != "" && os.Geteuid() == 0 {
		if err := syscall.Setuid(65534); err != nil {
			return err
		}
	}
	store, err := file.New(engine.Part{Settings: engine.Settings{"path": os.Getenv("PATH"), "mode": os.Getenv("MODE")}}, nil)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		if err := saveNext(store); err != nil || task == "save" {
			return err
		}
	}
}

// saveNext saves a version, numbered from 1, in the slot that is not active.
func saveNext(store *file.Store) error {
	ctx := context.Background()
	holding, err := store.Load(ctx, key)
	if err != nil && !errors.Is(err, engine.ErrNotFound) {
		return err
	}
	next := holding.Active.Other()
	number, _ := strconv.Atoi(holding.Run) // the first has none
	holding = holding.WithPending(next, database(fmt.Sprint(number+1))).Published(next).Trimmed(1)
	holding.Run = fmt.Sprint(number + 1)
	return store.Save(ctx, key, holding)
}

func helper(t *testing.T, task string, settings ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(settings, "HELPER="+task, "GORACE=atexit_sleep_ms=0")
	return cmd
}

func runHelper(t *testing.T, task string, settings ...string) {
	t.Helper()
	if out, err := helper(t, task, settings...).CombinedOutput(); err != nil {
		t.Fatalf("helper: %v: %s", err, out)
	}
}
