package confirm

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func gate() engine.Request {
	return engine.Request{
		ID: "7", Kind: engine.RequestGate, Phase: engine.PhasePublish, Title: "Publish the new credential of orders-db?",
		What:        "flip the store's active slot, then tell consumers to reload",
		Where:       "PROD · file /var/lib/secrets/orders-db",
		Consequence: "3 consumers will switch to the new credential; the old one stays valid",
		Reversible:  "until the old credential is retired",
		Details:     []string{"make slot b the active one", "send HUP to process 4711"},
		Choices: []engine.Choice{
			{ID: engine.ChoiceContinue, Label: "continue"},
			{ID: engine.ChoiceStop, Label: "stop here"},
			{ID: engine.ChoiceRollBack, Label: "roll back", Danger: true},
		},
		Default: engine.ChoiceStop,
	}
}

func retire() engine.Request {
	r := gate()
	r.Title, r.Phase = "Retire the old credential of orders-db?", engine.PhaseRetire
	r.Choices = []engine.Choice{
		{ID: engine.ChoiceStop, Label: "stop here"},
		{ID: engine.ChoiceContinue, Label: "retire", Danger: true, Typed: "orders-db"},
	}
	return r
}

// againstEvidence is a question with a name to type beside a yes and a way back.
func againstEvidence() engine.Request {
	r := gate()
	r.Choices = []engine.Choice{
		{ID: engine.ChoiceRetry, Label: "look again"},
		{ID: engine.ChoiceStop, Label: "stop here"},
		{ID: engine.ChoiceAccept, Label: "go on without proof", Danger: true, Typed: "orders-db"},
		{ID: engine.ChoiceRollBack, Label: "roll back"},
	}
	return r
}

// named is a question that wants another name typed.
func named(r engine.Request, name string) engine.Request {
	for i := range r.Choices {
		if r.Choices[i].Typed != "" {
			r.Choices[i].Typed = name
		}
	}
	return r
}

// parity is the question with the most choices.
func parity() engine.Request {
	r := gate()
	r.Title, r.Kind, r.Phase = "The two slots have different rights. Go on?", engine.RequestParity, engine.PhaseValidate
	r.What, r.Consequence = "keep the difference and publish the new credential", "services may miss a right, or gain one, once they switch"
	r.Choices = []engine.Choice{
		{ID: engine.ChoiceAccept, Label: "accept the difference", Danger: true, Typed: "orders-db"},
		{ID: engine.ChoiceLevel, Label: "even them out", Danger: true, Typed: "orders-db"},
		{ID: engine.ChoiceRetry, Label: "compare again"},
		{ID: engine.ChoiceRollBack, Label: "roll back"},
		{ID: engine.ChoiceStop, Label: "stop here"},
	}
	r.Details = nil
	for i := range 9 {
		r.Details = append(r.Details, engine.Difference{
			Slot: engine.SlotA, What: fmt.Sprintf("SELECT on table shop.orders%d", i),
			Remedy: fmt.Sprintf(`GRANT SELECT ON TABLE shop.orders%d TO "orders_b"`, i),
		}.Lines()...)
	}
	return r
}

// asked is a dialog under test with the answers that it gave.
type asked struct {
	*Dialog
	answers []engine.Answer
	refuse  error
}

func ask(t testing.TB, r engine.Request) *asked {
	t.Helper()
	a := &asked{}
	a.Dialog = New(uitest.Context(t.Context(), enginetest.NewWorld(t).Engine()), Question{
		Request:     r,
		Environment: engine.Environment{Name: "production", Word: "PROD", Protected: true},
		Answer: func(answer engine.Answer) error {
			if a.refuse != nil {
				return a.refuse
			}
			a.answers = append(a.answers, answer)
			return nil
		},
	})
	return a
}

func (a *asked) press(keys ...string) (last tea.Cmd) {
	for _, key := range keys {
		last = a.Update(uitest.Key(key))
	}
	return last
}

// rested stands for a pause among keys.
const rested = "rested"

