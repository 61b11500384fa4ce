package tui

import (
	"image/color"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// probe is a screen that tells what it was given.
type probe struct {
	got      []tea.Msg
	captures bool
}

func (p *probe) Update(msg tea.Msg) tea.Cmd { p.got = append(p.got, msg); return nil }
func (p *probe) View(w, h int) string       { return ui.Frame([]string{"probe"}, w, h) }
func (p *probe) CapturesText() bool         { return p.captures }
func (p *probe) Bindings() []ui.Binding {
	return []ui.Binding{
		{ID: "go", Keys: []string{"x"}, Label: "go", Help: "Go."},
		{ID: "stuck", Keys: []string{"z"}, Label: "stuck", Help: "Be stuck.", Reason: "it is frozen"},
	}
}

func (p *probe) pressed() (keys []string) {
	for _, msg := range p.got {
		if press, ok := msg.(tea.KeyPressMsg); ok {
			keys = append(keys, press.String())
		}
	}
	return keys
}

func question(d *deck) *confirm.Dialog {
	return confirm.New(d.context, confirm.Question{
		Request: engine.Request{
			ID: "1", Title: "Publish the new credential?", What: "flip the active slot", Where: "PROD · memory",
			Consequence: "services switch", Reversible: "until retired", Default: engine.ChoiceStop,
			Choices: []engine.Choice{{ID: engine.ChoiceStop, Label: "stop here"}, {ID: engine.ChoiceContinue, Label: "continue"}},
		},
		Answer: func(engine.Answer) error { return nil },
	})
}

func TestTooSmall(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	if got := uitest.Text(d.Frame(50, 12)); !strings.HasPrefix(got, "rotadeck needs 60x16 (now 50x12)\n") {
		t.Errorf("shows\n%s", got)
	}
	answered := false
	dialog := confirm.New(d.context, confirm.Question{
		Request: engine.Request{Default: engine.ChoiceStop, Choices: []engine.Choice{{ID: engine.ChoiceStop, Label: "stop"}}},
		Answer:  func(engine.Answer) error { answered = true; return nil },
	})
	d.deliver(ui.ShowDialog{Dialog: dialog}, tea.WindowSizeMsg{Width: 40, Height: 10})
	dialog.Arm()
	if got := uitest.Text(d.Frame(90, 12)); !strings.Contains(got, "a question waits, enlarge to see it") {
		t.Errorf("shows\n%s", got)
	}
	for _, key := range []string{"n", "y", "enter", "esc"} {
		if d.press(key); answered || d.dialog() == nil {
			t.Fatalf("%s answers a question that is not seen", key)
		}
	}
	d.deliver(tea.WindowSizeMsg{Width: 80, Height: 24})
	if d.press("n"); answered {
		t.Error("the dialog takes keys in the moment in which it is seen")
	}
	dialog.Arm()
	if d.press("n"); !answered {
		t.Error("the dialog takes no keys after it was seen")
	}
}

func TestViewBeforeAnySize(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.width, d.height = 0, 0
	if view := d.View(); view.Content != "" || !view.AltScreen {
		t.Errorf("view %+v", view)
	}
}

func TestEveryViewStaysOnTheAlternateScreen(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	for _, change := range []func(){
		func() {}, func() { d.press("?"); d.shows("type to search") }, func() { d.press("o") },
		func() { d.deliver(tea.WindowSizeMsg{Width: 10, Height: 3}) }, func() { d.leaving = abandoned },
	} {
		change()
		if !d.View().AltScreen {
			t.Error("a view leaves the alternate screen")
		}
	}
}

func TestInputGoesToTheFrontOnly(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	back, front := &probe{}, &probe{}
	d.stack = append(d.stack, &place{screen: back}, &place{screen: front})
	type news struct{}
	d.deliver(news{}, uitest.Key("x"), tea.PasteMsg{Content: "p"}, tea.MouseClickMsg{X: 1, Y: 4})
	if len(back.got) != 1 || back.got[0] != (news{}) {
		t.Errorf("the screen behind got %v", back.got)
	}
	if len(front.got) != 4 {
		t.Fatalf("the screen in front got %v", front.got)
	}
	if click := front.got[3].(tea.MouseClickMsg); click.Y != 2 {
		t.Errorf("the click is at line %d of the screen, want 2", click.Y)
	}
}

func TestDisabledKeySaysWhy(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	front := &probe{}
	d.stack = append(d.stack, &place{screen: front})
	d.press("z")
	if len(front.pressed()) != 0 {
		t.Error("a disabled key reached the screen")
	}
	if got := uitest.Text(d.Frame(80, 24)); !strings.Contains(got, "stuck: it is frozen") {
		t.Errorf("no reason in\n%s", got)
	}
}

func TestGeneralKeysAreTextWhileTyping(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	front := &probe{captures: true}
	d.stack = append(d.stack, &place{screen: front})
	if d.press("q", "?", "z"); d.dialog() != nil || len(front.pressed()) != 3 {
		t.Errorf("the screen got %v", front.pressed())
	}
}

func TestDialogWaitsForItsOwner(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	owner, front := &probe{}, &probe{}
	d.stack = append(d.stack, &place{screen: owner}, &place{screen: front})
	dialog := question(d)
	d.deliver(ui.ShowDialog{Dialog: dialog, Owner: owner})
	if d.dialog() != nil || d.news.Text == "" {
		t.Errorf("the dialog of a hidden screen shows, or no news of it: %q", d.news.Text)
	}
	d.deliver(ui.Back{})
	if d.dialog() != ui.Dialog(dialog) {
		t.Error("the dialog does not show with its owner")
	}
	d.deliver(ui.CloseDialog{Dialog: dialog}, ui.CloseDialog{Dialog: dialog})
	if d.dialog() != nil {
		t.Error("the dialog does not close")
	}
}

func TestNewsGoesByItself(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.deliver(ui.Flash{Text: "first"}, ui.Flash{Text: "second"}, newsOver{1})
	if d.news.Text != "second" {
		t.Errorf("the timer of the first line took away the second: %q", d.news.Text)
	}
	d.deliver(newsOver{2})
	if d.news.Text != "" {
		t.Errorf("%q stays", d.news.Text)
	}
}

func TestBackgroundSetsTheTheme(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	if !d.context.Theme.Dark {
		t.Error("a terminal that does not say is taken for dark")
	}
	d.deliver(tea.BackgroundColorMsg{Color: color.White})
	if d.context.Theme.Dark {
		t.Error("a light terminal has a dark theme")
	}
}

func TestUntrustedTitle(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t, func(o *Options) { o.Title = text })
			d.deliver(ui.Flash{Text: text})
			uitest.Harmless(t, d.View().Content)
		})
	}
}

