package secretref

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// canary is the secret of these tests. No error may repeat it.
const canary = "CANARY-hunter2"

func TestMain(m *testing.M) {
	if err := errors.Join(os.Setenv("SECRETREF_TEST", canary), os.Setenv("SECRETREF_EMPTY", "")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// setup returns a resolver with a store "vault" that holds two entries.
func setup(t *testing.T) *Resolver {
	t.Helper()
	store := enginetest.NewStore()
	for _, key := range []string{"orders-db", "staging/orders-db"} {
		holding := engine.Holding{}.WithPending(engine.SlotA, engine.Version{Material: engine.Material{
			engine.FieldUsername: secret.FromText("orders_a"),
			engine.FieldPassword: secret.FromText(canary),
			engine.FieldKey:      secret.FromText(canary + "\n"),
			"empty":              secret.FromText(""),
		}}).Published(engine.SlotA)
		holding = holding.WithPending(engine.SlotB, engine.Version{Material: engine.Material{
			engine.FieldPassword: secret.FromText("not published"),
		}})
		if err := store.Save(t.Context(), key, holding); err != nil {
			t.Fatal(err)
		}
	}
	return New(func(name string) (engine.Store, error) {
		if name != "vault" {
			return nil, fmt.Errorf("there is no store %s", name)
		}
		return store, nil
	})
}

func write(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestResolve(t *testing.T) {
	t.Parallel()
	r := setup(t)
	tests := map[string]struct{ ref, want string }{
		"environment":            {"env:SECRETREF_TEST", canary},
		"file":                   {"file:" + write(t, canary, 0o600), canary},
		"file with newline":      {"file:" + write(t, canary+"\n", 0o400), canary},
		"file with CRLF":         {"file:" + write(t, canary+"\r\n", 0o600), canary},
		"file with two newlines": {"file:" + write(t, canary+"\n\n", 0o600), canary + "\n"},
		"file with spaces":       {"file:" + write(t, "  a b  \n", 0o600), "  a b  "},
		"file with binary":       {"file:" + write(t, "\x00\xff\x00", 0o600), "\x00\xff\x00"},
		"store, password":        {"store:vault/orders-db", canary},
		"store, field":           {"store:vault/orders-db/username", "orders_a"},
		"store, field as it is":  {"store:vault/orders-db/tls.key", canary + "\n"},
		"store, key with slash":  {"store:vault/staging/orders-db/password", canary},
		"command":                {"cmd:echo " + canary, canary},
		"command in a shell":     {`cmd:printf '%s' "$SECRETREF_TEST" | tr a-z a-z`, canary},
		"command with talk":      {"cmd:echo please wait >&2; echo " + canary, canary},
		"command without input":  {"cmd:cat; echo " + canary, canary},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := r.Resolve(t.Context(), parse(t, test.ref))
			if err != nil {
				t.Fatal(err)
			}
			if got.Text() != test.want {
				t.Errorf("got %q, want %q", got.Text(), test.want)
			}
		})
	}
}

func parse(t *testing.T, text string) secret.Ref {
	t.Helper()
	ref, err := secret.ParseRef(text)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestResolveFails(t *testing.T) {
	t.Parallel()
	r := setup(t)
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ ref, text, hint string }{
		"variable unset":     {"env:SECRETREF_UNSET", "the environment variable SECRETREF_UNSET is not set", "set it"},
		"variable empty":     {"env:SECRETREF_EMPTY", "the secret at env:SECRETREF_EMPTY is empty", ""},
		"file absent":        {"file:/nonexistent/x", "the secret in /nonexistent/x cannot be read: no such file or directory", ""},
		"file empty":         {"file:" + write(t, "\n", 0o600), "is empty", ""},
		"file open to all":   {"file:" + write(t, canary, 0o644), "can be read or changed by others than its owner (mode 0644)", "chmod 600 /"},
		"file too large":     {"file:" + write(t, strings.Repeat(canary, 10_000), 0o600), "larger than a secret", ""},
		"folder":             {"file:/", "/ is not a regular file", "cmd:"},
		"pipe":               {"file:" + pipe, "is not a regular file", "cmd:"},
		"no such store":      {"store:valut/orders-db", "the store of store:valut/orders-db cannot be opened: there is no store valut", ""},
		"no such entry":      {"store:vault/nothing", "memory store nothing has no entry", "put it there"},
		"no such field":      {"store:vault/orders-db/pasword", `memory store orders-db has no field "pasword"`, "did you mean store:vault/orders-db/password?"},
		"no field like it":   {"store:vault/orders-db/xyz", "has no field", "its fields are: empty, password, tls.key, username"},
		"field empty":        {"store:vault/orders-db/empty", "is empty", ""},
		"command fails":      {"cmd:echo $SECRETREF_TEST; echo vault is sealed >&2; exit 3", "failed: exit status 3", "it said: vault is sealed"},
		"command tells":      {"cmd:echo $SECRETREF_TEST; echo got $SECRETREF_TEST >&2; exit 1", "exit status 1", "it said: got " + secret.Mask},
		"command traced":     {"cmd:set -x; echo $SECRETREF_TEST; false", "exit status 1", "it said: + echo " + secret.Mask},
		"command tells much": {"cmd:echo $SECRETREF_TEST; head -c 495 /dev/zero | tr '\\0' x >&2; echo $SECRETREF_TEST >&2; exit 1", "exit status 1", "x" + secret.Mask[:3]},
		"command unknown":    {"cmd:/nonexistent/pass show", "exit status 127", "not found"},
		"command silent":     {"cmd:true", "the secret at cmd:true is empty", ""},
		"command talks":      {"cmd:head -c 100000 /dev/zero", "printed more than a secret can be", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := r.Resolve(t.Context(), parse(t, test.ref))
			var problem *engine.Problem
			if !errors.As(err, &problem) {
				t.Fatalf("got %v, want a problem", err)
			}
			if !strings.Contains(problem.Error(), test.text) || !strings.Contains(problem.Hint, test.hint) {
				t.Errorf("got %q with hint %q, want %q with hint %q", problem.Error(), problem.Hint, test.text, test.hint)
			}
			if all := problem.Error() + problem.Hint; strings.Contains(all, canary) || strings.Contains(all, canary[:8]) {
				t.Errorf("the secret is in the problem: %s", all)
			}
		})
	}
}

func TestResolveHonoursCancel(t *testing.T) {
	t.Parallel()
	r := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, ref := range []string{"env:SECRETREF_TEST", "file:/etc/hostname", "store:vault/orders-db", "cmd:echo a"} {
		if _, err := r.Resolve(ctx, parse(t, ref)); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want context.Canceled", ref, err)
		}
	}
	if _, err := r.Resolve(t.Context(), secret.Ref{}); err == nil {
		t.Error("the zero reference resolved to something")
	}
}