func letters(text string) (keys []string) {
	for _, r := range text {
		keys = append(keys, string(r))
	}
	return keys
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		request engine.Request
		keys    []string
		want    engine.ChoiceID // "": no answer
	}{
		"enter gives the default":              {gate(), []string{"enter"}, engine.ChoiceStop},
		"n gives the default":                  {gate(), []string{"n"}, engine.ChoiceStop},
		"y goes on":                            {gate(), []string{"y"}, engine.ChoiceContinue},
		"focus and enter":                      {gate(), []string{"tab", "enter"}, engine.ChoiceContinue},
		"arrows move too":                      {gate(), []string{"right", "right", "enter"}, engine.ChoiceRollBack},
		"focus goes round":                     {gate(), []string{"left", "enter"}, engine.ChoiceRollBack},
		"b does not roll back":                 {gate(), []string{"b"}, ""},
		"b moves to the way back":              {gate(), []string{"b", "enter"}, engine.ChoiceRollBack},
		"b is a letter of a name":              {retire(), []string{"tab", "b", "enter"}, ""},
		"b and y are not both meant":           {gate(), []string{"b", "y"}, ""},
		"b without a way back does nothing":    {retire(), []string{"b", "enter"}, ""},
		"space does nothing":                   {gate(), []string{"space", "tab", "space"}, ""},
		"esc puts aside":                       {gate(), []string{"esc"}, ""},
		"other letters do nothing":             {gate(), letters("oburcYN"), ""},
		"y gives no typed choice":              {retire(), []string{"y"}, ""},
		"focus and enter give no typed choice": {retire(), []string{"tab", "enter"}, ""},
		"half a name is not enough":            {retire(), append(append([]string{"tab"}, letters("orders")...), "enter"), ""},
		"other case is not the name":           {retire(), append(append([]string{"tab"}, letters("Orders-db")...), "enter"), ""},
		"the name gives it":                    {retire(), append(append([]string{"tab"}, letters("orders-db")...), "enter"), engine.ChoiceContinue},
		"corrected":                            {retire(), append(append([]string{"tab"}, letters("orders-dx")...), "backspace", "b", "enter"), engine.ChoiceContinue},
		"the name gives it without tab":        {retire(), append(letters("orders-db"), rested, "enter"), engine.ChoiceContinue},
		"half a name without tab":              {retire(), append(letters("orders"), rested, "enter"), ""},
		"a name that is pasted as if typed":    {retire(), append(letters("orders-db"), "enter"), ""},
		"a name that begins as a no":           {named(retire(), "nginx-tls"), append(letters("nginx-tls"), rested, "enter"), engine.ChoiceContinue},
		"a name that begins as a yes":          {named(againstEvidence(), "yard-db"), append(letters("yard-db"), rested, "enter"), engine.ChoiceAccept},
		"a name that begins as the way back":   {named(againstEvidence(), "billing-db"), append(letters("billing-db"), rested, "enter"), engine.ChoiceAccept},
		"a name of two choices":                {parity(), append(letters("orders-db"), "enter"), ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := ask(t, c.request)
			a.Arm()
			for _, key := range c.keys {
				if key == rested {
					a.Arm()
					continue
				}
				a.press(key)
			}
			var got engine.ChoiceID
			if len(a.answers) > 0 {
				got = a.answers[0].Choice
			}
			if got != c.want {
				t.Errorf("%v answered %q, want %q", c.keys, got, c.want)
			}
		})
	}
}

func TestKeysBeforeArmingAreLost(t *testing.T) {
	t.Parallel()
	a := ask(t, gate())
	for range 3 {
		a.press("enter", "y", "space", "n", "tab")
	}
	if len(a.answers) != 0 || a.focus != 0 {
		t.Fatalf("a burst at opening answered %v, focus %d", a.answers, a.focus)
	}
	early, last := a.press("j"), a.press("j")
	a.Update(early())
	a.press("y")
	if len(a.answers) != 0 {
		t.Fatal("the timer of an earlier key armed the dialog")
	}
	a.Update(last())
	a.press("y")
	if len(a.answers) != 0 {
		t.Fatal("the timer of an earlier key armed the dialog")
	}
	a.Update(a.press("j")())
	a.press("y")
	if len(a.answers) != 1 {
		t.Fatal("after a rest, keys must count")
	}
}

func TestTimersOfOtherDialogsDoNotArm(t *testing.T) {
	t.Parallel()
	a, other := ask(t, gate()), ask(t, gate())
	a.Update(other.Appear()())
	a.press("y")
	if len(a.answers) != 0 {
		t.Error("another dialog's timer armed this one")
	}
}

func TestTypedWordsAnswerNothing(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"gateway", "orders-entry", "retry", "2y", " y", "Yy", "deny n", "billing", "by", "quay"} {
		for name, r := range map[string]engine.Request{"plain": gate(), "typed": retire()} {
			a := ask(t, r)
			a.Arm()
			a.press(letters(word)...)
			a.press("enter", "shift+tab", "tab", "enter")
			if len(a.answers) != 0 || a.focus > 1 {
				t.Errorf("%s: %q answers %v, focus %d", name, word, a.answers, a.focus)
			}
		}
	}
}

