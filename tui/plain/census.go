package plain

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/sessions"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// WriteUsers prints who uses a credential: a line for each slot, then the
// sessions by application and client, then the consumers.
func WriteUsers(w io.Writer, u engine.Users) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "users of %s at %s\n", ui.Clean(u.Credential), stamp(u.At))
	if u.Problem != "" {
		fmt.Fprintf(&b, "sessions are not counted: %s\n", ui.Clean(u.Problem))
	}
	for _, slot := range []engine.Slot{u.Active.Other(), u.Active} {
		if u.Counted {
			fmt.Fprintln(&b, SlotUsers(u, slot))
		}
	}
	if len(u.Sessions) > 0 {
		table := newTable(&b, "SLOT", "COUNT", "APPLICATION", "CLIENT", "ENDPOINT", "OLDEST")
		for _, slot := range []engine.Slot{u.Active.Other(), u.Active} {
			for _, g := range sessions.Group(sessions.Of(u.Sessions, slot)) {
				table.row(string(slot), fmt.Sprint(g.Count), g.Application, g.Client, g.Endpoint, age(g.Oldest, u.At))
			}
		}
		_ = table.Flush() // into memory
	}
	if len(u.Consumers) > 0 {
		table := newTable(&b, "CONSUMER", "USES", "IDENTITY", "SINCE", "NOTE")
		for _, c := range u.Consumers {
			table.row(c.Consumer, cmp.Or(c.Version, c.Fingerprint), c.Identity, stamp(c.Since), consumerNote(c))
		}
		_ = table.Flush() // into memory
	}
	_, err := w.Write(b.Bytes())
	return err
}

// SlotUsers is how many sessions a slot has, in one line.
func SlotUsers(u engine.Users, slot engine.Slot) string {
	what := "spare"
	if slot == u.Active {
		what = "published"
	}
	return fmt.Sprintf("%s, %s: %s", what, side(slot, u.Identities[slot]), count(len(sessions.Of(u.Sessions, slot)), "session"))
}

func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// age words how old the oldest session is; some targets cannot tell.
func age(since, now time.Time) string {
	if since.IsZero() {
		return "unknown"
	}
	return engine.Span(max(0, now.Sub(since)))
}

func consumerNote(u engine.Usage) string {
	switch {
	case u.Problem != "":
		return "does not answer: " + u.Problem
	case u.Failed > 0:
		return count(int(u.Failed), "request") + " failed"
	}
	return ""
}

// UsersLine is how many use each slot, and which consumers have what, in one
// line: another one means that something has changed.
func UsersLine(u engine.Users) string {
	if !u.Counted {
		return "sessions are not counted: " + ui.Clean(u.Problem) + consumersLine(u)
	}
	return SlotUsers(u, u.Active.Other()) + "; " + SlotUsers(u, u.Active) + consumersLine(u)
}

func consumersLine(u engine.Users) string {
	var line strings.Builder
	for _, c := range u.Consumers {
		uses := cmp.Or(c.Version, c.Fingerprint, "nothing that it tells")
		if c.Problem != "" {
			uses = "silent"
		}
		line.WriteString("; " + ui.Clean(c.Consumer) + ": " + ui.Clean(uses))
	}
	return line.String()
}
