package plain_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func typed(q engine.Request, name string) engine.Request {
	q.Choices[0].Typed = name
	return q
}

func TestPrompt(t *testing.T) {
	t.Parallel()
	gate := question(engine.RequestGate)
	for name, c := range map[string]struct {
		q     engine.Request
		input string
		want  engine.ChoiceID // "" for no answer
		says  string
	}{
		"a number":               {gate, "1\n", engine.ChoiceContinue, "1. go on"},
		"a name":                 {gate, "roll-back\n", engine.ChoiceRollBack, ""},
		"a name in capitals":     {gate, "STOP\n", engine.ChoiceStop, ""},
		"enter is the default":   {gate, "\n", engine.ChoiceStop, "4. stop here (default)"},
		"spaces are no answer":   {gate, "  \n", engine.ChoiceStop, ""},
		"danger in words":        {gate, "4\n", engine.ChoiceStop, "against the evidence (dangerous)"},
		"a wrong number, then 1": {gate, "9\n0\n-1\n1\n", engine.ChoiceContinue, `"9" is not a choice: give a number from 1 to 4`},
		"yes is not a choice":    {gate, "y\nyes\n", "", `"yes" is not a choice`},
		"the end":                {gate, "", "", ""},
		"no line end":            {gate, "1", engine.ChoiceContinue, ""},
		"the name typed":         {typed(question(engine.RequestStart), "orders-db"), "1\norders-db\n", engine.ChoiceContinue, "type orders-db to confirm"},
		"another name typed":     {typed(question(engine.RequestStart), "orders-db"), "1\norders\n", "", "does not match"},
		"the name, second time":  {typed(question(engine.RequestStart), "orders-db"), "1\nx\n1\norders-db\n", engine.ChoiceContinue, "does not match"},
		"the end before typing":  {typed(question(engine.RequestStart), "orders-db"), "1\n", "", ""},
		"escape sequences":       {gate, "\x1b[2J\n1\n", engine.ChoiceContinue, "is not a choice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var talk bytes.Buffer
			answer, err := plain.NewPrompt(strings.NewReader(c.input), &talk, "ada").Answer(t.Context(), c.q)
			if answer.Choice != c.want {
				t.Errorf("chose %q, want %q", answer.Choice, c.want)
			}
			if c.want == "" && !errors.Is(err, plain.ErrNoAnswer) {
				t.Errorf("error: %v", err)
			}
			if !strings.Contains(talk.String(), c.says) {
				t.Errorf("does not say %q:\n%s", c.says, &talk)
			}
			if strings.ContainsRune(talk.String(), '\x1b') {
				t.Errorf("an escape sequence came through: %q", &talk)
			}
		})
	}
}

func TestYes(t *testing.T) {
	t.Parallel()
	rollback := question(engine.RequestRollback)
	rollback.Choices = rollback.Choices[2:]
	carryOn := question(engine.RequestRollback)
	protected := typed(question(engine.RequestStart), "orders-db")
	onlyBack := question(engine.RequestResume)
	onlyBack.Choices = onlyBack.Choices[2:]
	backAdvised := question(engine.RequestResume)
	slices.Reverse(backAdvised.Choices)
	noReturn := question(engine.RequestNoReturn)
	noReturn.Choices = typed(engine.Request{Choices: noReturn.Choices[1:]}, "orders-db").Choices
	lookAgain := question(engine.RequestEvidence)
	lookAgain.Choices = slices.Insert(lookAgain.Choices, 0, engine.Choice{ID: engine.ChoiceRetry, Label: "look again"})
	for name, c := range map[string]struct {
		q       engine.Request
		confirm []string
		want    engine.ChoiceID // "" for no answer
		says    string
	}{
		"start":                      {q: question(engine.RequestStart), want: engine.ChoiceContinue},
		"gate":                       {q: question(engine.RequestGate), want: engine.ChoiceContinue},
		"resume":                     {q: question(engine.RequestResume), want: engine.ChoiceContinue},
		"roll back":                  {q: rollback, want: engine.ChoiceRollBack},
		"resume that is not advised": {q: onlyBack, says: "--yes does not decide this"},
		"going forward instead":      {q: backAdvised, says: "--yes does not decide this"},
		"carrying on":                {q: carryOn, says: "--yes does not decide this"},
		"no return":                  {q: noReturn, confirm: []string{"orders-db"}, says: "--yes does not decide this"},
		"looking again":              {q: lookAgain, says: "--yes does not decide this"},
		"evidence":                   {q: question(engine.RequestEvidence), says: "--yes does not decide this"},
		"parity":                     {q: question(engine.RequestParity), says: "--yes does not decide this"},
		"failure":                    {q: question(engine.RequestFailure), says: "--yes does not decide this"},
		"unknown":                    {q: question(engine.RequestUnknown), says: "--yes does not decide this"},
		"a kind of the future":       {q: question("new"), says: "--yes does not decide this"},
		"protected":                  {q: protected, says: "the name orders-db must be given"},
		"protected, another name":    {q: protected, confirm: []string{"orders"}, says: "the name orders-db must be given"},
		"protected, confirmed":       {q: protected, confirm: []string{"x", "orders-db"}, want: engine.ChoiceContinue},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := plain.Yes{Confirm: c.confirm}.Answer(t.Context(), c.q)
			if answer.Choice != c.want {
				t.Errorf("chose %q, want %q", answer.Choice, c.want)
			}
			if c.want != "" && err != nil {
				t.Error(err)
			}
			if c.want == "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("error: %v", err)
			}
		})
	}
}