func TestLettersThatAnswerNothingSayWhy(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"y": "y is not enough: type the name, then press enter",
		"q": "q is no answer: esc puts it aside, ctrl+c leaves",
	} {
		a := ask(t, retire())
		a.Arm()
		a.press(key)
		for _, width := range []int{60, 80} {
			if frame := uitest.Text(a.View(width, 21)); !strings.Contains(frame, want) {
				t.Errorf("%s at %d does not say %q:\n%s", key, width, want, frame)
			}
		}
	}
}

func TestDialogArmsAnewWhenItAppears(t *testing.T) {
	t.Parallel()
	a := ask(t, gate())
	a.Arm()
	rested := a.Appear()
	a.press("y")
	if len(a.answers) != 0 {
		t.Fatal("a key counts in the moment in which the dialog comes into view")
	}
	a.Update(rested())
	if a.press("y"); len(a.answers) != 0 {
		t.Fatal("a key was swallowed since: its rest is not over")
	}
}

func TestNameToTypeIsSaidFromTheStart(t *testing.T) {
	t.Parallel()
	a := ask(t, retire())
	a.Arm()
	if frame := uitest.Text(a.View(80, 21)); !strings.Contains(frame, "to retire: type orders-db") {
		t.Errorf("does not say it:\n%s", frame)
	}
	a.press("o")
	two := ask(t, parity())
	two.Arm()
	two.press("o")
	if frame := uitest.Text(two.View(80, 21)); !strings.Contains(frame, "tab to an answer first, then type the name") {
		t.Errorf("what is typed is passed over in silence:\n%s", frame)
	}
	if frame := uitest.Text(a.View(80, 21)); !strings.Contains(frame, "❯ o▌") || !strings.Contains(frame, "[ retire ]") {
		t.Errorf("what is typed at a button is not in the field:\n%s", frame)
	}
}

func TestPasteGoesToTheField(t *testing.T) {
	t.Parallel()
	name := tea.PasteMsg{Content: "orders-db\n"}
	for _, keys := range [][]string{nil, {"tab"}} {
		a := ask(t, retire())
		a.Update(name)
		a.Arm()
		a.press(keys...)
		if a.typed != "" {
			t.Errorf("pasted while keys are to rest: %q", a.typed)
		}
		a.Update(name)
		if len(a.answers) > 0 || a.typed != "orders-db" {
			t.Fatalf("a paste answers %v, and leaves %q in the field", a.answers, a.typed)
		}
		a.Arm()
		if a.press("enter"); len(a.answers) != 1 || a.answers[0].Choice != engine.ChoiceContinue {
			t.Errorf("the pasted name gives %v", a.answers)
		}
	}
	a := ask(t, parity())
	a.Arm()
	a.Update(name)
	if frame := uitest.Text(a.View(80, 21)); a.typed != "" || !strings.Contains(frame, "a paste is no answer") {
		t.Errorf("of two answers that want a name, a paste chooses, or is passed over in silence:\n%s", frame)
	}
}

func TestPasteReleaseAndRepeatAnswerNothing(t *testing.T) {
	t.Parallel()
	repeat := func(key string) tea.Msg {
		press := uitest.Key(key)
		press.IsRepeat = true
		return press
	}
	for name, r := range map[string]engine.Request{"plain": gate(), "typed": retire()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := ask(t, r)
			a.Arm()
			for _, msg := range []tea.Msg{
				tea.PasteMsg{Content: "y\n"},
				tea.PasteMsg{Content: "orders-db"},
				tea.KeyReleaseMsg(uitest.Key("y")), tea.KeyReleaseMsg(uitest.Key("enter")),
				repeat("y"), repeat("enter"),
				tea.MouseClickMsg{X: 5, Y: 5, Button: tea.MouseLeft},
			} {
				a.Update(msg)
			}
			if len(a.answers) != 0 {
				t.Errorf("answered %v", a.answers)
			}
		})
	}
}

func TestRefusedAnswerKeepsTheDialog(t *testing.T) {
	t.Parallel()
	a := ask(t, gate())
	a.Arm()
	a.refuse = engine.ErrNoRequest
	if cmd := a.press("y"); cmd != nil {
		t.Error("the dialog closes although its answer was refused")
	}
	if a.problem == "" {
		t.Error("the dialog does not say why")
	}
}

func TestAnswerCloses(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"y", "n", "enter", "esc"} {
		a := ask(t, gate())
		a.Arm()
		messages := uitest.Messages(a.press(key))
		if !slices.Contains(messages, tea.Msg(ui.CloseDialog{Dialog: a.Dialog})) {
			t.Errorf("%s does not close the dialog: %v", key, messages)
		}
	}
}

