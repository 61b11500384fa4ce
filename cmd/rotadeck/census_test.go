package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// counted are so many sessions of the spare slot, and one of the published.
func counted(spare int) engine.Users {
	u := engine.Users{
		Credential: "orders-db", At: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC), Active: engine.SlotB, Counted: true,
		Identities: map[engine.Slot]string{engine.SlotA: "orders_a", engine.SlotB: "orders_b"},
		Sessions:   []engine.Session{{Slot: engine.SlotB, Application: "orders-api", Client: "10.0.0.4"}},
		Consumers:  []engine.Usage{{Consumer: "orders-api", Version: "3f2a91bc07"}},
	}
	for range spare {
		u.Sessions = append(u.Sessions, engine.Session{Slot: engine.SlotA, Application: "cron"})
	}
	return u
}

func TestFollowUsers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		json  bool
		lines []string
	}{
		"text": {false, []string{
			"2026-03-14T09:26:53Z spare, orders_a (slot a): 1 session; published, orders_b (slot b): 1 session; orders-api: 3f2a91bc07",
			"2026-03-14T09:26:53Z spare, orders_a (slot a): 0 sessions; published, orders_b (slot b): 1 session; orders-api: 3f2a91bc07",
		}},
		"json": {true, []string{`{"credential":"orders-db",`, `{"credential":"orders-db",`, `{"credential":"orders-db",`, `{"credential":"orders-db",`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			left := []int{2, 1, 1, 0, 0}
			count := func(context.Context, string) (engine.Users, error) {
				if left = left[1:]; len(left) == 0 {
					cancel()
					return engine.Users{}, ctx.Err()
				}
				return counted(left[0]), nil
			}
			var out strings.Builder
			err := followUsers(ctx, &out, c.json, counted(2), time.Microsecond, count)
			if exitCode(err) != exitInterrupted {
				t.Errorf("ends with %v", err)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if len(lines) != len(c.lines) {
				t.Fatalf("told\n%s", out.String())
			}
			for i, want := range c.lines {
				if !strings.HasPrefix(lines[i], want) {
					t.Errorf("line %d is %q, want %q", i, lines[i], want)
				}
			}
		})
	}
}

func TestFollowUsersFails(t *testing.T) {
	t.Parallel()
	down := errors.New("the store does not answer")
	err := followUsers(t.Context(), &strings.Builder{}, false, counted(1), time.Microsecond,
		func(context.Context, string) (engine.Users, error) { return engine.Users{}, down })
	if !errors.Is(err, down) {
		t.Errorf("err = %v", err)
	}
}