func TestMouseIsOptional(t *testing.T) {
	t.Parallel()
	if d := newDeck(t); d.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is taken without being asked for")
	}
	d := newDeck(t, func(o *Options) { o.Mouse = true })
	if d.View().MouseMode == tea.MouseModeNone {
		t.Error("the mouse is off")
	}
	if d.press("M"); d.View().MouseMode != tea.MouseModeNone {
		t.Error("M does not give the mouse back")
	}
}

// TestTheHeaderShowsOneEnvironmentPerCredential: on the screen of a credential,
// the environment of another would be read as its own.
func TestTheHeaderShowsOneEnvironmentPerCredential(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.environments = append([]engine.Environment{{Name: "staging", Word: "STAGE"}}, d.environments...)
	header := func() string { return strings.SplitN(uitest.Text(d.Frame(100, 30)), "\n", 2)[0] }
	if got := header(); !strings.Contains(got, "STAGE") || !strings.Contains(got, "PROD") {
		t.Errorf("the list shows %q", got)
	}
	for name, open := range map[string]tea.Msg{
		"plan": ui.OpenPlan{ID: enginetest.ID}, "history": ui.OpenHistory{ID: enginetest.ID},
		"rights": ui.OpenParity{ID: enginetest.ID}, "users": ui.OpenUsers{ID: enginetest.ID},
		"truth": ui.OpenTruth{Run: engine.Summary{Run: "r", Credential: enginetest.ID}},
	} {
		d.deliver(open)
		if got := header(); strings.Contains(got, "STAGE") || !strings.Contains(got, "PROD") {
			t.Errorf("%s shows %q", name, got)
		}
		d.deliver(ui.Back{})
	}
	if d.deliver(ui.OpenHistory{}); !strings.Contains(header(), "STAGE") {
		t.Errorf("the runs of all show %q", header())
	}
}
