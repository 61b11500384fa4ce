package plain

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestWriteLooseEnds(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	l := engine.LooseEnds{
		At: at, Looked: 3,
		Found: []engine.LooseEnd{
			{
				Credential: "orders-db", Kind: engine.LooseAccepted, What: "orders_a (slot a) is still accepted", Why: "whoever has it gets in",
				Since: at.Add(-50 * time.Hour), Ending: engine.Ending{Action: engine.EndTidy, Words: "retire it again", Command: "rotadeck tidy orders-db"},
			},
			{Credential: "api", Kind: engine.LooseUnused, What: "nobody uses it", Why: "it can leak", Ending: engine.Ending{Action: engine.EndByHand, Words: "disable it"}},
		},
		Unseen: []engine.UnseenProblem{{Problem: engine.Problem{Text: "the journal cannot be read", Hint: "mend it"}}, {Credential: "api", Problem: engine.Problem{Text: "down"}}},
	}
	var b bytes.Buffer
	if err := WriteLooseEnds(&b, l); err != nil {
		t.Fatal(err)
	}
	const want = `still accepted: orders-db: orders_a (slot a) is still accepted
  since: 2026-03-12T07:00:00Z, 2d ago
  why it matters: whoever has it gets in
  what ends it: retire it again
  run: rotadeck tidy orders-db
unused slot: api: nobody uses it
  why it matters: it can leak
  what ends it: disable it
not looked at: the journal: the journal cannot be read
  hint: mend it
not looked at: api: down
2 loose ends in 3 credentials; 2 things could not be looked at
`
	if b.String() != want {
		t.Errorf("%s\nwant:\n%s", b.String(), want)
	}
	for name, text := range uitest.Untrusted() {
		end := engine.LooseEnd{Credential: text, What: text, Why: text, Ending: engine.Ending{Words: text, Command: text}}
		b.Reset()
		if err := WriteLooseLook(&b, engine.LooseLook{Credential: text, Found: []engine.LooseEnd{end}, Unseen: []engine.Problem{{Text: text, Hint: text}}}); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(b.String(), "\x1b\r") {
			t.Errorf("%s: %q", name, b.String())
		}
	}
}