func TestTypedAnswerCarriesTheName(t *testing.T) {
	t.Parallel()
	a := ask(t, retire())
	a.Arm()
	a.press(append(append([]string{"tab"}, letters("orders-db")...), "enter")...)
	want := engine.Answer{Request: "7", Choice: engine.ChoiceContinue, Typed: "orders-db"}
	if len(a.answers) != 1 || a.answers[0] != want {
		t.Errorf("answered %v, want %v", a.answers, want)
	}
}

func TestQuestionWithoutChoices(t *testing.T) {
	t.Parallel()
	r := gate()
	r.Choices = nil
	a := ask(t, r)
	a.Arm()
	a.refuse = errors.New("there is nothing to choose")
	a.press("y", "tab", "enter")
	uitest.BoxSizes(t, a.View)
}

func TestFrames(t *testing.T) {
	t.Parallel()
	long := retire()
	for i := range 40 {
		long.Details = append(long.Details, fmt.Sprintf("session %d of orders-worker from 10.0.0.%d", i, i))
	}
	cases := map[string]func(t *testing.T) *asked{
		"arming": func(t *testing.T) *asked { return ask(t, gate()) },
		"gate":   func(t *testing.T) *asked { a := ask(t, gate()); a.Arm(); return a },
		"typed": func(t *testing.T) *asked {
			a := ask(t, retire())
			a.Arm()
			a.press(append([]string{"tab"}, letters("orders")...)...)
			return a
		},
		"parity": func(t *testing.T) *asked {
			a := ask(t, parity())
			a.Arm()
			a.press("tab", "tab")
			return a
		},
		"long": func(t *testing.T) *asked { a := ask(t, long); a.Arm(); a.press("down", "down"); return a },
	}
	for name, dialog := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := dialog(t)
			for _, size := range [][2]int{{60, 14}, {80, 21}, {140, 37}} {
				uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), a.View(size[0], size[1]))
			}
			uitest.BoxSizes(t, a.View)
		})
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := retire()
			r.Title, r.What, r.Where, r.Consequence, r.Reversible = text, text, text, text, text
			r.Details = []string{text}
			r.Choices[1].Label, r.Choices[1].Typed = text, text
			a := ask(t, r)
			a.Arm()
			a.press("tab", "x", "enter")
			uitest.Harmless(t, a.View(80, 24))
		})
	}
}

func TestKeyTable(t *testing.T) {
	t.Parallel()
	a := ask(t, gate())
	uitest.KeyTable(t, a.Bindings())
	a.Arm()
	a.press("tab", "tab")
	uitest.KeyTable(t, a.Bindings())
}

// clickOn clicks on a label of the dialog's box.
func (a *asked) clickOn(t *testing.T, label string) tea.Cmd {
	t.Helper()
	for y, line := range strings.Split(ansi.Strip(a.View(80, 21)), "\n") {
		if at := strings.Index(line, label); at >= 0 {
			return a.Update(tea.MouseClickMsg{X: ansi.StringWidth(line[:at]), Y: y, Button: tea.MouseLeft})
		}
	}
	t.Fatalf("there is no %s", label)
	return nil
}

// TestNoSingleOrDoubleClickAnswers: the first click only puts the focus on a
// button, and the second one counts once the mouse has rested.
func TestNoSingleOrDoubleClickAnswers(t *testing.T) {
	t.Parallel()
	a := ask(t, gate())
	if a.clickOn(t, "continue"); len(a.answers) > 0 || a.focus != 0 {
		t.Fatal("a click counts while keys are to rest")
	}
	a.Arm()
	if a.clickOn(t, "continue"); len(a.answers) > 0 || a.choices[a.focus].ID != engine.ChoiceContinue {
		t.Fatalf("the first click answers %v, with the focus on %d", a.answers, a.focus)
	}
	if a.clickOn(t, "continue"); len(a.answers) > 0 {
		t.Fatal("a double click answers")
	}
	a.Arm()
	if a.clickOn(t, "continue"); len(a.answers) != 1 {
		t.Error("a second click does not press the button")
	}
}

func TestClickTypesNoName(t *testing.T) {
	t.Parallel()
	a := ask(t, retire())
	a.Arm()
	for range 4 {
		for i, c := range a.choices {
			if c.Typed != "" {
				a.clickOn(t, a.choices[i].Label)
			}
		}
		a.Arm()
	}
	if len(a.answers) > 0 {
		t.Errorf("clicks give %v, which wants a name typed", a.answers)
	}
}
